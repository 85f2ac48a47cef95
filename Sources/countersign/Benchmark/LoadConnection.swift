import CLinux
import Console
import Glibc
import JSONRPC

/// One connection of the load, with at most one request under way.
final class LoadConnection {
    let descriptor: Int32
    private var answer: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var sentAt = ContinuousClock.now

    /// How an answer with a result begins; one with an error does not.
    private static let success = Array(#"{"jsonrpc":"2.0","id":1,"result":"#.utf8)

    init(path: String) throws(CommandFailure) {
        var descriptor: Int32 = -1
        let error = unsafe countersign_connect(path, &descriptor)
        guard error == 0 else {
            throw CommandFailure(.unavailable, "countersignd cannot be reached at \(path): \(describe(error)).")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Whoever listens at the other end, by the kernel's word.
    func daemonPID() throws(CommandFailure) -> Int32 {
        var peer = countersign_peer()
        let error = unsafe countersign_peer_credentials(descriptor, &peer)
        guard error == 0 else {
            throw CommandFailure(.internalError, "the daemon's pid is unknown: \(describe(error)).")
        }
        return peer.pid
    }

    /// - Throws: `CommandFailure` where the connection is gone.
    func send(_ line: [UInt8]) throws(CommandFailure) {
        sentAt = .now
        var rest = line[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    try waitUntilWritable()
                    continue
                }
                throw CommandFailure(.unavailable, "the daemon hung up: \(describe(errno)).")
            }
            rest.removeFirst(written)
        }
    }

    /// A daemon that is slow to read is waited for; one that reads nothing for long has ended the load.
    private func waitUntilWritable() throws(CommandFailure) {
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let ready = unsafe poll(&state, 1, 30_000)
        guard ready != 0 else { throw CommandFailure(.unavailable, "the daemon has read nothing for 30 s.") }
        guard ready > 0 || errno == EINTR else {
            throw CommandFailure(.internalError, "poll fails: \(describe(errno)).")
        }
    }

    /// Reads what is there. Returns how long the answer took once it is whole; a certificate, or the load ends.
    ///
    /// - Throws: `CommandFailure` where the daemon hangs up, or answers with an error.
    func receive() throws(CommandFailure) -> Duration? {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR || errno == EAGAIN { return nil }
        guard count > 0 else { throw CommandFailure(.unavailable, "the daemon hung up.") }
        let isWhole = buffer[count - 1] == UInt8(ascii: "\n")
        guard isWhole, answer.isEmpty else {
            answer += buffer.prefix(count)
            if isWhole { return try finish(answer[...]) }
            return nil
        }
        return try finish(buffer.prefix(count))
    }

    private static func failure(_ line: [UInt8]) -> CommandFailure {
        guard case .failure(let error)? = try? Response(parsing: line).outcome else {
            let text = String(decoding: line, as: UTF8.self)
            return CommandFailure(.internalError, "the daemon answered with something else: \(text)")
        }
        let failure = CommandFailure(error, asJSON: false)
        return CommandFailure(failure.code, "a request of the load failed: \(failure.message)")
    }

    private func finish(_ line: ArraySlice<UInt8>) throws(CommandFailure) -> Duration {
        defer { answer.removeAll(keepingCapacity: true) }
        guard line.starts(with: Self.success) else {
            throw Self.failure(Array(line.dropLast()))
        }
        return .now - sentAt
    }
}
