import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

/// What `countersign access explain` says is what the daemon does.
@Suite("access is explained")
struct AccessExplainTests {
    private let configuration: TestConfiguration

    init() async throws {
        var configuration = try TestConfiguration(["p256", "p384"])
        configuration.access = """
              - { gid: 4242, methods: [signCertificate, getStatus], profiles: [by p256] }
              - { uid: 4001, methods: [getStatus] }
              - { gid: 4243, methods: ["*"], profiles: ["*"], authorities: ["*"] }
            """
        try await configuration.write(TestBed.shared().tree)
        self.configuration = configuration
    }

    private func explain(_ arguments: String...) throws -> ChildProcess.Ended {
        try ChildProcess.run(
            RunningDaemon.program("countersign"),
            ["access", "explain", "--config", configuration.path] + arguments)
    }

    @Test("the rule that decides is named, and what it says of method, profile and authority")
    func decisions() throws {
        let cases: [(arguments: [String], status: Int32, words: String)] = [
            (
                ["--uid", "4000", "--gid", "4242", "--method", "signCertificate", "--profile", "by p256"], 0,
                "access[0]"
            ),
            (["--uid", "4000", "--gid", "1", "--gid", "4242", "--method", "getStatus"], 0, "gid 4242"),
            (
                ["--uid", "4000", "--gid", "4242", "--method", "signCertificate", "--profile", "BY P384"], 77,
                "profile BY P384 is not granted"
            ),
            // The first rule decides, not the one that would allow more.
            (["--uid", "4000", "--gid", "4243", "--gid", "4242", "--method", "revokeCertificate"], 77, "access[0]"),
            (["--uid", "4001", "--gid", "4243", "--method", "signCertificate"], 77, "access[1], that of uid 4001"),
            (
                ["--uid", "4000", "--gid", "4243", "--method", "signIntermediateCa", "--authority", "P384"], 0,
                "access[2]"
            ),
            (["--uid", "4000", "--gid", "7", "--method", "getStatus"], 77, "401"),
            (["--uid", "65534", "--gid", "4243", "--method", "getStatus"], 77, "401"),
            (["--uid", "4000", "--method", "getStatus", "--profile", "none"], 77, "401"),
            (["--uid", "4001", "--method", "getStatus", "--profile", "none"], 66, "has no profile none"),
            (["--user", "no-such-user-here", "--method", "getStatus"], 66, "no user on this host"),
            (["--uid", "1", "--user", "root", "--method", "getStatus"], 64, "Give --uid or --user"),
            (["--uid", "1", "--method", "getstatus"], 64, "getStatus"),
        ]
        for (arguments, status, words) in cases {
            let ended = try ChildProcess.run(
                RunningDaemon.program("countersign"),
                ["access", "explain", "--config", configuration.path] + arguments)
            #expect(ended.status == status && (ended.output + ended.errors).contains(words), "\(arguments) \(ended)")
        }
    }

    @Test("by name, with the groups of this host, and in JSON")
    func names() throws {
        let ended = try explain("--user", "root", "--method", "getStatus", "--json")
        let told = try JSONValue(parsing: Array(ended.output.utf8.dropLast()))
        #expect(told["uid"]?.integer == 0 && told["gids"]?.array?.first?.integer == 0, "\(ended)")
        #expect(told["allowed"]?.bool == false && told["rule"] == .null)
        #expect(ended.status == 77)
    }
}
