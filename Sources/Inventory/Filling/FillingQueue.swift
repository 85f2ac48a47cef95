internal import Dispatch
internal import GRDB
internal import Synchronization

/// Where tasks and the inventory's thread meet.
final class FillingQueue: Sendable {
    /// What the thread sleeps for.
    private enum Sleep: Sendable {
        case awake
        /// For a record, or for somebody who waits for one.
        case idle
        /// Records gather: only for somebody who waits for one, or the end.
        case gathering
    }

    private struct Waiter: Sendable {
        let sequence: UInt64
        var continuation: CheckedContinuation<Void, Never>?
    }

    private struct State: Sendable {
        var status = InventoryStatus(state: .idle, position: 0)
        var pool: DatabasePool?
        /// The last record of the journal that is known of.
        var head: UInt64 = 0
        var hasBegun = false
        var isOpen = false
        var isDamaged = false
        var isClosing = false
        var threadEnded = false
        var sleep = Sleep.awake
        var waiters: [UInt64: Waiter] = [:]
        var waitersSoFar: UInt64 = 0
        /// Rounds of the thread, good or bad.
        var rounds = 0
        var watchers: [CheckedContinuation<Void, Never>] = []

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            defer { watchers = [] }
            return watchers
        }

        /// Those who need not wait any longer.
        mutating func takeWaiters(_ isOver: (UInt64) -> Bool) -> [CheckedContinuation<Void, Never>] {
            let over = waiters.filter { isOver($0.value.sequence) }
            for id in over.keys { waiters[id] = nil }
            return over.values.compactMap(\.continuation)
        }
    }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)
    private let gathering: Duration

    /// - Parameter gathering: how long records may gather while nobody waits for one.
    init(gathering: Duration) {
        self.gathering = gathering
    }

    var status: InventoryStatus { state.withLock { $0.status } }

    // MARK: - The tasks' side

    /// Where to read, and what hinders it.
    var reading: (pool: DatabasePool?, status: InventoryStatus) { state.withLock { ($0.pool, $0.status) } }

    /// Whether this is the first time.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
    }

    /// There are records up to this one. Returns when the thread has done what it could about them.
    func fill(upTo head: UInt64) async {
        let (rounds, isAsleep) = state.withLock { state in
            state.head = max(state.head, head)
            defer { if state.sleep == .idle { state.sleep = .awake } }
            return (state.rounds, state.sleep == .idle)
        }
        if isAsleep { bell.signal() }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.rounds == rounds, !state.threadEnded, state.status.position < head else { return true }
                state.watchers.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// The journal is closed; what is in it is still taken in. Returns when the thread has ended.
    func close() async {
        state.withLock { $0.isClosing = true }
        bell.signal()
        while !state.withLock({ $0.threadEnded }) {
            await withCheckedContinuation { continuation in
                let ended = state.withLock { state in
                    if !state.threadEnded { state.watchers.append(continuation) }
                    return state.threadEnded
                }
                if ended { continuation.resume() }
            }
        }
    }

    /// A number for somebody who will wait for that record; the thread hurries from now on.
    func newWaiter(for sequence: UInt64) -> UInt64 {
        let (id, isAsleep) = state.withLock { state in
            state.waitersSoFar += 1
            state.waiters[state.waitersSoFar] = Waiter(sequence: sequence)
            defer { state.sleep = .awake }
            return (state.waitersSoFar, state.sleep != .awake)
        }
        if isAsleep { bell.signal() }
        return id
    }

    /// Returns when the record is there, when it will not be soon, or after `giveUp`.
    func wait(_ id: UInt64) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard let waiter = state.waiters[id] else { return true }
                guard waiter.sequence > state.status.position, !state.threadEnded else {
                    state.waiters[id] = nil
                    return true
                }
                state.waiters[id]?.continuation = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    func giveUp(_ id: UInt64) {
        let continuation = state.withLock { state in
            defer { state.waiters[id] = nil }
            return state.waiters[id]?.continuation
        }
        continuation?.resume()
    }

    /// A reader has found the file damaged.
    func reportDamage(of pool: DatabasePool) {
        let isAsleep = state.withLock { state in
            guard state.pool === pool else { return false }
            state.isDamaged = true
            defer { state.sleep = .awake }
            return state.sleep != .awake
        }
        if isAsleep { bell.signal() }
    }

    // MARK: - The thread's side

    private enum Step: Sendable {
        case fill(head: UInt64, isDamaged: Bool)
        case wait(Duration?)
        case end
    }

    /// What to do next; sleeps while there is nothing. `nil` for the end.
    ///
    /// - Parameter delay: how long to leave it alone after a failure.
    func take(after delay: Duration?) -> (head: UInt64, isDamaged: Bool)? {
        var hasWaited = false
        while true {
            switch state.withLock({ step(&$0, delay, hasWaited) }) {
            case .fill(let head, let isDamaged): return (head, isDamaged)
            case .wait(nil): bell.wait()
            case .wait(let time?):
                _ = bell.wait(timeout: .now() + .milliseconds(time.wholeMilliseconds))
                hasWaited = true
            case .end: return nil
            }
        }
    }

    private func step(_ state: inout sending State, _ delay: Duration?, _ hasWaited: Bool) -> Step {
        state.sleep = .awake
        let isBehind = state.head > state.status.position
        // What fails now is left to the next start.
        if state.isClosing, delay != nil || !isBehind { return .end }
        if let delay, !hasWaited { return .wait(delay) }
        if delay != nil || !state.isOpen || state.isDamaged {
            defer { state.isDamaged = false }
            return .fill(head: state.head, isDamaged: state.isDamaged)
        }
        guard isBehind else {
            state.sleep = .idle
            return .wait(nil)
        }
        if hasWaited || state.isClosing || !state.waiters.isEmpty { return .fill(head: state.head, isDamaged: false) }
        state.sleep = .gathering
        return .wait(gathering)
    }

    /// From now on this is read.
    func opened(_ pool: DatabasePool, at position: UInt64) {
        state.withLock { state in
            state.pool = pool
            state.isOpen = true
        }
        advance(to: position)
    }

    /// From now on nothing is read.
    func closed() {
        state.withLock { state in
            state.pool = nil
            state.isOpen = false
        }
    }

    func advance(to position: UInt64) {
        let waiters = state.withLock { state in
            state.status.position = position
            return state.takeWaiters { $0 <= position }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// A round is over, and did not come to its end where there is a reason. Who waits is told of that.
    func roundEnded(failure reason: String?) {
        let waiting = state.withLock { state in
            state.rounds += 1
            state.status.state = reason.map { .unavailable(reason: $0) } ?? .running
            return state.takeWatchers() + (reason == nil ? [] : state.takeWaiters { _ in true })
        }
        for continuation in waiting { continuation.resume() }
    }

    func threadEnded() {
        let waiting = state.withLock { state in
            state.threadEnded = true
            state.status.state = .closed
            return state.takeWatchers() + state.takeWaiters { _ in true }
        }
        for continuation in waiting { continuation.resume() }
    }
}

extension Duration {
    /// Cut off, and to an hour.
    fileprivate var wholeMilliseconds: Int {
        let limited = min(max(self, .zero), .seconds(3600)).components
        return Int(limited.seconds) * 1000 + Int(limited.attoseconds / 1_000_000_000_000_000)
    }
}
