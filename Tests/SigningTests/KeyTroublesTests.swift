import PKCS11
import PublicKeys
import TestSupport
import Testing
import Threads

@testable import Signing

/// What is known of keys, at times that the test makes up.
@Suite("Keys in trouble")
struct KeyTroublesTests {
    private let keys: [TokenKey]
    private let signature: VerifiedSignature

    private static let second: UInt64 = 1_000_000_000

    init() async throws {
        let signer = try InMemorySigner(.p256)
        signature = try await signer.sign([9])
        let configuration = KeyConfiguration(
            uri: try .init("pkcs11:object=k"), publicKey: signer.publicKey, algorithm: signer.algorithm)
        keys = [TokenKey(index: 0, configuration: configuration), TokenKey(index: 1, configuration: configuration)]
    }

    /// Has a pool's one worker come to this result with a key.
    ///
    /// - Returns: what the caller hears.
    private func attempt(
        _ state: inout PoolState, _ result: SigningResult, _ key: TokenKey, at now: UInt64
    ) async -> SigningResult {
        var pool = state
        let told = await Caller.wait { caller in
            let job = SigningJob(identifier: 7, work: .sign([1]), key: key, deadline: .max, caller: caller)
            if case .refused(let error) = pool.admit(job, now: now) {
                SigningAnswer(caller: caller, result: .failure(error)).deliver()
                return
            }
            _ = pool.advance(worker: 0, finished: nil, now: now)
            pool.advance(worker: 0, finished: (job, result), now: now).answer?.deliver()
        }
        state = pool
        return told
    }

    private func wait(_ result: SigningResult) -> Int? {
        if case .failure(let error) = result { error.retryAfterMilliseconds } else { nil }
    }

    @Test(
        "A key counts as unavailable from a failure by the token's fault to the next success, and no other key does",
        arguments: [.failed, .unavailable, .timedOut, .exhausted, .invalidSignature] as [SigningError.Kind])
    func untilSuccess(_ kind: SigningError.Kind) async {
        var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
        #expect(state.troubles.reason(of: keys[0]) == nil)
        _ = await attempt(&state, .failure(SigningError(kind, "no")), keys[0], at: 1)
        #expect(state.troubles.reason(of: keys[0]) == "no")
        #expect(state.troubles.reason(of: keys[1]) == nil)
        let later = 10 * Self.second
        state.takeBackStop()
        #expect(state.troubles.reason(of: keys[0]) == "no")
        _ = await attempt(&state, .success(signature), keys[1], at: later)
        #expect(state.troubles.reason(of: keys[0]) == "no")
        _ = await attempt(&state, .success(signature), keys[0], at: later)
        #expect(state.troubles.reason(of: keys[0]) == nil)
    }

    @Test(
        "What is no fault of the token's says nothing of the key",
        arguments: [.busy, .expired, .cancelled, .closed] as [SigningError.Kind])
    func otherFailures(_ kind: SigningError.Kind) async {
        var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
        _ = await attempt(&state, .failure(SigningError(kind, "no")), keys[0], at: 1)
        #expect(state.troubles.reason(of: keys[0]) == nil)
        _ = await attempt(&state, .failure(SigningError(.failed, "broken")), keys[0], at: 2)
        _ = await attempt(&state, .failure(SigningError(kind, "no")), keys[0], at: 3)
        #expect(state.troubles.reason(of: keys[0]) == "broken")
    }

    @Test("A call that does not return is such a failure")
    func lostCall() async {
        var state = PoolState(workers: 2, queueLimit: 4, callTime: 100)
        let told: SigningResult = await Caller.wait { caller in
            let job = SigningJob(identifier: 7, work: .sign([1]), key: keys[0], deadline: .max, caller: caller)
            _ = state.admit(job, now: 0)
            _ = state.advance(worker: 0, finished: nil, now: 0)
            for answer in state.sweep(now: 100).answers { answer.deliver() }
        }
        #expect(wait(told) == 1000)
        #expect(state.troubles.reason(of: keys[0])?.contains("did not answer") == true)
    }

    @Test("Callers are told to wait longer the longer it goes on, up to half a minute, and a success ends that")
    func longerWaits() async {
        var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
        let failure = SigningResult.failure(SigningError(.failed, "no"))
        for (seconds, wanted) in [
            (0, 250), (4, 250), (8, 4000), (20, 10_000), (60, 30_000), (3600, 30_000),
        ] as [(UInt64, Int)] {
            #expect(wait(await attempt(&state, failure, keys[0], at: 100 + seconds * Self.second)) == wanted)
        }
        let later = 3700 * Self.second
        #expect(wait(await attempt(&state, failure, keys[1], at: later)) == 250)
        _ = await attempt(&state, .success(signature), keys[0], at: later)
        for _ in 0..<3 { #expect(wait(await attempt(&state, failure, keys[0], at: later)) == 250) }
    }

    @Test("So are those whom the breaker refuses, and none is told to wait for ever, nor to come again who is not to")
    func refusals() async {
        var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
        let gone = SigningResult.failure(SigningError(.unavailable, "gone"))
        for seconds in [0, 10, 40] as [UInt64] {
            state.takeBackStop()
            _ = await attempt(&state, gone, keys[0], at: seconds * Self.second)
        }
        let now = 40 * Self.second + 1
        #expect(state.refusal(of: keys[0], now: now)?.retryAfterMilliseconds == 20_000)
        #expect(state.refusal(of: keys[1], now: now)?.retryAfterMilliseconds == 1000)
        state.takeBackStop()
        let wrong = SigningResult.failure(SigningError(.invalidSignature, "wrong"))
        #expect(wait(await attempt(&state, wrong, keys[0], at: 100 * Self.second)) == nil)
    }

    @Test("Many that fail at once are no reason to wait longer")
    func sideBySide() async {
        var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
        let failure = SigningResult.failure(SigningError(.failed, "no"))
        for _ in 0..<64 { #expect(wait(await attempt(&state, failure, keys[0], at: 5)) == 250) }
    }
}
