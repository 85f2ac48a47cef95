import Signing
import Synchronization
import Threads

/// What is known of a host and of the orders that it has, and what follows: lock, decide, unlock, act.
struct HostState {
    typealias Answer = Result<[UInt8], SigningError>

    /// An order that waits for its answer.
    struct Pending {
        let isSigning: Bool
        /// In nanoseconds of uptime, as all times here.
        let deadline: UInt64
        let caller: Caller<Answer>

        init(_ order: Order, deadline: UInt64, caller: Caller<Answer>) {
            if case .sign = order { isSigning = true } else { isSigning = false }
            self.deadline = deadline
            self.caller = caller
        }

        /// Whatever it was at: nobody knows how far it came.
        func failed(_ kind: SigningError.Kind, _ reason: String) -> Answer {
            .failure(SigningError(kind, reason, outcome: isSigning ? .possiblySigned : .notSigned))
        }
    }

    struct Limits {
        /// After so long without a word it is taken for dead.
        let silence: UInt64
        /// So long a call into its module may hang.
        let hang: UInt64
    }

    /// What callers are told, once the lock is let go.
    struct Answers {
        fileprivate var all: [(Caller<Answer>, Answer)] = []
        /// Whether a host ended that nobody had told to.
        var isUnexpected = false

        func deliver() { for (caller, answer) in all { caller.resume(with: answer) } }
    }

    private(set) var process: HostProcess?
    /// How often one was started: what an earlier one still says counts no more.
    private var generation = 0
    private var number: UInt64 = 0
    private var pending: [UInt64: Pending] = [:]
    private var keys: [IsolatedKey] = []
    private var nextIndex: UInt32 = 0
    private var status = HostStatus()
    private var lastWord: UInt64 = 0
    private var hangsSince: UInt64?
    private var startedAt: UInt64 = 0
    /// Why nothing is asked of it; `nil` while it works.
    private var outage: Outage?
    private var lastError: String?
    /// Why its end is only a matter of time.
    private var condemnation: String?
    private var isClosing = false

    /// Starts, one after the other, that came to nothing.
    private var attempts: UInt32 = 0
    /// Whether a new one is being got ready.
    var isStarting = false

    private struct Outage {
        let since: UInt64
        let reason: String
        let next: UInt64
    }
}

// MARK: - Orders

extension HostState {
    mutating func takeNumber() -> UInt64 {
        number += 1
        return number
    }

    /// - Returns: why it is not sent.
    mutating func begin(_ order: Order, _ number: UInt64, _ pending: Pending) -> SigningError? {
        if isClosing { return SigningError(.closed, "the token is being closed") }
        guard let process else { return refusal ?? SigningError(.unavailable, "the token's process does not run") }
        do throws(MalformedFrame) { try process.send(order) } catch {
            return SigningError(.misconfigured, "it cannot be told to the token's process: \(error.reason)")
        }
        self.pending[number] = pending
        return nil
    }

    func send(_ order: Order) { try? process?.send(order) }

    mutating func finish(_ number: UInt64, of generation: Int) -> Caller<Answer>? {
        guard generation == self.generation else { return nil }
        return pending.removeValue(forKey: number)?.caller
    }

    private mutating func failAll(_ kind: SigningError.Kind, _ reason: String) -> Answers {
        defer { pending = [:] }
        return Answers(all: pending.values.map { ($0.caller, $0.failed(kind, reason)) })
    }
}

// MARK: - Keys

extension HostState {
    mutating func add(_ configuration: KeyConfiguration) -> IsolatedKey {
        let key = IsolatedKey(index: nextIndex, configuration: configuration)
        nextIndex += 1
        keys.append(key)
        return key
    }

    mutating func remove(_ key: IsolatedKey) { keys.removeAll { $0 === key } }

    var allKeys: [IsolatedKey] { keys }

    private var refusal: SigningError? {
        if isClosing { return SigningError(.closed, "the token is being closed") }
        return outage.map { SigningError(.unavailable, $0.reason) }
    }

    func refusal(of key: IsolatedKey) -> SigningError? {
        if let refusal { return refusal }
        guard let known = status.keys[key.index] else { return SigningError(.unavailable, Self.unprepared) }
        return known.refusal
    }

    private static let unprepared = "the token's process has not got the key ready yet"

    mutating func note(_ status: HostStatus, of generation: Int, now: UInt64) {
        guard generation == self.generation else { return }
        self.status = status
        lastWord = now
        hangsSince = status.hangs ? hangsSince ?? now : nil
    }

    func status(of key: IsolatedKey, now: UInt64) -> SignerStatus {
        let known = status.keys[key.index]?.status
        let signatures = key.signatures.load(ordering: .relaxed)
        guard outage == nil, let known else {
            return SignerStatus(
                state: .unavailable(outage?.reason ?? Self.unprepared), signatures: signatures, lastError: lastError,
                outage: outage.map { outage in
                    SignerStatus.Outage(
                        lasting: .nanoseconds(Int64(clamping: now &- outage.since)),
                        nextAttempt: .nanoseconds(Int64(clamping: max(outage.next, now) &- now)))
                },
                provenance: known?.provenance)
        }
        return SignerStatus(
            state: known.state, sessions: known.sessions, queueDepth: known.queueDepth, signatures: signatures,
            testSignatures: known.testSignatures, lastError: known.lastError ?? lastError, outage: known.outage,
            provenance: known.provenance, latencies: known.latencies)
    }
}

// MARK: - Starts and ends

extension HostState {
    /// - Returns: which start it is.
    mutating func beginStart(now: UInt64) -> Int {
        generation += 1
        (status, hangsSince, lastWord, startedAt) = (HostStatus(), nil, now, now)
        return generation
    }

    /// - Returns: whether it is still wanted.
    mutating func started(_ process: HostProcess, _ generation: Int) -> Bool {
        guard generation == self.generation, !isClosing else { return false }
        self.process = process
        return true
    }

    /// It works, with all of its keys.
    ///
    /// - Returns: for how long it had not.
    mutating func restarted(now: UInt64) -> Duration? {
        guard process != nil, let outage else { return nil }
        self.outage = nil
        lastError = outage.reason
        return .milliseconds(Int64(clamping: (now &- outage.since) / 1_000_000))
    }

    mutating func ended(_ generation: Int, because reason: String, now: UInt64) -> Answers {
        guard generation == self.generation else { return Answers() }
        process = nil
        // A start that no `started` follows any more.
        self.generation += 1
        var answers = failAll(.unavailable, reason)
        answers.isUnexpected = !isClosing && condemnation == nil
        guard !isClosing else { return answers }
        // One that has worked for a while is started again at once.
        attempts = now &- startedAt > Self.probation ? 0 : attempts + 1
        outage = Outage(
            since: outage?.since ?? now, reason: condemnation ?? reason, next: now &+ Self.pause(after: attempts))
        (condemnation, lastError) = (nil, outage?.reason)
        return answers
    }

    /// A host that ends sooner is not started again at once.
    private static let probation: UInt64 = 5_000_000_000

    /// 0.1 to 4 s, half of it by chance, so that not all come at once.
    private static func pause(after attempts: UInt32) -> UInt64 {
        guard attempts > 0 else { return 0 }
        let longest: UInt64 = min(4_000_000_000, 100_000_000 << UInt64(min(attempts - 1, 6)))
        return longest / 2 + UInt64.random(in: 0...longest / 2)
    }

    struct Step {
        var answers = Answers()
        var isToStart = false
        var kill: HostProcess?
        /// Why.
        var condemned: String?
    }

    /// What is to be done now.
    mutating func next(now: UInt64, limits: Limits) -> Step {
        var step = Step()
        for (number, order) in pending where order.deadline <= now {
            pending[number] = nil
            step.answers.all.append(
                (order.caller, order.failed(.timedOut, "the token's process did not answer in time")))
        }
        guard !isClosing else { return step }
        guard let process else {
            // The first one is not started here.
            step.isToStart = !isStarting && outage.map { $0.next <= now } ?? false
            if step.isToStart { isStarting = true }
            return step
        }
        guard condemnation == nil else { return step }
        if now &- lastWord > limits.silence {
            condemnation = "the token's process says nothing any more"
        } else if let hangsSince, now &- hangsSince > limits.hang {
            // Others may be signing; what they are at is waited for, as long as a call may take.
            guard pending.isEmpty || now &- hangsSince > 2 * limits.hang else {
                outage = outage ?? Outage(since: now, reason: Self.hang, next: now)
                return step
            }
            condemnation = Self.hang
        }
        guard let condemnation else { return step }
        outage = outage ?? Outage(since: now, reason: condemnation, next: now)
        (step.kill, step.condemned) = (process, condemnation)
        return step
    }

    private static let hang = "a call into the token's module does not return"

    mutating func beginClosing() -> HostProcess? {
        isClosing = true
        return process
    }
}
