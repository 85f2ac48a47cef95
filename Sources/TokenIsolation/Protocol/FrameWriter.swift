import Dispatch
import Glibc
import Synchronization
import Threads

/// Writes messages to a socket, in a thread of its own: who sends one never waits for the other side to read.
final class FrameWriter: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        /// Nothing more is taken; what waits is still written.
        var isEnded = false
    }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - descriptor: a stream socket, which stays its owner's and is open until `atEnd`.
    ///   - atEnd: called in the thread, when it has written all that it will.
    init(
        _ descriptor: Int32, name: String, atEnd: @escaping @Sendable () -> Void = {}
    ) throws(OSThread.Failure) {
        try OSThread(name: name) { [self] in
            while let octets = next() {
                // What nobody reads any more is nobody's; the one who reads from there finds the end.
                guard Self.write(octets, to: descriptor) else { break }
            }
            state.withLock { $0 = State(isEnded: true) }
            shutdown(descriptor, Int32(SHUT_WR))
            atEnd()
        }.detach()
    }

    /// Nothing, after the end.
    func send(_ frame: Frame) {
        let isFirst = state.withLock { state in
            guard !state.isEnded else { return false }
            defer { state.waiting += frame.octets }
            return state.waiting.isEmpty
        }
        if isFirst { bell.signal() }
    }

    /// Takes no more; when what waits is written, the other side reads the end.
    func end() {
        state.withLock { $0.isEnded = true }
        bell.signal()
    }

    /// What waits, all together; `nil` at the end.
    private func next() -> [UInt8]? {
        while true {
            let (octets, isEnded) = state.withLock { state in
                defer { state.waiting = [] }
                return (state.waiting, state.isEnded)
            }
            if !octets.isEmpty { return octets }
            if isEnded { return nil }
            bell.wait()
        }
    }

    private static func write(_ octets: [UInt8], to descriptor: Int32) -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { octets in
                unsafe Glibc.send(descriptor, octets.baseAddress, octets.count, Int32(MSG_NOSIGNAL))
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest.removeFirst(written)
        }
        return true
    }
}
