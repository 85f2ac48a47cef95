/// What a pool of workers decides, without doing any of it: lock, decide, unlock, act.
struct PoolState {
    var queue: JobQueue
    private(set) var workers: [Worker]
    /// Workers that wait to be woken; the last to fall asleep is the first to rise, since its cache is warm.
    private var idle: [Int]
    private(set) var stop: Stop?
    private(set) var troubles = KeyTroubles()
    private var failuresInARow = 0
    /// When the token last did what it was asked.
    private var lastSuccess: UInt64 = 0
    private var isClosing = false
    private var closingDeadline: UInt64?
    private var closers: [Caller<Void>] = []
    private(set) var isFinished = false
    private var watcherIsParked = false
    /// How long one call may take, in nanoseconds.
    private let callTime: UInt64

    struct Worker {
        enum Phase {
            case working
            /// Its call outlasted the caller's patience; it may come back, or never.
            case lost
            /// It has nothing more to do.
            case leaving
            case gone
        }

        var phase = Phase.working
        var current: Current?
        /// Whether it has a session, as far as can be told from its last answer.
        var hasSession = false
    }

    /// The job that a worker is at.
    struct Current {
        let deadline: UInt64
        let work: SigningJob.Work
        let key: TokenKey
        let caller: Caller<SigningResult>
    }

    /// Why nothing is tried, until when in nanoseconds of uptime; `UInt64.max` is for good.
    struct Stop {
        let error: SigningError
        let until: UInt64
    }

    init(workers: Int, queueLimit: Int, callTime: UInt64) {
        self.callTime = callTime
        queue = JobQueue(capacity: queueLimit)
        self.workers = Array(repeating: Worker(), count: workers)
        idle = []
        idle.reserveCapacity(workers)
    }
}

// MARK: - Requests

extension PoolState {
    enum Admission {
        case refused(SigningError)
        /// Which worker to wake, and whether to wake the watcher.
        case queued(wake: Int?, ring: Bool)
    }

    mutating func admit(_ job: SigningJob, now: UInt64) -> Admission {
        if let refusal = refusal(of: job.key, now: now) { return .refused(refusal) }
        guard !queue.isFull else { return .refused(.busy) }
        // Under the lock: a cancellation after this finds the job in the queue.
        guard !Task.isCancelled else { return .refused(.cancelled) }
        queue.append(job)
        return .queued(wake: idle.popLast(), ring: wakeWatcher())
    }

    /// Why a request would fail at once.
    ///
    /// - Parameter key: the request's. After the breaker's pause each key gets one request at a time, until one of any key
    ///   succeeds: a key whose calls hang is not to take all workers, nor to keep the other keys out.
    func refusal(of key: TokenKey? = nil, now: UInt64) -> SigningError? {
        if isClosing { return .closed }
        if let stop, now < stop.until || key.map(isTrying) == true {
            return key.map { troubles.advising(stop.error, of: $0, now: now) } ?? stop.error
        }
        return workers.allSatisfy { $0.phase != .working } ? Self.everyWorkerIsLost : nil
    }

    private func isTrying(_ key: TokenKey) -> Bool {
        queue.holds(key) || workers.contains { $0.current?.key === key }
    }

    private static let everyWorkerIsLost = SigningError(
        .unavailable, "every session waits for an answer that the token does not give")

    var lostWorkers: Int { workers.count { $0.phase == .lost } }

    private mutating func wakeWatcher() -> Bool {
        defer { watcherIsParked = false }
        return watcherIsParked
    }
}

// MARK: - Workers

extension PoolState {
    /// What a worker is to do next, and who is to be told what.
    struct Step {
        enum Next {
            case perform(SigningJob)
            /// Wait to be woken.
            case park
            /// Wait a while: the token has no session to spare, and others have some.
            case rest
            /// The call came back after its worker had been written off: give up the session and ask again.
            case renew
            case leave(isLast: Bool)
        }

        var next = Next.park
        var answer: SigningAnswer?
        var others: [SigningAnswer] = []
        /// Another worker that is to be woken.
        var wake: Int?
        var notice: String?
    }

    mutating func advance(
        worker index: Int, finished: (job: SigningJob, result: SigningResult)?, now: UInt64
    ) -> Step {
        var step = Step()
        if workers[index].phase == .lost {
            guard finished == nil else {
                // The caller has been answered; what came back now is nobody's. The worker stays lost until its session is
                // closed: that is a call, too.
                step.next = .renew
                return step
            }
            workers[index].phase = .working
            step.notice = "a session is back from a call that had been given up"
        }
        if let finished {
            workers[index].current = nil
            if handOn(finished.job, finished.result, from: index) {
                step.next = .rest
                step.wake = idle.popLast()
                return step
            }
            let result = take(finished.result, of: finished.job.work, finished.job.key, now: now)
            step.answer = SigningAnswer(caller: finished.job.caller, result: result)
            judge(finished.job.work, finished.result, of: index, now: now, &step)
        }
        while let job = queue.popFirst() {
            guard job.deadline > now else {
                step.others.append(SigningAnswer(caller: job.caller, result: .failure(.expired)))
                continue
            }
            // What a request spent in the queue is not the call's: a busy token is no hung one.
            workers[index].current = Current(
                deadline: now &+ callTime, work: job.work, key: job.key, caller: job.caller)
            step.next = .perform(job)
            return step
        }
        if isClosing {
            workers[index].phase = .leaving
            step.next = .leave(isLast: workers.allSatisfy { $0.phase == .leaving || $0.phase == .gone })
        } else {
            if !idle.contains(index) { idle.append(index) }
        }
        return step
    }

    /// A token without room for another session is no reason to fail a request while another worker has one.
    private mutating func handOn(
        _ job: SigningJob, _ result: SigningResult, from index: Int
    ) -> Bool {
        guard case .failure(let error) = result, error.kind == .exhausted, error.outcome == .notSigned, !isClosing
        else {
            return false
        }
        workers[index].hasSession = false
        guard workers.contains(where: { $0.hasSession && $0.phase == .working }) else { return false }
        return queue.prepend(job)
    }

    /// Keeps in mind what became of a request to sign.
    ///
    /// - Returns: what its caller hears.
    private mutating func take(
        _ result: SigningResult, of work: SigningJob.Work, _ key: TokenKey, now: UInt64
    ) -> SigningResult {
        guard case .sign = work else { return result }
        troubles.note(result, of: key, now: now)
        return result.mapError { troubles.advising($0, of: key, now: now) }
    }

    /// Opens and closes the breaker. That a key cannot be prepared says little of the token's other keys.
    private mutating func judge(
        _ work: SigningJob.Work, _ result: SigningResult, of index: Int, now: UInt64, _ step: inout Step
    ) {
        switch (result, work) {
        case (.success, _):
            workers[index].hasSession = true
            lastSuccess = now
            // A refused PIN stays refused, whatever a session that was logged in before still manages.
            guard failuresInARow > 0, stop?.error.kind != .pin else { return }
            failuresInARow = 0
            stop = nil
            step.notice = "the token signs again"
        case (.failure(let error), _) where error.kind == .pin:
            stop = Stop(error: SigningError(.pin, error.reason), until: .max)
            step.others += failQueue(with: SigningError(.pin, error.reason))
            step.notice = Self.notice(of: error.reason)
        case (.failure(let error), .sign) where error.kind == .unavailable:
            step.others += openBreaker(because: error.reason, now: now)
            step.notice = Self.notice(of: error.reason)
        case (.failure, _):
            break
        }
    }

    /// Lets no request through for a while, and fails those that wait.
    private mutating func openBreaker(because reason: String, now: UInt64) -> [SigningAnswer] {
        guard stop?.error.kind != .pin else { return [] }
        failuresInARow = min(failuresInARow + 1, 16)
        // 0.1 to 4 s, with jitter so that several daemons do not come back in step.
        let pause: UInt64 = min(100_000_000 << UInt64(failuresInARow - 1), 4_000_000_000)
        let error = SigningError(.unavailable, reason)
        stop = Stop(error: error, until: now &+ pause * UInt64.random(in: 75...125) / 100)
        return failQueue(with: error)
    }

    private mutating func failQueue(with error: SigningError) -> [SigningAnswer] {
        queue.removeAll().map { SigningAnswer(caller: $0.caller, result: .failure(error)) }
    }

    private static func notice(of reason: String) -> String { "the token is out of use: \(reason)" }
}

// MARK: - Deadlines and the end

extension PoolState {
    struct Verdict {
        enum Next {
            case until(UInt64)
            case park
            case finished
        }

        var next = Next.park
        var answers: [SigningAnswer] = []
        var closers: [Caller<Void>] = []
        var notice: String?
    }

    /// Answers those whose time is up, and tells when to look again.
    mutating func sweep(now: UInt64) -> Verdict {
        var verdict = Verdict()
        var isInDoubt = false
        for index in workers.indices {
            guard let current = workers[index].current, current.deadline <= now else { continue }
            workers[index].current = nil
            workers[index].phase = .lost
            workers[index].hasSession = false
            let result = take(.failure(Self.timeout(of: current.work)), of: current.work, current.key, now: now)
            verdict.answers.append(SigningAnswer(caller: current.caller, result: result))
            verdict.notice = "a session is given up: the token did not answer in time"
            // Where it has done something else since, it is that call alone that hangs.
            if case .sign = current.work, lastSuccess <= current.deadline &- callTime { isInDoubt = true }
        }
        if isInDoubt {
            verdict.answers += openBreaker(because: Self.silence, now: now)
            verdict.notice = Self.notice(of: Self.silence)
        }
        while let deadline = queue.earliestDeadline, deadline <= now, let job = queue.popFirst() {
            verdict.answers.append(SigningAnswer(caller: job.caller, result: .failure(.expired)))
        }
        if workers.allSatisfy({ $0.phase != .working }) {
            verdict.answers += failQueue(with: Self.everyWorkerIsLost)
        }
        verdict.closers = finishIfDone(now: now)
        if isFinished {
            verdict.answers += answersAtTheEnd()
            verdict.next = .finished
        } else {
            let deadlines =
                workers.compactMap { $0.current?.deadline }
                + [queue.earliestDeadline, closingDeadline].compactMap(\.self)
            if let next = deadlines.min() { verdict.next = .until(next) } else { watcherIsParked = true }
        }
        return verdict
    }

    /// Whoever still waits when the time to close is up hears of it.
    private mutating func answersAtTheEnd() -> [SigningAnswer] {
        var answers = queue.removeAll().map { SigningAnswer(caller: $0.caller, result: .failure(.closed)) }
        for index in workers.indices {
            guard let current = workers[index].current else { continue }
            workers[index].current = nil
            workers[index].phase = .lost
            answers.append(
                SigningAnswer(caller: current.caller, result: .failure(Self.timeout(of: current.work))))
        }
        return answers
    }

    private static func timeout(of work: SigningJob.Work) -> SigningError {
        switch work {
        case .sign: SigningError(.timedOut, silence, outcome: .possiblySigned)
        case .prepare: SigningError(.timedOut, silence)
        }
    }

    private static let silence = "the token did not answer in time"

    mutating func beginClosing(deadline: UInt64) {
        guard !isClosing else { return }
        isClosing = true
        closingDeadline = deadline
        idle = []
    }

    /// The caller to be told of the end; `false` where that has come already.
    mutating func await(_ closer: Caller<Void>) -> Bool {
        guard !isFinished else { return false }
        closers.append(closer)
        return true
    }

    mutating func leave(worker index: Int, now: UInt64) -> [Caller<Void>] {
        workers[index].phase = .gone
        workers[index].current = nil
        return finishIfDone(now: now)
    }

    /// Closed is a pool whose workers are gone or lost, or whose time to close is up.
    private mutating func finishIfDone(now: UInt64) -> [Caller<Void>] {
        guard isClosing, !isFinished else { return [] }
        let isDone = workers.allSatisfy { $0.phase == .gone || $0.phase == .lost }
        guard isDone || closingDeadline.map({ $0 <= now }) ?? false else { return [] }
        isFinished = true
        defer { closers = [] }
        return closers
    }
}
