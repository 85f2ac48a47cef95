import Synchronization

/// How many connections there are, of all users and of each.
final class ConnectionCount: Sendable {
    private struct State {
        var total = 0
        var perUser: [UInt32: Int] = [:]
    }

    private let state = Mutex(State())
    private let limits: ServerConfiguration.Limits

    init(limits: ServerConfiguration.Limits) { self.limits = limits }

    /// `nil` where the user may have one more, which is counted until `leave`.
    func enter(_ uid: UInt32) -> Refusal? {
        state.withLock { state in
            guard state.total < limits.connections else { return .tooManyConnections(maximum: limits.connections) }
            let own = state.perUser[uid] ?? 0
            guard own < limits.connectionsPerUser else {
                return .tooManyConnectionsOfUser(maximum: limits.connectionsPerUser)
            }
            state.total += 1
            state.perUser[uid] = own + 1
            return nil
        }
    }

    func leave(_ uid: UInt32) {
        state.withLock { state in
            state.total -= 1
            let own = (state.perUser[uid] ?? 0) - 1
            state.perUser[uid] = own > 0 ? own : nil
        }
    }
}
