import Foundation
import JSONRPC
import TestSupport
import Testing

/// A folder with tokens of its own and files with PINs, and the tool that is run on them.
struct OperatorBench {
    let folder: String
    /// Through which the tool reaches the tokens.
    var module = SoftHSM.modulePath
    /// Of its environment, beside where the tokens are.
    var variables: [String: String] = [:]

    init() throws {
        folder = try ChildProcess.scratch.get() + "/" + String(UUID().uuidString.prefix(8))
        try FileManager.default.createDirectory(atPath: folder + "/tokens", withIntermediateDirectories: true)
        try write(
            "directories.tokendir = \(folder)/tokens\nobjectstore.backend = file\nlog.level = ERROR\n", "softhsm2.conf")
        try write("1234\n", "pin")
        try write("56789\n", "so-pin")
        try write("4321\n", "wrong-pin")
    }

    var environment: [String: String] { SoftHSM.environment(of: folder).merging(variables) { $1 } }

    func path(_ name: String) -> String { folder + "/" + name }

    /// Writes a file that is the operator's alone.
    func write(_ text: String, _ name: String) throws {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path(name))
    }

    func tool(_ arguments: [String], variables: [String: String] = [:]) throws -> ChildProcess.Ended {
        try ChildProcess.run(
            RunningDaemon.program("countersign"), arguments + ["--module", module],
            environment: environment.merging(variables) { $1 })
    }

    /// With the user's PIN.
    func loggedIn(_ arguments: [String], variables: [String: String] = [:]) throws -> ChildProcess.Ended {
        try tool(arguments + ["--pin-file", path("pin")], variables: variables)
    }

    func initialize(_ label: String = "ca") throws -> ChildProcess.Ended {
        try loggedIn(["token", "init", "--label", label, "--so-pin-file", path("so-pin")])
    }

    func json(_ ended: ChildProcess.Ended) throws -> JSONValue {
        #expect(ended.status == 0, "\(ended)")
        return try JSONValue(parsing: Array(ended.output.utf8.dropLast()))
    }

    /// What the tool says on a terminal on which that is typed, a piece each time that it asks.
    func typing(_ typed: [String], _ arguments: [String]) throws -> ChildProcess.Ended {
        let script = """
            import os, pty, sys
            typed = sys.argv[1].split("|")
            child, terminal = pty.fork()
            if child == 0:
                os.execvp(sys.argv[2], sys.argv[2:])
            shown = b""
            while True:
                try:
                    more = os.read(terminal, 4096)
                except OSError:
                    break
                if not more:
                    break
                shown += more
                while typed and shown.endswith(b": "):
                    shown += b"<asked>"
                    os.write(terminal, typed.pop(0).encode().decode("unicode_escape").encode("latin-1"))
            sys.stdout.write(shown.decode())
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """
        return try ChildProcess.run(
            "python3",
            ["-c", script, typed.joined(separator: "|"), RunningDaemon.program("countersign")] + arguments
                + ["--module", module], environment: environment)
    }
}
