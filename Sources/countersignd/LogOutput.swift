import Foundation
import Glibc
import Logging
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
        var rest = lines[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { break }
            rest.removeFirst(written)
        }
        state.withLock { $0.isWriting = false }
    }

    /// Waits until what was logged is written, but no longer than so many milliseconds.
    func flush(milliseconds: Int = 1000) {
        for _ in 0..<milliseconds where state.withLock({ !$0.lines.isEmpty || $0.isWriting }) { usleep(1000) }
    }
}

/// One logger of that output, in the form that swift-log's own has: time, level, label, metadata, target, message.
struct LogOutputHandler: LogHandler {
    let label: String
    let output: LogOutput
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    init(label: String, output: LogOutput) {
        self.label = label
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        output.append(
            "\(Date.now.ISO8601Format()) \(event.level) \(label):\(pairs) [\(event.source)] \(event.message)\n")
    }
}
