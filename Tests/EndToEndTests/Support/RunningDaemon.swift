import Foundation
import Glibc
import JSONRPC
import TestSupport

/// The daemon itself, as a process of its own.
final class RunningDaemon: Sendable {
    let configuration: TestConfiguration
    let process: ChildProcess

    /// Starts it and waits until it serves.
    init(_ configuration: TestConfiguration) throws {
        self.configuration = configuration
        process = try Self.spawn(configuration)
        let deadline = ContinuousClock.now + patience
        while true {
            if let client = try? WireClient(configuration.socket),
                (try? client.call("getStatus", [:])) != nil
            {
                return
            }
            if process.exitStatus != nil { throw TestSupportError("countersignd: \(try process.wait())") }
            guard ContinuousClock.now < deadline else {
                throw TestSupportError("countersignd does not answer: \(process.errors)")
            }
            usleep(5000)
        }
    }

    /// Starts it and does not wait.
    static func spawn(
        _ configuration: TestConfiguration, _ arguments: String..., newJournal: Bool = true
    ) throws -> ChildProcess {
        let command =
            configuration.wrapper + [try program("countersignd"), "--config", configuration.path]
            + (newJournal ? ["--new-journal"] : [])
            + arguments
        let limit = configuration.openFiles.map { "ulimit -n \($0); " } ?? ""
        return try ChildProcess(
            "sh", ["-c", limit + #"exec "$0" "$@""#] + command, environment: configuration.environment)
    }

    /// Where a program of this package was built: beside the tests.
    static func program(_ name: String) throws -> String {
        try BuiltProduct.path(of: name)
    }

    func connect() throws -> WireClient { try WireClient(configuration.socket) }

    /// Asks it to stop, as its supervisor would.
    func stop() throws -> ChildProcess.Ended {
        process.signal(SIGTERM)
        return try process.wait()
    }
}

extension WireClient {
    /// The next response; a daemon that hangs up is an error.
    func response() throws -> Response {
        guard let line = try receive() else { throw TestSupportError("the daemon hung up") }
        return try Response(parsing: line)
    }

    /// The answer to one request, with a random id.
    func call(_ method: String, _ params: JSONValue) throws -> Result<JSONValue, ResponseError> {
        let id = Int64.random(in: 1...1 << 40)
        let request = Request.encoded(id: .integer(id), method: method, params: params)
        try send(request + [0x0a])
        let response = try response()
        guard response.id == .integer(id) else { throw TestSupportError("an answer to \(response.id), not to \(id)") }
        return response.outcome
    }
}
