import Console
import Dispatch
import Glibc
import Synchronization
import Threads

/// Standard error as the log's place, written by a thread of its own: whoever reads the log and stops reading must not stop the
/// daemon. What finds no room is dropped, and counted.
final class LogOutput: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var dropped = 0
        var isWriting = false
    }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)
    private let limit: Int

    /// - Parameter limit: octets that may wait to be written.
    init(limit: Int = 1 << 20) throws(OSThread.Failure) {
        self.limit = limit
        _ = try OSThread(name: "log") { [self] in
            while true { write() }
        }
    }

    func append(_ line: String) {
        state.withLock { state in
            if state.lines.count + line.utf8.count > limit {
                state.dropped += 1
            } else {
                state.lines += line.utf8
            }
        }
        bell.signal()
    }

    private func write() {
        bell.wait()
        let lines = state.withLock { state in
            var lines = state.lines
            if state.dropped > 0 {
                lines += "… \(state.dropped) lines of the log found no room and were dropped\n".utf8
            }
            (state.lines, state.dropped, state.isWriting) = ([], 0, true)
            return lines
        }
        // Where that fails there is nowhere left to say so.
        try? writeAll(lines, to: STDERR_FILENO)
        state.withLock { $0.isWriting = false }
    }

    /// Waits until what was logged is written, but no longer than so many milliseconds.
    func flush(milliseconds: Int = 1000) {
        for _ in 0..<milliseconds where state.withLock({ !$0.lines.isEmpty || $0.isWriting }) { usleep(1000) }
    }
}
