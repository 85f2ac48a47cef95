import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

/// What the daemon does where a client, or the kernel, does not let it get on.
@Suite("limits of time and of open files", .serialized)
struct LimitsTests {
    private func daemon(_ change: (inout TestConfiguration) -> Void) async throws -> RunningDaemon {
        var configuration = try TestConfiguration(["p256"])
        change(&configuration)
        try await configuration.write(TestBed.shared().tree)
        return try RunningDaemon(configuration)
    }

    @Test("half a line is waited for as long as the configuration says, a connection that says nothing for ever")
    func lineTimeout() async throws {
        let daemon = try await daemon { $0.limits = "{ lineTimeout: 1s }" }
        let idle = try daemon.connect()
        let late = try daemon.connect()
        try late.send(line: #"{"jsonrpc":"2.0","id":1,"method":"getStatus"}"#)
        try late.send(ascii: #"{"jsonrpc":"2.0","id":2,"#)
        #expect(try late.response().id == .integer(1))
        #expect(try late.receive() == nil)
        // Connected before the one that was too late.
        #expect(try idle.call("getStatus", [:]).get()["state"]?.string == "ok")
        #expect(try daemon.stop().status == 0)
    }

    @Test("a client that reads nothing of what it asks for is cut off after the time that the configuration says")
    func writeTimeout() async throws {
        let daemon = try await daemon { $0.limits = "{ writeTimeout: 1s }" }
        let deaf = try daemon.connect()
        let line = #"{"jsonrpc":"2.0","id":1,"method":"listAuthorities"}"# + "\n"
        let lines = [UInt8](ascii: String(repeating: line, count: 64))
        let failure = #expect(throws: TestSupportError.self) {
            // At last its own buffers are full, then the connection is gone.
            while true { try deaf.send(lines) }
        }
        let text = "\(failure.map { "\($0)" } ?? "")"
        #expect(text.hasSuffix("errno \(EPIPE)") || text.hasSuffix("errno \(ECONNRESET)"), "\(text)")
        #expect(
            try daemon.connect().call("signCertificate", await TestBed.shared().params()).get()["certificate"] != nil)
        #expect(try daemon.stop().status == 0)
    }

    @Test("one connection more than a user may have is a 429 that says when to come again, and the tool exits with 75")
    func connections() async throws {
        let daemon = try await daemon { $0.limits = "{ connectionsPerUser: 1 }" }
        // The one that saw the daemon start may not have left yet.
        let first = try poll {
            let client = try daemon.connect()
            return (try? client.call("getStatus", [:]).get()) == nil ? nil : client
        }
        let second = try daemon.connect()
        // It may have been refused by now or not; it has to read why either way.
        try second.send(line: #"{"jsonrpc":"2.0","id":1,"method":"getStatus"}"#)
        let response = try second.response()
        #expect(response.id == .null)
        #expect(try expect(response.outcome, .tooMany)?["retryAfterMs"]?.integer ?? 0 > 0)
        guard case .failure(let error) = response.outcome else { return }
        #expect(error.message.contains("1 connection"), "\(error.message)")
        #expect(!error.message.contains("JSON-RPC"), "\(error.message)")
        #expect(try second.receive() == nil)
        let tool = try ChildProcess.run(
            RunningDaemon.program("countersign"), ["status", "--socket", daemon.configuration.socket],
            environment: daemon.configuration.environment)
        #expect(tool.status == EX_TEMPFAIL, "\(tool)")
        #expect(try first.call("getStatus", [:]).get()["state"]?.string == "ok")
        #expect(try daemon.stop().status == 0)
    }

    @Test(
        "without a descriptor left the daemon accepts nobody, goes on serving who is there, and recovers when they leave"
    )
    func openFiles() async throws {
        let params = try await TestBed.shared().params()
        let daemon = try await daemon { $0.openFiles = 100 }
        let first = try daemon.connect()
        #expect(try first.call("signCertificate", params).get()["certificate"] != nil)
        var crowd = try (1...150).map { _ in try daemon.connect() }
        // It has said so once it has met the limit.
        _ = try poll { daemon.process.errors.contains("no connection can be accepted for now") ? true : nil }
        #expect(daemon.process.exitStatus == nil)
        #expect(try first.call("getStatus", [:]).get()["state"]?.string == "ok")
        // Whether the token can sign without a descriptor is its own affair; that the daemon says so is ours.
        let outcome = try first.call("signCertificate", params)
        if case .failure = outcome { try expect(outcome, .unavailable) }
        // Who was accepted in time is served, who waits in the kernel is not forgotten.
        let waiting = crowd.removeLast()
        crowd.removeAll()
        #expect(try waiting.call("getStatus", [:]).get()["state"]?.string == "ok")
        // A token that met the limit may take a moment to sign again.
        let certificate = try poll { try? daemon.connect().call("signCertificate", params).get()["certificate"] }
        #expect(certificate.string?.isEmpty == false)
        #expect(try daemon.stop().status == 0)
    }
}
