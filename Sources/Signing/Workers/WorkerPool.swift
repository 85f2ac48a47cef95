import Dispatch
import Logging
import PublicKeys
import Synchronization
import Threads

/// Session workers, each on a thread of its own, with one bounded queue between them and the callers.
///
/// A caller hands in a job under one short lock and wakes one sleeping worker, if there is one; a worker answers and takes
/// the next job under the same lock. One more thread watches the deadlines; it sleeps until the first of them.
final class WorkerPool: Sendable {
    private let state: Mutex<PoolState>
    /// One a worker, rung to wake it.
    private let bells: [DispatchSemaphore]
    private let watcherBell = DispatchSemaphore(value: 0)
    private let identifiers = Atomic<UInt64>(0)
    private let deadline: UInt64
    private let makeSession: @Sendable () -> any SigningSession
    private let onEvent: @Sendable (TokenEvent) -> Void
    private let atEnd: @Sendable () -> Void
    private let name: String
    private let logger: Logger
    private let threads = Mutex<[OSThread]>([])

    /// - Parameters:
    ///   - makeSession: called once in each worker's thread.
    ///   - onEvent: called by a worker, or by the thread that watches the deadlines.
    ///   - atEnd: called by the last worker when it leaves, its session closed; not while another is lost in a call.
    init(
        name: String, workers: Int, queueLimit: Int, deadline: Duration, logger: Logger,
        makeSession: @escaping @Sendable () -> any SigningSession,
        onEvent: @escaping @Sendable (TokenEvent) -> Void, atEnd: @escaping @Sendable () -> Void
    ) throws(SigningError) {
        let workers = max(1, workers)
        bells = (0..<PoolState.mostWorkers(workers)).map { _ in DispatchSemaphore(value: 0) }
        self.deadline = min(deadline.wholeNanoseconds, UInt64(Int64.max))
        state = Mutex(PoolState(workers: workers, queueLimit: queueLimit, callTime: self.deadline))
        self.makeSession = makeSession
        self.onEvent = onEvent
        self.atEnd = atEnd
        self.logger = logger
        self.name = name
        try startThreads(workers)
    }

    private func startThreads(_ workers: Int) throws(SigningError) {
        var started: [OSThread] = []
        do throws(OSThread.Failure) {
            for index in 0..<workers {
                started.append(try OSThread(name: "sign-\(index)-\(name)") { self.work(index) })
            }
            started.append(try OSThread(name: "watch-\(name)") { self.watch() })
        } catch {
            for thread in started { thread.detach() }
            // Without the watcher nobody counts the missing workers: those that run leave by themselves.
            beginClosing(within: .zero)
            throw SigningError(error)
        }
        threads.withLock { [started] in $0 = started }
    }

    /// Has a worker do the work, or says why none did.
    func perform(_ work: SigningJob.Work, _ key: TokenKey) async throws(SigningError) -> VerifiedSignature? {
        let identifier = identifiers.add(1, ordering: .relaxed).newValue
        let result = await withTaskCancellationHandler {
            await Caller.wait { caller in
                let now = DispatchTime.now().uptimeNanoseconds
                enqueue(
                    SigningJob(
                        identifier: identifier, work: work, key: key, deadline: now &+ deadline,
                        caller: caller), now: now)
            }
        } onCancel: {
            cancel(identifier)
        }
        return try result.get()
    }

    private func enqueue(_ job: SigningJob, now: UInt64) {
        switch state.withLock({ $0.admit(job, now: now) }) {
        case .refused(let error):
            SigningAnswer(caller: job.caller, result: .failure(error)).deliver()
        case .queued(let worker, let ring):
            if let worker { bells[worker].signal() }
            if ring { watcherBell.signal() }
        }
    }

    private func cancel(_ identifier: UInt64) {
        let job = state.withLock { $0.queue.remove(identifier) }
        if let job { SigningAnswer(caller: job.caller, result: .failure(.cancelled)).deliver() }
    }

    /// Lets no request through; `keys` stay so until each is released.
    func stop(_ error: SigningError, holding keys: [TokenKey]) {
        let answers = state.withLock { state in
            for key in keys { state.hold(key, error) }
            return state.setStop(error)
        }
        for answer in answers { answer.deliver() }
    }

    /// The token is there again.
    func takeBackStop() { state.withLock { $0.takeBackStop() } }

    func hold(_ key: TokenKey, _ error: SigningError) { state.withLock { $0.hold(key, error) } }

    func release(_ key: TokenKey) { state.withLock { $0.release(key) } }

    /// What a request of this key would hear at this moment, were it refused.
    func refusal(of key: TokenKey) -> SigningError? {
        let now = DispatchTime.now().uptimeNanoseconds
        return state.withLock { $0.refusal(of: key, now: now) }
    }

    /// Why the key's last request failed, where that was the token's fault.
    func trouble(of key: TokenKey) -> String? { state.withLock { $0.troubles.reason(of: key) } }

    /// What requests would hear at this moment, were they refused; and how many wait.
    var condition: (refusal: SigningError?, queueDepth: Int, lostWorkers: Int) {
        let now = DispatchTime.now().uptimeNanoseconds
        return state.withLock { ($0.refusal(now: now), $0.queue.count, $0.lostWorkers) }
    }
}

// MARK: - Threads

extension WorkerPool {
    private func work(_ index: Int) {
        let session = makeSession()
        var finished: (job: SigningJob, result: SigningResult)?
        var began: UInt64 = 0
        while true {
            let now = DispatchTime.now().uptimeNanoseconds
            // A test signs nothing for anybody, and its success holds no signature.
            if let finished, case .success(.some) = finished.result {
                finished.job.key.latencies.add(now &- began, now: now)
            }
            began = now
            let step = state.withLock { $0.advance(worker: index, finished: finished, now: now) }
            finished = nil
            step.answer?.deliver()
            for answer in step.others { answer.deliver() }
            if let other = step.wake { bells[other].signal() }
            if let notice = step.notice { logger.warning("\(notice)") }
            if let event = step.event { onEvent(event) }
            switch step.next {
            case .perform(let job): finished = (job, Self.perform(job, session))
            case .park: bells[index].wait()
            case .rest: _ = bells[index].wait(timeout: .now() + .milliseconds(250))
            case .renew: session.close()
            case .leave(let isLast):
                session.close()
                if isLast { atEnd() }
                let end = DispatchTime.now().uptimeNanoseconds
                finish(state.withLock { $0.leave(worker: index, now: end) })
                // The watcher leaves after the last worker, whether or not anybody waits for that yet.
                watcherBell.signal()
                return
            }
        }
    }

    private static func perform(_ job: SigningJob, _ session: any SigningSession) -> SigningResult {
        do throws(SigningError) {
            switch job.work {
            case .sign(let message): return .success(try session.sign(message, with: job.key))
            case .prove:
                try session.prove(job.key)
                return .success(nil)
            }
        } catch {
            return .failure(error)
        }
    }

    private func watch() {
        while true {
            let now = DispatchTime.now().uptimeNanoseconds
            let verdict = state.withLock { $0.sweep(now: now) }
            for answer in verdict.answers { answer.deliver() }
            if let notice = verdict.notice { logger.error("\(notice)") }
            if let event = verdict.event { onEvent(event) }
            for index in verdict.started { startSuccessor(index) }
            finish(verdict.closers)
            switch verdict.next {
            case .until(let time): _ = watcherBell.wait(timeout: DispatchTime(uptimeNanoseconds: time))
            case .park: watcherBell.wait()
            case .finished: return
            }
        }
    }
}

extension WorkerPool {
    /// A thread in the place of one that is lost.
    private func startSuccessor(_ index: Int) {
        do throws(OSThread.Failure) {
            let thread = try OSThread(name: "sign-\(index)-\(name)") { self.work(index) }
            threads.withLock { $0.append(thread) }
        } catch {
            logger.error("no thread could be started for a lost one", metadata: ["code": "\(error.code)"])
            let now = DispatchTime.now().uptimeNanoseconds
            finish(state.withLock { $0.leave(worker: index, now: now) })
        }
    }
}

// MARK: - Closing

extension WorkerPool {
    /// Takes no more requests, lets the workers finish what waits, and returns when they are gone: at the latest after
    /// `limit`, whatever the token does.
    ///
    /// - Returns: whether they are gone; one that is not is in a call that the token does not end.
    @discardableResult
    func close(within limit: Duration) async -> Bool {
        beginClosing(within: limit)
        await Caller<Void>.wait { caller in
            if !state.withLock({ $0.await(caller) }) { caller.resume(with: ()) }
        }
        // Threads that have left are joined; one that is lost in a call is not waited for.
        let isWhole = state.withLock { $0.workers.allSatisfy { $0.phase == .gone } }
        for thread in threads.withLock({ threads in
            defer { threads = [] }
            return threads
        }) {
            if isWhole { thread.join() } else { thread.detach() }
        }
        return isWhole
    }

    /// The same without waiting: for an owner that goes away.
    func abandon(within limit: Duration) {
        beginClosing(within: limit)
        for thread in threads.withLock({ threads in
            defer { threads = [] }
            return threads
        }) { thread.detach() }
    }

    private func beginClosing(within limit: Duration) {
        let now = DispatchTime.now().uptimeNanoseconds
        let limit = min(limit.wholeNanoseconds, UInt64(Int64.max))
        state.withLock { $0.beginClosing(deadline: now &+ limit) }
        for bell in bells { bell.signal() }
        watcherBell.signal()
    }

    private func finish(_ closers: [Caller<Void>]) {
        for closer in closers { closer.resume(with: ()) }
    }
}
