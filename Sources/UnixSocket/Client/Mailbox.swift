import Synchronization

/// Lines that a client's event loop has received and nobody has asked for, or those who have asked and wait.
final class Mailbox: Sendable {
    typealias Receiver = CheckedContinuation<Result<[UInt8]?, SocketError>, Never>

    private struct State {
        var lines: [[UInt8]] = []
        var receivers: [Receiver] = []
        var end: Result<[UInt8]?, SocketError>?
        var isFull = false
    }

    private let state = Mutex(State())
    private let capacity = 16

    /// Whether there is room for more: where not, `receive` will say when there is.
    func deliver(_ line: [UInt8]) -> Bool {
        let (receiver, hasRoom): (Receiver?, Bool) = state.withLock { state in
            if !state.receivers.isEmpty { return (state.receivers.removeFirst(), true) }
            state.lines.append(line)
            state.isFull = state.lines.count >= capacity
            return (nil, !state.isFull)
        }
        receiver?.resume(returning: .success(line))
        return hasRoom
    }

    /// The oldest line, or the end, once there is one.
    func receive(onRoom: () -> Void) async -> Result<[UInt8]?, SocketError> {
        await withCheckedContinuation { receiver in
            let (answer, hasRoomAgain): (Result<[UInt8]?, SocketError>?, Bool) = state.withLock { state in
                guard !state.lines.isEmpty else {
                    if state.end == nil { state.receivers.append(receiver) }
                    return (state.end, false)
                }
                let line = state.lines.removeFirst()
                let hasRoomAgain = state.isFull && state.lines.count <= capacity / 2
                if hasRoomAgain { state.isFull = false }
                return (.success(line), hasRoomAgain)
            }
            if hasRoomAgain { onRoom() }
            if let answer { receiver.resume(returning: answer) }
        }
    }

    /// No more lines will come: the first reason given stays.
    func end(_ reason: Result<[UInt8]?, SocketError>) {
        let receivers = state.withLock { state in
            if state.end == nil { state.end = reason }
            defer { state.receivers = [] }
            return state.receivers
        }
        for receiver in receivers { receiver.resume(returning: reason) }
    }
}
