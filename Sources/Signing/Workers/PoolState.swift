import Threads

/// What a pool of workers decides, without doing any of it: lock, decide, unlock, act.
struct PoolState {
    var queue: JobQueue
    private(set) var workers: [Worker]
    /// Workers that wait to be woken; the last to fall asleep is the first to rise, since its cache is warm.
    private var idle: [Int]
    /// Why nothing is tried; whoever looks after the token takes it back.
    private(set) var stop: SigningError?
    /// The same for single keys, by their index.
    private var holds: [Int: SigningError] = [:]
    private(set) var troubles = KeyTroubles()
    /// How often the token came back.
    private var epoch = 0
    /// How many workers there are to be that are not lost.
    private let wanted: Int
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
        /// While it is lost: the key whose call it is in.
        var lostIn: TokenKey?
        /// Which connection to the token its last job began with.
        var epoch = 0
    }

    /// The job that a worker is at.
    struct Current {
        let deadline: UInt64
        let work: SigningJob.Work
        let key: TokenKey
        let caller: Caller<SigningResult>
    }

    init(workers: Int, queueLimit: Int, callTime: UInt64) {
        self.callTime = callTime
        wanted = workers
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
        switch job.work {
        case .sign: if let refusal = refusal(of: job.key, now: now) { return .refused(refusal) }
        // What a test is for is to find out whether there is still a reason to refuse.
        case .prove: if let refusal = inability ?? hang(of: job.key, now: now) { return .refused(refusal) }
        }
        guard !queue.isFull else { return .refused(.busy) }
        // Under the lock: a cancellation after this finds the job in the queue.
        guard !Task.isCancelled else { return .refused(.cancelled) }
        queue.append(job)
        return .queued(wake: idle.popLast(), ring: wakeWatcher())
    }

    /// Why a request would fail at once.
    ///
    /// - Parameter key: the request's.
    func refusal(of key: TokenKey? = nil, now: UInt64) -> SigningError? {
        if let inability { return inability }
        guard let key else { return stop }
        return (stop ?? holds[key.index]).map { troubles.advising($0, of: key, now: now) }
    }

    private var inability: SigningError? {
        if isClosing { return .closed }
        return workers.contains { $0.phase == .working } ? nil : Self.everyWorkerIsLost
    }

    /// A key whose call does not return is not to take one worker after the other.
    private func hang(of key: TokenKey, now: UInt64) -> SigningError? {
        let hangs = workers.contains { worker in
            if let current = worker.current {
                return current.key === key && now &- (current.deadline &- callTime) >= callTime / 8
            }
            return worker.phase == .lost && worker.lostIn === key
        }
        guard hangs else { return nil }
        return SigningError(.unavailable, "a call that uses the key has not returned yet")
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
        /// What whoever looks after the token has to hear of.
        var event: TokenEvent?
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
            step.notice = "a session is back from a call that had been given up"
            guard workers.count(where: { $0.phase == .working }) < wanted || isClosing else {
                // Another has taken its place.
                workers[index].phase = .leaving
                step.next = .leave(isLast: false)
                return step
            }
            workers[index].phase = .working
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
            judge(finished.job.work, finished.result, finished.job.key, of: index, now: now, &step)
        }
        while let job = queue.popFirst() {
            guard job.deadline > now else {
                step.others.append(SigningAnswer(caller: job.caller, result: .failure(.expired)))
                continue
            }
            // What a request spent in the queue is not the call's: a busy token is no hung one.
            workers[index].current = Current(
                deadline: now &+ callTime, work: job.work, key: job.key, caller: job.caller)
            workers[index].epoch = epoch
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
        troubles.note(result, of: key, now: now)
        return result.mapError { troubles.advising($0, of: key, now: now) }
    }

    /// Opens the breaker. That a test fails is for the one to judge who asked for it.
    private mutating func judge(
        _ work: SigningJob.Work, _ result: SigningResult, _ key: TokenKey, of index: Int, now: UInt64,
        _ step: inout Step
    ) {
        switch (result, work) {
        case (.success, _):
            workers[index].hasSession = true
            lastSuccess = now
        case (.failure(let error), _) where error.kind == .pin:
            step.others += open(because: error)
            step.notice = Self.notice(of: error.reason)
            step.event = .pinRefused
        case (.failure(let error), .sign) where error.kind == .unavailable:
            // What failed over a connection that is no more says nothing of the one that is.
            guard workers[index].epoch == epoch else { return }
            step.others += open(because: error)
            step.notice = Self.notice(of: error.reason)
            step.event = .lost
        case (.failure, _) where key.lockReason != nil:
            step.event = .locked
        case (.failure(let error), .sign) where error.kind.isFaultOfToken:
            step.event = .trouble(key.index)
        case (.failure, _):
            break
        }
    }

    /// Lets no request through, and fails those that wait.
    private mutating func open(because error: SigningError) -> [SigningAnswer] {
        // A PIN that was refused says more than what came of it.
        guard stop?.kind != .pin else { return [] }
        stop = SigningError(error.kind == .pin ? .pin : .unavailable, error.reason)
        return failQueue()
    }

    /// Fails the requests that wait; tests stay.
    private mutating func failQueue() -> [SigningAnswer] {
        var (answers, kept): ([SigningAnswer], [SigningJob]) = ([], [])
        for job in queue.removeAll() {
            if case .sign = job.work, let error = refusal(of: job.key, now: 0) {
                answers.append(SigningAnswer(caller: job.caller, result: .failure(error)))
            } else {
                kept.append(job)
            }
        }
        for job in kept { queue.append(job) }
        return answers
    }

    private static func notice(of reason: String) -> String { "the token is out of use: \(reason)" }
}

// MARK: - What whoever looks after the token says

/// What happened to a token, for whoever looks after it.
enum TokenEvent: Hashable {
    /// It is not to be reached, or does not answer.
    case lost
    case pinRefused
    /// A key fails in a token that is there, by its index.
    case trouble(Int)
    /// A key is not used before a person has seen to it.
    case locked
}

extension PoolState {
    /// No request is let through, and those that wait fail.
    mutating func setStop(_ error: SigningError) -> [SigningAnswer] {
        stop = error
        return failQueue()
    }

    /// The token is there again; what its keys do is for `release` to say.
    mutating func takeBackStop() {
        stop = nil
        epoch += 1
    }

    /// That key is not used.
    mutating func hold(_ key: TokenKey, _ error: SigningError) { holds[key.index] = error }

    mutating func release(_ key: TokenKey) { holds[key.index] = nil }
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
        var event: TokenEvent?
        /// Workers to start in the places of those that are lost.
        var started: [Int] = []
    }

    /// Answers those whose time is up, and tells when to look again.
    mutating func sweep(now: UInt64) -> Verdict {
        var verdict = Verdict()
        var isInDoubt = false
        for index in workers.indices {
            guard let current = workers[index].current, current.deadline <= now else { continue }
            workers[index].current = nil
            workers[index].phase = .lost
            workers[index].lostIn = current.key
            workers[index].hasSession = false
            let result = take(.failure(Self.timeout(of: current.work)), of: current.work, current.key, now: now)
            verdict.answers.append(SigningAnswer(caller: current.caller, result: result))
            verdict.notice = "a session is given up: the token did not answer in time"
            // Where it has done something else since, it is that call alone that hangs.
            guard case .sign = current.work else { continue }
            if lastSuccess <= current.deadline &- callTime, workers[index].epoch == epoch { isInDoubt = true }
            verdict.event = .trouble(current.key.index)
        }
        if isInDoubt {
            verdict.answers += open(because: SigningError(.unavailable, Self.silence))
            verdict.notice = Self.notice(of: Self.silence)
            verdict.event = .lost
        }
        if !isClosing { verdict.started = replaceLost() }
        while let deadline = queue.earliestDeadline, deadline <= now, let job = queue.popFirst() {
            verdict.answers.append(SigningAnswer(caller: job.caller, result: .failure(.expired)))
        }
        if workers.allSatisfy({ $0.phase != .working }) {
            verdict.answers += queue.removeAll().map {
                SigningAnswer(caller: $0.caller, result: .failure(Self.everyWorkerIsLost))
            }
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

    /// As many lost workers as there were to be at all get a successor: what hangs costs a thread and a session each time.
    private mutating func replaceLost() -> [Int] {
        var started: [Int] = []
        while workers.count(where: { $0.phase == .working }) < wanted {
            if let free = workers.indices.first(where: { workers[$0].phase == .gone }) {
                workers[free] = Worker()
                started.append(free)
            } else if workers.count < Self.mostWorkers(wanted) {
                workers.append(Worker())
                started.append(workers.count - 1)
            } else {
                break
            }
        }
        return started
    }

    /// With those that are lost.
    static func mostWorkers(_ wanted: Int) -> Int { 2 * wanted }

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
        case .prove: SigningError(.timedOut, silence)
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
