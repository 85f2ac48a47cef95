import Testing

@testable import Signing

/// What is done for a token, at times that the test makes up.
@Suite("The recovery ladder's steps")
struct RecoveryLadderTests {
    private static let second: UInt64 = 1_000_000_000

    private func ladder(interval: UInt64 = 60 * second) -> RecoveryLadder {
        RecoveryLadder(interval: interval, now: 0, jitter: { 1 })
    }

    /// One with this key, connected and proven.
    private func sound(_ keys: Int...) -> RecoveryLadder {
        var ladder = ladder()
        ladder.connected(now: 0)
        for key in keys { ladder.add(key, isProven: true, now: 0) }
        return ladder
    }

    @Test(
        "A token is connected at once, then with its module initialised anew after pauses that double up to four seconds"
    )
    func backOff() {
        var (ladder, now) = (ladder(), UInt64(0))
        #expect(ladder.next(now: 0) == .connect(.session))
        for pause in [100, 200, 400, 800, 1600, 3200, 4000, 4000] as [UInt64] {
            ladder.failedToConnect(now: now)
            let next = now + pause * 1_000_000
            #expect(ladder.next(now: now) == .wait(until: next))
            #expect(ladder.nextAttempt == next)
            now = next
            #expect(ladder.next(now: now) == .connect(.module))
        }
    }

    @Test("After a connection every key is proven, and then from time to time; who signs meanwhile need not")
    func proofs() {
        var ladder = ladder()
        for key in 0...1 { ladder.add(key, isProven: false, now: 0) }
        _ = ladder.next(now: 0)
        ladder.connected(now: 5)
        #expect(ladder.next(now: 5) == .prove([0, 1]))
        // Each once at a time.
        #expect(ladder.next(now: 5) == .wait(until: .max))
        ladder.signed(0, now: 6)
        ladder.signed(1, now: 7)
        #expect(ladder.next(now: 8) == .wait(until: 6 + 60 * Self.second))
        #expect(ladder.next(now: 6 + 60 * Self.second) == .prove([0]))
        #expect(ladder.nextAttempt == nil && ladder.nextAttempt(of: 0) == nil)
    }

    @Test("A key that fails is proven again after pauses that double, and no other key is")
    func trouble() {
        var ladder = sound(0, 1)
        ladder.trouble(with: 0, now: 0)
        var now: UInt64 = 100_000_000
        for pause in [200, 400, 800, 1600, 3200, 4000, 4000] as [UInt64] {
            #expect(ladder.nextAttempt(of: 0) == now)
            #expect(ladder.next(now: now) == .prove([0]))
            // That others come upon it as well changes nothing.
            ladder.trouble(with: 0, now: now)
            ladder.failed(0, byToken: false, now: now)
            now += pause * 1_000_000
            #expect(ladder.next(now: now - 1) == .wait(until: now))
        }
        ladder.signed(0, now: now)
        #expect(ladder.nextAttempt(of: 0) == nil)
    }

    @Test("A token that is lost is connected at once; one whose keys have not signed since it was, after a pause")
    func lost() {
        var ladder = sound(0)
        ladder.lost(now: 10)
        // Whoever comes late upon the same.
        ladder.lost(now: 11)
        #expect(ladder.next(now: 11) == .connect(.session))
        ladder.connected(now: 12)
        #expect(ladder.next(now: 12) == .prove([0]))
        ladder.failed(0, byToken: true, now: 13)
        #expect(ladder.next(now: 13) == .wait(until: 13 + 100_000_000))
        #expect(ladder.next(now: 13 + 100_000_000) == .connect(.module))
        ladder.connected(now: Self.second)
        #expect(ladder.next(now: Self.second) == .prove([0]))
        ladder.signed(0, now: Self.second)
        // All is as it was.
        ladder.lost(now: 2 * Self.second)
        #expect(ladder.next(now: 2 * Self.second) == .connect(.session))
    }

    @Test("One key that signs is enough for the token to be there")
    func oneIsEnough() {
        var ladder = sound(0, 1)
        ladder.lost(now: 10)
        ladder.connected(now: 12)
        #expect(ladder.next(now: 12) == .prove([0, 1]))
        ladder.failed(0, byToken: true, now: 13)
        #expect(ladder.nextAttempt == nil)
        ladder.signed(1, now: 14)
        ladder.failed(0, byToken: true, now: 15)
        #expect(ladder.nextAttempt == nil)
        #expect(ladder.nextAttempt(of: 0) != nil)
    }

    @Test("A PIN that was refused is not tried before a person has seen to it")
    func latch() {
        var ladder = sound(0)
        ladder.latched(now: 0)
        ladder.lost(now: 1)
        #expect(ladder.next(now: 1) == .wait(until: Self.second))
        #expect(ladder.next(now: Self.second) == .lookAtLatch)
        #expect(ladder.next(now: Self.second) == .wait(until: 2 * Self.second))
        ladder.unlatched(now: 2 * Self.second)
        #expect(ladder.next(now: 2 * Self.second) == .connect(.session))
    }

    @Test("A key that nothing will help is not tried any more")
    func removed() {
        var ladder = sound(0)
        ladder.remove(0)
        #expect(ladder.next(now: .max) == .wait(until: .max))
        ladder.failed(0, byToken: true, now: 1)
        ladder.signed(0, now: 1)
        #expect(ladder.next(now: .max) == .wait(until: .max))
    }
}
