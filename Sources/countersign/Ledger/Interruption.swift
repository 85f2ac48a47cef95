import Glibc
import Synchronization

/// Lets ^C and SIGTERM end a command that otherwise runs for ever: at once, with success, and never in the middle of a line.
enum Interruption {
    private enum State: UInt8, AtomicRepresentable {
        case idle
        case writing
        case ending
    }

    private static let state = Atomic(State.idle)

    /// From here on.
    static func endsCleanly() {
        // What is made when it is first used is made here: the handler may only do what a signal's handler may.
        state.store(.idle, ordering: .sequentiallyConsistent)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                // What is being written ends the process when it has been; the second ^C does not wait for it.
                if Interruption.state.exchange(.ending, ordering: .sequentiallyConsistent) != .writing { _exit(0) }
            }
        }
    }

    /// Writes what is not to be cut short.
    static func afterwards(_ write: () throws(CommandFailure) -> Void) throws(CommandFailure) {
        move(from: .idle, to: .writing)
        defer { move(from: .writing, to: .idle) }
        try write()
    }

    private static func move(from old: State, to new: State) {
        let (isDone, _) = state.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent)
        if !isDone { _exit(0) }
    }
}
