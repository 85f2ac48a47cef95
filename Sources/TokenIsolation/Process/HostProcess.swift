import CLinux
import FoundationEssentials
import Glibc
import Synchronization
import Threads

/// A host that runs, and the socket to it.
///
/// One thread reads what it reports. When that ends, for whatever reason, the thread puts an end to the host, and tells.
final class HostProcess: Sendable {
    private let pid: pid_t
    private let socket: Socket
    private let writer: FrameWriter
    /// Whether its number may be another process's by now.
    private let isReaped = Mutex(false)

    /// No host was started.
    struct Failure: Error, Hashable, Sendable {
        let reason: String
    }

    /// Closed when its last user lets go of it.
    private final class Socket: Sendable {
        let descriptor: Int32
        init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { close(descriptor) }
    }

    /// - Parameters:
    ///   - onReport: called in the thread that reads.
    ///   - onEnd: the same, once, with what became of it.
    init(
        _ program: HostProgram, name: String, onReport: @escaping @Sendable (Report) -> Void,
        onEnd: @escaping @Sendable (String) -> Void
    ) throws(Failure) {
        var sockets: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { throw Failure(reason: Self.words(errno)) }
        let own = Socket(sockets[0])
        socket = own
        do {
            let others = Socket(sockets[1])
            pid = try Self.spawn(program, others.descriptor)
        }
        do throws(OSThread.Failure) {
            writer = try FrameWriter(own.descriptor, name: "ask-\(name)") { _ = own }
        } catch {
            Self.destroy(pid)
            throw Failure(reason: Self.words(error.code))
        }
        do throws(OSThread.Failure) {
            try OSThread(name: "hear-\(name)") { [self] in
                let complaint = Self.read(from: own.descriptor, onReport)
                writer.end()
                let end = reap()
                onEnd(complaint ?? end)
            }.detach()
        } catch {
            writer.end()
            Self.destroy(pid)
            throw Failure(reason: Self.words(error.code))
        }
    }

    /// Nothing, where it is gone.
    func send(_ order: Order) throws(MalformedFrame) {
        let frame = try order.frame
        guard frame.payload.count < Frame.longest else {
            throw MalformedFrame("its \(frame.payload.count) octets are more than \(Frame.longest)")
        }
        writer.send(frame)
    }

    /// It is to finish what it does, let go of its token, and end.
    func end() { writer.end() }

    /// Puts an end to it, whatever it is at.
    func kill() {
        isReaped.withLock { isReaped in
            if !isReaped { _ = Glibc.kill(pid, SIGKILL) }
        }
        // What it has started itself may live on, and hold the other end.
        shutdown(socket.descriptor, Int32(SHUT_RDWR))
    }

    // MARK: - Its thread

    /// - Returns: what is wrong with what it says; `nil` where it just ended.
    private static func read(from descriptor: Int32, _ onReport: (Report) -> Void) -> String? {
        var reader = FrameReader(descriptor)
        do throws(MalformedFrame) {
            while let frame = try reader.next() { onReport(try Report(frame)) }
            return nil
        } catch {
            return "is not understood: \(error.reason)"
        }
    }

    /// Whatever it is at: who does not talk is of no use.
    private func reap() -> String {
        kill()
        var status: Int32 = 0
        // Not yet waited for: a number that is free again must not be killed.
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        isReaped.withLock { isReaped in
            isReaped = true
            while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
        let signal = status & 0x7f
        return signal == 0
            ? "ended with exit code \(status >> 8 & 0xff)"
            : "was ended by signal \(signal) (\(unsafe String(cString: strsignal(signal))))"
    }

    private static func destroy(_ pid: pid_t) {
        _ = Glibc.kill(pid, SIGKILL)
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    // MARK: - Its start

    private static func spawn(_ program: HostProgram, _ socket: Int32) throws(Failure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        // The standard streams, the socket, and nothing else of the daemon's.
        unsafe posix_spawn_file_actions_adddup2(&actions, socket, ModuleHost.descriptor)
        let error = unsafe countersign_spawn_closing_from(&actions, ModuleHost.descriptor + 1)
        guard error == 0 else { throw Failure(reason: words(error)) }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // This thread may have blocked what the host's threads are to hear.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = unsafe ([program.name] + program.arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe variables.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let failure = unsafe posix_spawn(&pid, program.path, &actions, &attributes, &words, &variables)
        guard failure == 0 else { throw Failure(reason: "\(program.path): \(Self.words(failure))") }
        return pid
    }

    /// The daemon's own, but that a crash takes no time, and that no memory is shown in the log.
    private static var environment: [String] {
        ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
            .map { $0 + "=" + $1 }
    }

    private static func words(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
