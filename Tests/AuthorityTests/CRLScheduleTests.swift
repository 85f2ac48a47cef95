import Ledger
import Testing
import Timekeeping

@testable import Authority
@testable import Issuance

@Suite("When which CRL is made")
struct CRLScheduleTests {
    private static let start: Int64 = 1_800_000_000
    private let moment = ContinuousClock.now

    private func at(_ seconds: Int64) -> (Instant, ContinuousClock.Instant) {
        (Instant(secondsSinceEpoch: Self.start + seconds) ?? .latest, moment.advanced(by: .seconds(seconds)))
    }

    private func crl(_ number: UInt64, at seconds: Int64) -> PublishedCRL {
        PublishedCRL(
            IssuedCRL(
                der: [], number: number, signature: [], thisUpdate: at(seconds).0, nextUpdate: at(seconds + 1000).0),
            entries: 0)
    }

    private func schedule(_ partitions: UInt32) throws -> CRLSchedule {
        CRLSchedule(interval: try #require(Lifetime(seconds: 30)), partitions: partitions)
    }

    private func next(_ schedule: CRLSchedule, _ seconds: Int64) -> CRLSchedule.Step {
        schedule.next(at: at(seconds).0, at(seconds).1)
    }

    /// Makes what is due until nothing is.
    private func make(_ schedule: inout CRLSchedule, at seconds: Int64) -> [UInt32?] {
        var made: [UInt32?] = []
        while case .make(let partition) = next(schedule, seconds) {
            schedule.begin(partition)
            schedule.made(crl(UInt64(made.count + 1), at: seconds), of: partition, at: at(seconds).1)
            made.append(partition)
        }
        return made
    }

    @Test("at first all are made, that of everything first, and again when the interval is over")
    func interval() throws {
        var schedule = try schedule(3)
        #expect(make(&schedule, at: 0) == [nil, 0, 1, 2])
        #expect(next(schedule, 10) == .wait(.seconds(20)))
        #expect(make(&schedule, at: 29) == [])
        #expect(make(&schedule, at: 30) == [nil, 0, 1, 2])
    }

    @Test(
        "a revocation has two of them made, one of an unknown certificate all, and those that come soon after share the next"
    )
    func revocation() throws {
        var schedule = try schedule(3)
        _ = make(&schedule, at: 0)
        schedule.revoked(in: .partition(1))
        #expect(next(schedule, 1) == .wait(.seconds(1)))
        #expect(make(&schedule, at: 2) == [nil, 1])
        schedule.revoked(in: .everything)
        #expect(make(&schedule, at: 5) == [nil])
        schedule.revoked(in: .unknown)
        #expect(make(&schedule, at: 10) == [nil, 0, 1, 2])
        // Of a partition that there is not.
        schedule.revoked(in: .partition(9))
        #expect(make(&schedule, at: 15) == [nil])
    }

    @Test("a revocation while a CRL is made is for the next one")
    func meanwhile() throws {
        var schedule = try schedule(0)
        schedule.begin(nil)
        schedule.revoked(in: .unknown)
        schedule.made(crl(1, at: 0), of: nil, at: at(0).1)
        #expect(make(&schedule, at: 2) == [nil])
    }

    @Test("one that fails is tried again later and later, and keeps no other from being made")
    func failures() throws {
        var schedule = try schedule(2)
        schedule.failed(nil, "no room", at: at(0).1)
        #expect(schedule.failures == 1)
        #expect(make(&schedule, at: 0) == [0, 1])
        #expect(schedule.failures == 0)
        #expect(schedule.lists[nil]?.lastError == "no room")
        for (attempt, seconds) in [1, 3, 7, 15, 31, 63, 123, 183].enumerated() as EnumeratedSequence<[Int64]> {
            #expect(next(schedule, seconds - 1) != .make(nil), "\(attempt)")
            #expect(next(schedule, seconds) == .make(nil), "\(attempt)")
            schedule.begin(nil)
            schedule.failed(nil, "no room", at: at(seconds).1)
        }
        schedule.made(crl(9, at: 300), of: nil, at: at(300).1)
        #expect(schedule.lists[nil]?.lastError == nil)
    }

    @Test("what an earlier run has left is made again where something was revoked since")
    func takenUp() throws {
        var schedule = try schedule(2)
        schedule.takeUp(crl(1, at: 0), of: nil, isOutdated: false)
        schedule.takeUp(crl(2, at: 0), of: 0, isOutdated: true)
        schedule.takeUp(crl(3, at: -30), of: 1, isOutdated: false)
        #expect(make(&schedule, at: 1) == [0, 1])
    }

    @Test("to wait for the inventory makes no CRL that was not due, and is told")
    func waiting() throws {
        var schedule = try schedule(0)
        for _ in 0..<3 { schedule.note(inventory: "behind") }
        #expect(schedule.failures == 3)
        #expect(schedule.lists[nil]?.lastError == "behind")
        schedule.note(inventory: nil)
        schedule.takeUp(crl(1, at: 0), of: nil, isOutdated: false)
        #expect(schedule.failures == 0 && schedule.lists[nil]?.lastError == nil)
        #expect(make(&schedule, at: 1) == [])
    }

    @Test("a retired one is made until it is removed")
    func retired() throws {
        var schedule = try schedule(1)
        schedule.addRetired(5, lastNotAfter: at(10).0)
        #expect(make(&schedule, at: 0) == [nil, 0, 5])
        #expect(schedule.lists[5]?.lastNotAfter == at(10).0)
        schedule.remove(5)
        schedule.remove(nil)
        #expect(make(&schedule, at: 40) == [nil, 0])
    }

    @Test("one that is held back holds up no other, and is tried again later and later")
    func held() throws {
        var schedule = try schedule(2)
        guard case .make(nil) = next(schedule, 0) else { throw CancellationError() }
        schedule.begin(nil)
        schedule.failed(nil, "held", at: at(0).1, alone: true)
        #expect(schedule.failures == 0)
        #expect(make(&schedule, at: 0) == [0, 1])
        #expect(next(schedule, 1) == .make(nil))
        schedule.begin(nil)
        schedule.failed(nil, "held", at: at(1).1, alone: true)
        schedule.revoked(in: .partition(1))
        guard case .make(1) = next(schedule, 2) else { throw CancellationError() }
    }

    @Test("the next number is higher than that of any CRL that was found")
    func numbers() throws {
        var schedule = try schedule(1)
        schedule.takeUp(crl(7, at: 0), of: 0, isOutdated: false)
        #expect(schedule.highestNumber == 7)
        schedule.note(number: 9)
        schedule.note(number: 8)
        #expect(schedule.highestNumber == 9)
    }
}
