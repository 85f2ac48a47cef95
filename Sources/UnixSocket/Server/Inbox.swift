import Synchronization

/// Hands a connection's lines from its event loop to the tasks that answer them: its *lanes*, each of which answers one
/// line at a time. A lane that waits is woken straight from the event loop, so that a line changes threads once; a new
/// one is only asked for where all are busy.
final class Inbox: Sendable {
    private struct State {
        var lines: [Line] = []
        var lanes = 0
        var idle: [CheckedContinuation<Line?, Never>] = []
        /// Lanes that were asked for and not begun.
        var wanted = 0
        var opener: CheckedContinuation<Bool, Never>?
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let maximumLanes: Int
    /// More than this many do not wait.
    private static let maximumIdle = 4

    init(maximumLanes: Int) { self.maximumLanes = maximumLanes }

    /// Gives a line to a lane that waits, or leaves it for the first that is done.
    func offer(_ line: Line) {
        enum Action { case wake(CheckedContinuation<Line?, Never>), open(CheckedContinuation<Bool, Never>), none }
        let action: Action = state.withLock { state in
            if state.hasEnded { return .none }
            if let lane = state.idle.popLast() { return .wake(lane) }
            state.lines.append(line)
            guard state.lanes + state.wanted < maximumLanes else { return .none }
            if let opener = state.opener {
                state.opener = nil
                state.lanes += 1
                return .open(opener)
            }
            state.wanted += 1
            return .none
        }
        switch action {
        case .wake(let lane): lane.resume(returning: line)
        case .open(let opener): opener.resume(returning: true)
        case .none: break
        }
    }

    /// Waits until another lane is wanted: then true, and the caller starts it. False at the end.
    func laneWanted() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.hasEnded { return false }
                if state.wanted > 0 {
                    state.wanted -= 1
                    state.lanes += 1
                    return true
                }
                state.opener = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// The next line for a lane; `nil` where the lane is to end.
    func next() async -> Line? {
        enum Step { case line(Line), end, wait }
        func step(_ state: inout State) -> Step {
            if !state.hasEnded, !state.lines.isEmpty { return .line(state.lines.removeFirst()) }
            guard !state.hasEnded, state.idle.count < Self.maximumIdle else {
                state.lanes -= 1
                return .end
            }
            return .wait
        }
        return await withCheckedContinuation { continuation in
            let taken: Step = state.withLock { state in
                let taken = step(&state)
                if case .wait = taken { state.idle.append(continuation) }
                return taken
            }
            switch taken {
            case .line(let line): continuation.resume(returning: line)
            case .end: continuation.resume(returning: nil)
            case .wait: break
            }
        }
    }

    /// No more lines: those that nobody has taken are dropped, and all lanes end.
    func end() {
        let (idle, opener) = state.withLock { state in
            state.hasEnded = true
            state.lines = []
            state.lanes -= state.idle.count
            defer {
                state.idle = []
                state.opener = nil
            }
            return (state.idle, state.opener)
        }
        for lane in idle { lane.resume(returning: nil) }
        opener?.resume(returning: false)
    }
}
