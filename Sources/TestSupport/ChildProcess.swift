import CLinux
import Foundation
import Glibc
import Synchronization

/// A program that a test runs beside itself, its output in files.
package final class ChildProcess: Sendable {
    package let pid: Int32
    private let outputs: (out: String, errors: String)
    private let status = Mutex<Int32?>(nil)

    /// What is left of a program that has ended.
    package struct Ended: Sendable, CustomStringConvertible {
        /// Its exit status, or the number of the signal that ended it, negative.
        package let status: Int32
        package let output: String
        package let errors: String
        package var description: String { "status \(status)\n\(output)\n\(errors)" }
    }

    /// - Parameters:
    ///   - environment: what it has beside this process's own.
    ///   - input: the file that it reads as standard input.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], input: String = "/dev/null"
    ) throws {
        let folder = try Self.scratch.get()
        let name = folder + "/" + UUID().uuidString
        outputs = (name + ".out", name + ".err")
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, outputs.out, O_WRONLY | O_CREAT, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, outputs.errors, O_WRONLY | O_CREAT, 0o600)
        // What this process holds open for other tests is none of the child's: a peer would wait for an end that the child keeps.
        _ = unsafe countersign_spawn_closing_from(&actions, 3)
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var (words, variables) = unsafe (
            ([executable] + arguments).map { unsafe strdup($0) } + [nil],
            merged.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        )
        defer {
            unsafe words.forEach { unsafe free($0) }
            unsafe variables.forEach { unsafe free($0) }
        }
        var pid: pid_t = 0
        let error = unsafe posix_spawnp(&pid, executable, &actions, nil, &words, &variables)
        guard error == 0 else { throw TestSupportError("\(executable) cannot be run: errno \(error)") }
        self.pid = pid
        Self.running.withLock { _ = $0.insert(pid) }
    }

    deinit { if exitStatus == nil { kill(pid, SIGKILL) } }

    /// Runs a program to its end.
    package static func run(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], input: String = "/dev/null"
    ) throws -> Ended {
        try ChildProcess(executable, arguments, environment: environment, input: input).wait()
    }

    /// Sends it a signal, unless it has ended.
    package func signal(_ number: Int32) {
        if exitStatus == nil { kill(pid, number) }
    }

    /// How it ended; `nil` while it runs. A signal's number is negative.
    package var exitStatus: Int32? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            guard unsafe waitpid(pid, &raw, WNOHANG) == pid else { return nil }
            Self.running.withLock { _ = $0.remove(pid) }
            status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : -(raw & 0x7f)
            return status
        }
    }

    /// Waits for its end.
    ///
    /// - Throws: where it does not end in time; it is killed then.
    package func wait() throws -> Ended {
        let deadline = ContinuousClock.now + patience
        while true {
            if let status = exitStatus {
                return Ended(status: status, output: try text(outputs.out), errors: try text(outputs.errors))
            }
            guard ContinuousClock.now < deadline else {
                kill(pid, SIGKILL)
                throw TestSupportError("process \(pid) does not end: \((try? text(outputs.errors)) ?? "")")
            }
            usleep(2000)
        }
    }

    /// What it has written to standard output so far.
    package var output: String { (try? text(outputs.out)) ?? "" }

    /// What it has written to standard error so far.
    package var errors: String { (try? text(outputs.errors)) ?? "" }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private static let running = Mutex<Set<pid_t>>([])

    /// A folder of this process, removed at its end, when what still runs is stopped too.
    package static let scratch: Result<String, any Error> = Result {
        let folder = FileManager.default.temporaryDirectory.path + "/cs-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        atexit {
            for pid in ChildProcess.running.withLock({ $0 }) {
                kill(pid, SIGTERM)
                waitpid(pid, nil, 0)
            }
            if let folder = try? ChildProcess.scratch.get() { try? FileManager.default.removeItem(atPath: folder) }
        }
        return folder
    }
}
