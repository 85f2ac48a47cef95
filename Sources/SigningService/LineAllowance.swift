import Synchronization

/// How many lines of the log a user's refused requests may have: the first few of each second, and one for all others of it. Whoever is
/// granted nothing is not to fill a disk.
final class LineAllowance: Sendable {
    /// What was not logged in a second that is over.
    struct Excess: Equatable, Sendable {
        /// `nil` for all those users for whom there was no count of their own.
        let uid: UInt32?
        let lines: Int
    }

    private struct State {
        /// When the second began.
        var start: ContinuousClock.Instant
        var lines: [UInt32?: Int] = [:]

        mutating func takeExcess() -> [Excess] {
            defer { lines = [:] }
            return lines.filter { $1 > LineAllowance.perSecond }
                .map { Excess(uid: $0, lines: $1 - LineAllowance.perSecond) }
                .sorted { ($0.uid ?? .max) < ($1.uid ?? .max) }
        }
    }

    private static let perSecond = 10
    /// Users who are counted one by one; the others share a count.
    private static let users = 64

    private let state: Mutex<State>
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant) {
        state = Mutex(State(start: now()))
        self.now = now
    }

    /// Whether a line of that user's may be written; and what has become known since of seconds before.
    func take(_ uid: UInt32) -> (isAllowed: Bool, excess: [Excess]) {
        let now = now()
        return state.withLock { state in
            let excess = Self.advance(&state, to: now)
            let user = state.lines[uid] != nil || state.lines.count < Self.users ? uid : nil
            let count = (state.lines[user] ?? 0) + 1
            state.lines[user] = count
            return (count <= Self.perSecond, excess)
        }
    }

    /// What is known of seconds that are over; nobody calls only to learn that.
    func settle() -> [Excess] {
        let now = now()
        return state.withLock { Self.advance(&$0, to: now) }
    }

    /// All that is left.
    func end() -> [Excess] { state.withLock { $0.takeExcess() } }

    private static func advance(_ state: inout State, to now: ContinuousClock.Instant) -> [Excess] {
        guard now - state.start >= .seconds(1) else { return [] }
        state.start = now
        return state.takeExcess()
    }
}
