/// What is done, and when, for a token and its keys to sign again, and to know that they do. It decides and does nothing.
///
/// A token that is not to be reached is connected anew: at once, then after pauses that double, with its module initialised anew from the
/// second time on. A key is proven by a test signature: after each connection, after trouble, and from time to time.
struct RecoveryLadder: Sendable {
    enum Step: Hashable, Sendable {
        /// Find the token and log in.
        case connect(Depth)
        /// Have these keys make a test signature.
        case prove([Int])
        /// See whether the PIN may be tried again.
        case lookAtLatch
        /// Nothing before that time, in nanoseconds of uptime.
        case wait(until: UInt64)
    }

    enum Depth: Hashable, Sendable {
        /// With the module as it is.
        case session
        /// With the module initialised anew.
        case module
    }

    private enum Connection {
        /// - isProven: whether a key has signed since it was made.
        case sound(isProven: Bool)
        case lost(next: UInt64)
        /// The PIN was refused: it is not tried before a person has seen to that.
        case latched(look: UInt64)
    }

    private struct Key {
        /// Test signatures that failed in a row.
        var failures = 0
        /// Since when they have.
        var failing: UInt64?
        var next: UInt64
        var isUnderTest = false
    }

    private var connection: Connection
    /// Connections that came to nothing since a key signed last.
    private var attempts = 0
    private var keys: [Int: Key] = [:]
    /// How often each key is proven, in nanoseconds; 0: only after trouble.
    private let interval: UInt64
    /// A factor around 1, so that several daemons do not come back in step.
    private let jitter: @Sendable () -> Double

    init(interval: UInt64, now: UInt64, jitter: @escaping @Sendable () -> Double = { .random(in: 0.75...1.25) }) {
        self.interval = interval
        self.jitter = jitter
        connection = .lost(next: now)
    }

    /// How often to see whether a person has taken the latch away.
    static let latchInterval: UInt64 = 1_000_000_000

    /// 0.1 s after the first failure, doubled with each that follows, 4 s at most.
    private func pause(after failures: Int) -> UInt64 {
        let pause: UInt64 = min(100_000_000 << UInt64(min(max(failures, 1), 16) - 1), 4_000_000_000)
        return UInt64(Double(pause) * jitter())
    }

    private var untilNextProof: UInt64 { interval == 0 ? .max / 4 : UInt64(Double(interval) * jitter()) }

    // MARK: - What is next

    mutating func next(now: UInt64) -> Step {
        switch connection {
        case .latched(let look):
            guard look <= now else { return .wait(until: look) }
            connection = .latched(look: now &+ Self.latchInterval)
            return .lookAtLatch
        case .lost(let next):
            guard next <= now else { return .wait(until: next) }
            return .connect(attempts == 0 ? .session : .module)
        case .sound:
            let waiting = keys.filter { !$0.value.isUnderTest }
            let due = waiting.filter { $0.value.next <= now }.keys.sorted()
            guard !due.isEmpty else { return .wait(until: waiting.values.map(\.next).min() ?? .max) }
            for index in due { keys[index]?.isUnderTest = true }
            return .prove(due)
        }
    }

    /// When the token is tried again, where it is out of reach.
    var nextAttempt: UInt64? { if case .lost(let next) = connection { next } else { nil } }

    /// When a key is tested again, where it did not sign the last time.
    func nextAttempt(of key: Int) -> UInt64? { keys[key].flatMap { $0.failures > 0 ? $0.next : nil } }

    /// Since when a key does not sign; `nil` where it did the last time.
    func failing(_ key: Int) -> UInt64? { keys[key]?.failing }

    // MARK: - The token

    /// It was found not to be there, or not to answer.
    mutating func lost(now: UInt64) {
        guard case .sound(let isProven) = connection else { return }
        if !isProven { attempts += 1 }
        connection = .lost(next: attempts == 0 ? now : now &+ pause(after: attempts))
    }

    mutating func connected(now: UInt64) {
        connection = .sound(isProven: false)
        if keys.isEmpty { attempts = 0 }
        for index in Array(keys.keys) { keys[index]?.next = now }
    }

    mutating func failedToConnect(now: UInt64) {
        attempts += 1
        connection = .lost(next: now &+ pause(after: attempts))
    }

    mutating func latched(now: UInt64) { connection = .latched(look: now &+ Self.latchInterval) }

    mutating func unlatched(now: UInt64) {
        attempts = 0
        connection = .lost(next: now)
    }

    // MARK: - Its keys

    /// - Parameter isProven: whether it has just signed; else it is to be proven at once.
    mutating func add(_ key: Int, isProven: Bool, now: UInt64) {
        keys[key] = Key(next: now)
        if isProven { signed(key, now: now) }
    }

    /// Nothing that is tried again will help it.
    mutating func remove(_ key: Int) { keys[key] = nil }

    /// A request has failed, in a token that is there.
    mutating func trouble(with key: Int, now: UInt64) {
        guard let state = keys[key], state.failures == 0, !state.isUnderTest else { return }
        keys[key] = Key(failures: 1, failing: now, next: now &+ pause(after: 1))
    }

    mutating func signed(_ key: Int, now: UInt64) {
        if case .sound = connection {
            connection = .sound(isProven: true)
            attempts = 0
        }
        guard keys[key] != nil else { return }
        let next = now &+ untilNextProof
        keys[key] = Key(next: next)
    }

    /// A test signature was not made.
    ///
    /// - Parameter byToken: whether what failed is the token, as far as can be told.
    mutating func failed(_ key: Int, byToken: Bool, now: UInt64) {
        guard let state = keys[key] else { return }
        let failures = state.failures
        keys[key] = Key(failures: failures + 1, failing: state.failing ?? now, next: now &+ pause(after: failures + 1))
        // One that none of its keys has signed in is as good as none.
        if case .sound(isProven: false) = connection, byToken, keys.values.allSatisfy({ !$0.isUnderTest }) {
            lost(now: now)
        }
    }
}
