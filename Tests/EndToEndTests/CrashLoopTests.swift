import Foundation
import Glibc
import JSONRPC
import Ledger
import Synchronization
import TestSupport
import Testing

@testable import Failpoints
@testable import Issuance

/// `kill -9` under load, at random times and at every failpoint, over and over in one journal.
///
/// `COUNTERSIGN_CRASH_ROUNDS` says how many rounds beyond one for each failpoint; `COUNTERSIGN_TEST_SEED` repeats a run.
@Suite("a crash at any moment", .serialized)
struct CrashLoopTests {
    private let rounds = ProcessInfo.processInfo.environment["COUNTERSIGN_CRASH_ROUNDS"].flatMap { Int($0) } ?? 4

    /// What clients have heard in all rounds.
    private final class Heard: Sendable {
        struct State {
            var certificates: [JSONValue] = []
            var revoked: Set<String> = []
            var crlNumber: UInt64 = 0
        }

        let state = Mutex(State())
    }

    @Test("loses nothing that a client received, repeats no serial, and lets no CRL number fall")
    func loop() async throws {
        let bed = try await TestBed.shared()
        var configuration = try TestConfiguration(["p256"])
        configuration.limits = "{ requestsInFlightPerUser: 1024 }"
        // A few dozen certificates.
        configuration.segmentSize = "64KiB"
        configuration.more.authority = ["crl: { file: issuing.crl, validity: 2d }"]
        try configuration.write(bed.tree)
        var generator = SeededGenerator(environment: "COUNTERSIGN_TEST_SEED")
        let heard = Heard()
        let failpoints = Failpoint.allCases.map { Optional($0) } + [Failpoint?](repeating: nil, count: rounds)
        for failpoint in failpoints.shuffled(using: &generator) {
            // Something has to be left to recover.
            if failpoint == .recoveryAbandoned { try crash(at: .signed, &generator, &configuration, bed, heard) }
            try crash(at: failpoint, &generator, &configuration, bed, heard)
        }
        configuration.variables = [:]
        let daemon = try RunningDaemon(configuration)
        try compareInventory(daemon, heard)
        #expect(try daemon.stop().status == 0)
        try check(configuration, heard)
    }

    /// One round; `nil`: killed at a random time.
    private func crash(
        at failpoint: Failpoint?, _ generator: inout SeededGenerator, _ configuration: inout TestConfiguration,
        _ bed: TestBed, _ heard: Heard
    ) throws {
        configuration.variables =
            failpoint.map { failpoint in
                // Most moments come with each certificate, others once a start or a segment.
                let time = failpoint.isFrequent ? Int.random(in: 1...30, using: &generator) : 1
                return ["COUNTERSIGN_FAILPOINT": "\(failpoint.rawValue):\(time)"]
            } ?? [:]
        let process = try RunningDaemon.spawn(configuration)
        let delay = failpoint == nil ? UInt32.random(in: 50_000...800_000, using: &generator) : nil
        let status = try load(process, configuration, bed, heard, killAfter: delay)
        if let failpoint {
            // Nothing else in it, and nobody else, ends it so.
            #expect(status == -SIGKILL, "\(failpoint.rawValue) was not reached: \(process.errors)")
        }
        // One that dies during its log-in leaves the PIN latched, as it should: nobody knows how that ended.
        try configuration.unlatch()
        try check(configuration, heard)
    }

    /// Asks for certificates, and has some revoked, until the daemon is gone.
    ///
    /// - Parameter killAfter: microseconds; where it is not given, nobody kills it.
    /// - Returns: how the daemon ended by itself; `nil` where it did not.
    private func load(
        _ process: ChildProcess, _ configuration: TestConfiguration, _ bed: TestBed, _ heard: Heard, killAfter: UInt32?
    ) throws -> Int32? {
        let end = ContinuousClock.now + patience
        let threads = (0..<4).map { index in
            Thread {
                while process.exitStatus == nil, ContinuousClock.now < end {
                    guard let client = try? WireClient(configuration.socket) else {
                        usleep(5000)
                        continue
                    }
                    self.ask(client, bed, heard, revoking: index == 0)
                }
            }
        }
        for thread in threads { thread.start() }
        if let killAfter {
            usleep(killAfter)
            process.signal(SIGKILL)
        }
        while process.exitStatus == nil, ContinuousClock.now < end { usleep(2000) }
        let status = process.exitStatus
        // A moment that did not come: what follows is tested all the same.
        process.signal(SIGKILL)
        _ = try process.wait()
        _ = try poll { threads.allSatisfy(\.isFinished) ? true : nil }
        return status
    }

    /// On one connection until it breaks.
    private func ask(_ client: WireClient, _ bed: TestBed, _ heard: Heard, revoking: Bool) {
        while let outcome = try? client.call("signCertificate", bed.params()), case .success(let result) = outcome {
            heard.state.withLock { $0.certificates.append(result) }
            guard revoking, let id = result["certificateId"] else { continue }
            if case .success? = try? client.call("revokeCertificate", ["certificateId": id, "reason": "superseded"]),
                let serial = result["serialNumber"]?.string
            {
                heard.state.withLock { _ = $0.revoked.insert(serial) }
            }
            if case .success(let crl)? = try? client.call("getCrl", ["caId": "p256"]),
                let number = crl["number"]?.string.flatMap({ UInt64($0) })
            {
                heard.state.withLock { state in
                    #expect(number >= state.crlNumber, "a CRL's number fell")
                    state.crlNumber = max(state.crlNumber, number)
                }
            }
        }
    }

    /// The journal, as a start would find it, against what clients have heard.
    private func check(_ configuration: TestConfiguration, _ heard: Heard) throws {
        guard FileManager.default.fileExists(atPath: configuration.journal) else {
            // Killed before there was one, and so before anybody was served.
            return #expect(heard.state.withLock { $0.certificates.isEmpty })
        }
        var reader = try JournalReader(directory: configuration.journal)
        var (intents, issued) = ([String: Intent](), Set<String>())
        var (serials, revoked, numbers) = (Set<[UInt8]>(), Set<String>(), [UInt64]())
        while let record = try reader.next() {
            switch record.body {
            case .intent(let intent):
                intents[intent.certificateID.uuidString.lowercased()] = intent
                #expect(serials.insert(intent.serial).inserted, "a serial was used twice")
            case .issued(let outcome, _): issued.insert(outcome.certificateID.uuidString.lowercased())
            case .revoked(let revocation): revoked.insert(SerialNumber(octets: revocation.serial)?.hex ?? "")
            case .crlIntent(let intent): numbers.append(intent.number)
            default: break
            }
        }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "\(numbers)")
        let state = heard.state.withLock { $0 }
        for certificate in state.certificates {
            let id = certificate["certificateId"]?.string ?? ""
            #expect(issued.contains(id), "a client has a certificate that is not on record")
            #expect(intents[id].flatMap { SerialNumber(octets: $0.serial)?.hex } == certificate["serialNumber"]?.string)
        }
        #expect(state.revoked.isSubset(of: revoked), "a revocation that was acknowledged is not on record")
        #expect(state.crlNumber <= numbers.last ?? 0)
    }

    /// What the daemon finds, against the journal: every certificate, each with what became of it.
    private func compareInventory(_ daemon: RunningDaemon, _ heard: Heard) throws {
        let client = try daemon.connect()
        var found: [String: String] = [:]
        var cursor: JSONValue?
        repeat {
            let params: JSONValue = cursor.map { ["limit": 500, "cursor": $0] } ?? ["limit": 500]
            let page = try client.call("listCertificates", params).get()
            for certificate in page["certificates"]?.array ?? [] {
                let id = try #require(certificate["certificateId"]?.string)
                #expect(found.updateValue(certificate["status"]?.string ?? "", forKey: id) == nil)
            }
            cursor = page["nextCursor"].flatMap { $0 == .null ? Optional.none : $0 }
        } while cursor != nil
        var expected: [String: String] = [:]
        var ids: [[UInt8]: String] = [:]
        var reader = try JournalReader(directory: daemon.configuration.journal)
        while let record = try reader.next() {
            switch record.body {
            case .intent(let intent):
                let id = intent.certificateID.uuidString.lowercased()
                expected[id] = "pending"
                ids[intent.serial] = id
            case .issued(let outcome, _):
                let id = outcome.certificateID.uuidString.lowercased()
                if expected[id] != nil { expected[id] = "issued" }
            case .abandoned(let outcome, let certificateID, _):
                let id = certificateID.uuidString.lowercased()
                if expected[id] != nil {
                    expected[id] = outcome.outcome == .notSigned ? "notSigned" : "possiblySigned"
                }
            case .revoked(let revocation): if let id = ids[revocation.serial] { expected[id] = "revoked" }
            default: break
            }
        }
        #expect(found == expected)
        #expect(!heard.state.withLock { $0.certificates.isEmpty })
    }
}

extension Failpoint {
    /// Whether the moment comes with each certificate.
    fileprivate var isFrequent: Bool {
        switch self {
        case .batchLaidOut, .batchWritten, .batchDurable, .intentDurable, .signed, .outcomeDurable: true
        default: false
        }
    }
}
