import Synchronization

/// How many connections there are, of all users and of each, and how many clients without one are listened to.
final class ConnectionCount: Sendable {
    private struct State {
        var total = 0
        var perUser: [UInt32: Int] = [:]
        var lingering = 0
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

    var lingering: Int { state.withLock(\.lingering) }

    /// Whether one more client may be listened to that was refused; it is counted until `leaveLingering`.
    func enterLingering() -> Bool {
        state.withLock { state in
            guard state.lingering < limits.lingeringRefusals else { return false }
            state.lingering += 1
            return true
        }
    }

    func leaveLingering() { state.withLock { $0.lingering -= 1 } }

    func leave(_ uid: UInt32) {
        state.withLock { state in
            state.total -= 1
            let own = (state.perUser[uid] ?? 0) - 1
            state.perUser[uid] = own > 0 ? own : nil
        }
    }
}
