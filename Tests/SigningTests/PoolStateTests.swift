import PKCS11
import PublicKeys
import TestSupport
import Testing
import Threads

@testable import Signing

/// The pool's decisions, at times that the test makes up.
@Suite("A pool's state")
struct PoolStateTests {
    private let key: TokenKey
    private let signature: VerifiedSignature

    init() async throws {
        let signer = try InMemorySigner(.p256)
        signature = try await signer.sign([9])
        key = TokenKey(
            index: 0,
            configuration: KeyConfiguration(
                uri: try .init("pkcs11:object=k"), publicKey: signer.publicKey, algorithm: signer.algorithm))
    }

    /// A request with this deadline, for as long as `body` runs; then what it was answered.
    private func answer(
        deadline: UInt64, _ body: (SigningJob) -> [SigningAnswer]
    ) async -> SigningResult {
        await Caller.wait { caller in
            let job = SigningJob(identifier: 7, work: .sign([1]), key: key, deadline: deadline, caller: caller)
            let answers = body(job)
            #expect(answers.count == 1)
            for answer in answers { answer.deliver() }
        }
    }

    @Test("A request whose time ran out in the queue is never sent to the token")
    func expiredWhenTaken() async {
        let result = await answer(deadline: 100) { job in
            var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
            _ = state.admit(job, now: 0)
            let step = state.advance(worker: 0, finished: nil, now: 100)
            if case .park = step.next {} else { Issue.record("\(step.next)") }
            return step.others
        }
        #expect(result == .failure(.expired))
    }

    @Test("A request whose time ran out in the queue is told by the watcher, whatever the workers do")
    func expiredInQueue() async {
        let result = await answer(deadline: 100) { job in
            var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
            _ = state.admit(job, now: 0)
            let early = state.sweep(now: 99)
            #expect(early.answers.isEmpty)
            if case .until(100) = early.next {} else { Issue.record("\(early.next)") }
            return state.sweep(now: 100).answers
        }
        #expect(result == .failure(.expired))
    }

    @Test("What a request waited in the queue is not taken from the time of its call")
    func waitingIsNotCalling() async {
        let result = await answer(deadline: 100) { job in
            var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
            _ = state.admit(job, now: 0)
            _ = state.advance(worker: 0, finished: nil, now: 99)
            #expect(state.sweep(now: 198).answers.isEmpty)
            return state.sweep(now: 199).answers
        }
        guard case .failure(let error) = result else {
            Issue.record("answered with a signature")
            return
        }
        #expect(error.kind == .timedOut)
        #expect(error.outcome == .possiblySigned)
    }

    @Test("Who still waits when the time to close is up hears of it, in the queue or in a call")
    func closingAnswersAll() async {
        let result = await answer(deadline: 1000) { job in
            var state = PoolState(workers: 1, queueLimit: 4, callTime: 1000)
            _ = state.admit(job, now: 0)
            _ = state.advance(worker: 0, finished: nil, now: 0)
            state.beginClosing(deadline: 10)
            return state.sweep(now: 10).answers
        }
        guard case .failure(let error) = result else {
            Issue.record("answered with a signature")
            return
        }
        #expect(error.outcome == .possiblySigned)
    }

    @Test("A worker that comes back from a call that was given up is lost until its session is closed")
    func lateReturn() async {
        let result = await answer(deadline: 1000) { job in
            var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
            _ = state.admit(job, now: 0)
            _ = state.advance(worker: 0, finished: nil, now: 0)
            let answers = state.sweep(now: 100).answers
            let late = state.advance(worker: 0, finished: (job, .success(signature)), now: 200)
            if case .renew = late.next {} else { Issue.record("\(late.next)") }
            #expect(late.answer == nil)
            // Closing the session may hang as well: nobody is to queue for it.
            #expect(state.lostWorkers == 1)
            let back = state.advance(worker: 0, finished: nil, now: 300)
            // Its successor has its place.
            if case .leave(isLast: false) = back.next {} else { Issue.record("\(back.next)") }
            #expect(state.lostWorkers == 0)
            return answers
        }
        guard case .failure(let error) = result else {
            Issue.record("answered with a signature")
            return
        }
        #expect(error.kind == .timedOut && error.outcome == .possiblySigned)
    }

    @Test("The watcher sleeps until somebody comes, and is rung only then")
    func watcherParks() async {
        _ = await answer(deadline: 100) { job in
            var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
            if case .park = state.sweep(now: 0).next {} else { Issue.record("the watcher does not park") }
            guard case .queued(wake: nil, ring: true) = state.admit(job, now: 0) else {
                Issue.record("the watcher is not rung")
                return []
            }
            return state.sweep(now: 100).answers
        }
    }

    @Test("One sleeping worker is woken for one request, the last to have fallen asleep")
    func wakesOne() async {
        _ = await answer(deadline: 100) { job in
            var state = PoolState(workers: 3, queueLimit: 4, callTime: 100)
            for worker in [0, 2, 1] { _ = state.advance(worker: worker, finished: nil, now: 0) }
            guard case .queued(wake: 1, _) = state.admit(job, now: 0) else {
                Issue.record("worker 1 is not woken")
                return []
            }
            return state.sweep(now: 100).answers
        }
    }

    @Test("A request for which there is no session left goes to a worker that has one")
    func handedOn() async {
        let result = await answer(deadline: 100) { job in
            var state = PoolState(workers: 2, queueLimit: 4, callTime: 100)
            // Worker 1 has signed before.
            _ = state.admit(job, now: 0)
            _ = state.advance(worker: 1, finished: nil, now: 0)
            _ = state.advance(worker: 1, finished: (job, .success(nil)), now: 0)
            _ = state.advance(worker: 0, finished: nil, now: 0)
            guard case .queued(wake: 0, _) = state.admit(job, now: 0) else {
                Issue.record("worker 0 is not woken")
                return []
            }
            _ = state.advance(worker: 0, finished: nil, now: 0)
            let step = state.advance(worker: 0, finished: (job, .failure(SigningError(.exhausted, "full"))), now: 1)
            if case .rest = step.next {} else { Issue.record("\(step.next)") }
            #expect(step.answer == nil)
            #expect(step.wake == 1)
            guard case .perform = state.advance(worker: 1, finished: nil, now: 2).next else {
                Issue.record("worker 1 does not get it")
                return []
            }
            let last = state.advance(worker: 1, finished: (job, .success(signature)), now: 3)
            return last.answer.map { [$0] } ?? []
        }
        #expect(result == .success(signature))
    }

    /// A pool of two workers, the first of which is lost at 100 in a call that began at 0.
    private func losing(_ job: SigningJob, answering: Bool = false) -> (state: PoolState, verdict: PoolState.Verdict) {
        var state = PoolState(workers: 2, queueLimit: 4, callTime: 100)
        for worker in 0...1 {
            _ = state.admit(job, now: 0)
            _ = state.advance(worker: worker, finished: nil, now: UInt64(worker) * 50)
        }
        if answering {
            _ = state.admit(job, now: 60)
            _ = state.advance(worker: 1, finished: (job, .success(nil)), now: 60)
        }
        _ = state.admit(job, now: 70)
        let verdict = state.sweep(now: 100)
        return (state, verdict)
    }

    @Test("After a call that did not return, what waits and what comes is refused, to be tried again later")
    func lostCallOpensBreaker() async {
        let result = await answer(deadline: .max) { job in
            let (state, verdict) = losing(job)
            #expect(verdict.answers.count == 2)
            #expect(state.queue.isEmpty)
            #expect(state.refusal(now: 100)?.kind == .unavailable)
            #expect(state.refusal(now: 100)?.isRetryable == true)
            return verdict.answers.suffix(1)
        }
        guard case .failure(let error) = result else {
            Issue.record("answered with a signature")
            return
        }
        #expect(error.kind == .unavailable && error.outcome == .notSigned)
    }

    @Test("Until whoever looks after the token takes that back; a key that is held stays so by itself")
    func takenBack() async {
        _ = await answer(deadline: .max) { job in
            var (state, verdict) = losing(job)
            #expect(verdict.event == .lost)
            let later: UInt64 = 1_000_000_000_000
            #expect(state.refusal(of: key, now: later)?.kind == .unavailable)
            state.hold(key, SigningError(.unavailable, "not proven"))
            state.takeBackStop()
            #expect(state.refusal(of: key, now: later)?.reason == "not proven")
            #expect(state.refusal(of: TokenKey(index: 1, configuration: key.configuration), now: later) == nil)
            if case .refused(let error) = state.admit(job, now: later) {
                #expect(error.reason == "not proven")
            } else {
                Issue.record("let through")
            }
            let other = TokenKey(index: 1, configuration: key.configuration)
            state.hold(other, SigningError(.unavailable, "not proven"))
            let proof = SigningJob(identifier: 9, work: .prove, key: other, deadline: .max, caller: job.caller)
            if case .refused(let error) = state.admit(proof, now: later) { Issue.record("\(error)") }
            state.release(key)
            #expect(state.refusal(of: key, now: later) == nil)
            return verdict.answers.suffix(1)
        }
    }

    @Test("What failed over a connection that is no more says nothing of the one that is")
    func lateFailure() async {
        _ = await answer(deadline: .max) { job in
            var (state, verdict) = losing(job)
            state.takeBackStop()
            let step = state.advance(worker: 1, finished: (job, .failure(SigningError(.unavailable, "gone"))), now: 101)
            #expect(step.event == nil)
            #expect(state.refusal(now: 101) == nil)
            return verdict.answers.suffix(1)
        }
    }

    @Test(
        "A lost worker has a successor, as often as there were workers; and leaves when it comes back to a full house")
    func successors() async {
        _ = await answer(deadline: .max) { job in
            var state = PoolState(workers: 1, queueLimit: 4, callTime: 100)
            _ = state.admit(job, now: 0)
            _ = state.advance(worker: 0, finished: nil, now: 0)
            let first = state.sweep(now: 100)
            #expect(first.started == [1])
            #expect(state.lostWorkers == 1)
            state.takeBackStop()
            _ = state.admit(job, now: 100)
            _ = state.advance(worker: 1, finished: nil, now: 100)
            #expect(state.sweep(now: 200).started == [])
            #expect(state.lostWorkers == 2)
            #expect(state.refusal(now: 200)?.kind == .unavailable)
            for (worker, stays) in [(1, true), (0, false)] {
                if case .renew = state.advance(worker: worker, finished: (job, .success(nil)), now: 300).next {
                } else {
                    Issue.record("not renewed")
                }
                switch state.advance(worker: worker, finished: nil, now: 300).next {
                case .leave(isLast: false): #expect(!stays)
                case .park: #expect(stays)
                case let other: Issue.record("\(other)")
                }
            }
            _ = state.leave(worker: 0, now: 300)
            #expect(state.lostWorkers == 0)
            return first.answers
        }
    }

    @Test("A token that has signed since a call began is not out of use when that call does not return")
    func lostCallOfTokenThatAnswers() async {
        _ = await answer(deadline: .max) { job in
            let (state, verdict) = losing(job, answering: true)
            #expect(state.lostWorkers == 1)
            #expect(state.queue.count == 1)
            #expect(state.refusal(now: 100) == nil)
            return verdict.answers
        }
    }

    @Test("A key that does not get prepared in time is no reason to refuse the others")
    func lostPreparation() async {
        _ = await answer(deadline: .max) { job in
            var state = PoolState(workers: 2, queueLimit: 4, callTime: 100)
            let preparation = SigningJob(
                identifier: 8, work: .prove, key: key, deadline: .max, caller: job.caller)
            _ = state.admit(preparation, now: 0)
            _ = state.advance(worker: 0, finished: nil, now: 0)
            let verdict = state.sweep(now: 100)
            #expect(state.refusal(now: 100) == nil)
            // Nor does it take another worker while the first is away.
            guard case .refused = state.admit(preparation, now: 100) else {
                Issue.record("admitted")
                return verdict.answers
            }
            return verdict.answers
        }
    }

    @Test("A PIN that was refused stays so, whatever other calls come to")
    func refusedPINStays() async {
        _ = await answer(deadline: .max) { job in
            var state = PoolState(workers: 3, queueLimit: 4, callTime: 100)
            for worker in 0...2 {
                _ = state.admit(job, now: 0)
                _ = state.advance(worker: worker, finished: nil, now: 0)
            }
            _ = state.advance(worker: 0, finished: (job, .failure(SigningError(.pin, "wrong"))), now: 1)
            _ = state.advance(worker: 1, finished: (job, .failure(SigningError(.unavailable, "gone"))), now: 2)
            #expect(state.refusal(now: .max - 1)?.kind == .pin)
            let verdict = state.sweep(now: 100)
            #expect(state.refusal(now: .max - 1)?.kind == .pin)
            return verdict.answers
        }
    }
}

@Suite("The queue of signing requests")
struct JobQueueTests {
    @Test("First come, first served, around the ring's end, with what was taken out of the middle gone")
    func order() async throws {
        let signer = try InMemorySigner(.p256)
        let key = TokenKey(
            index: 0,
            configuration: KeyConfiguration(
                uri: try .init("pkcs11:object=k"), publicKey: signer.publicKey, algorithm: signer.algorithm))
        _ = await Caller<SigningResult>.wait { caller in
            func job(_ identifier: UInt64) -> SigningJob {
                SigningJob(identifier: identifier, work: .prove, key: key, deadline: identifier, caller: caller)
            }
            var queue = JobQueue(capacity: 4)
            for round in 0..<10 as Range<UInt64> {
                let first = round * 10
                for offset in 0..<3 as Range<UInt64> { queue.append(job(first + offset)) }
                #expect(queue.earliestDeadline == first)
                #expect(queue.remove(first + 1)?.identifier == first + 1)
                #expect(queue.remove(first + 1) == nil)
                let hadRoom = queue.prepend(job(first + 5))
                #expect(hadRoom)
                queue.append(job(first + 6))
                #expect(queue.isFull)
                let hasRoom = queue.prepend(job(1))
                #expect(!hasRoom)
                #expect(queue.removeAll().map(\.identifier) == [first + 5, first, first + 2, first + 6])
                #expect(queue.isEmpty)
                queue.append(job(1))
                _ = queue.popFirst()
            }
            caller.resume(with: .success(nil))
        }
    }
}
