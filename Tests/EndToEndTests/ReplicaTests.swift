import Foundation
import JSONRPC
import TestSupport
import Testing

/// One key in two tokens: either may go, and nobody is refused.
@Suite("a key in several tokens", .serialized)
struct ReplicaTests {
    private let bed: TestBed
    private let authority: OldCA
    private let modules: [FaultyModule]

    init() async throws {
        bed = try await TestBed.shared()
        authority = try OldCA()
        modules = [try FaultyModule(), try FaultyModule()]
        try authority.utility("--init-token", "--free", "--label", "second", "--pin", "1234", "--so-pin", "5678")
        try authority.utility(
            "--import", authority.path("ca.p8"), "--token", "second", "--label", "copy", "--id", "02", "--pin", "1234")
        let configuration = authority.configuration
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
            .replacing("module: \(SoftHSM.modulePath)", with: "module: \(modules[0].path)")
            .replacing(
                "authorities:",
                with: """
                      - name: second
                        module: \(modules[1].path)
                        uri: pkcs11:token=second
                        pin: { file: \(configuration.folder)/pin }
                    authorities:
                    """
            )
            .replacing(
                "    chain:",
                with: "    replicas: [{ token: second, key: pkcs11:object=copy;type=private }]\n    chain:")
        try configuration.write(text, to: "countersign.yaml")
    }

    private func sign(_ client: WireClient) throws -> Result<JSONValue, ResponseError> {
        try client.call("signCertificate", bed.params(by: "legacy"))
    }

    /// The key in one of the tokens, as the daemon tells.
    private func key(_ client: WireClient, in token: String) throws -> JSONValue {
        let authority = try client.call("getStatus", [:]).get()["authorities"]?.array?.first
        return try #require(authority?["keys"]?.array?.first { $0["token"]?.string == token })
    }

    @Test(
        "while one token is away every request is served by the other; the one that is back signs again",
        arguments: [0, 1])
    func away(_ index: Int) throws {
        let names = ["main", "second"]
        let daemon = try RunningDaemon(authority.configuration)
        let client = try daemon.connect()
        for _ in 0..<20 { _ = try sign(client).get() }
        for name in names { #expect(try key(client, in: name)["signatures"]?.integer ?? 0 > 0, "\(name)") }
        #expect(try key(client, in: "main")["latencyUs"]?["p99"]?.integer ?? 0 > 0)

        try modules[index].set("* 1 100000000 vanish")
        for _ in 0..<20 { _ = try sign(client).get() }
        let _: Bool = try poll {
            _ = try sign(client).get()
            return try key(client, in: names[index])["nextAttemptMs"] != nil ? true : nil
        }
        let lost = try key(client, in: names[index])
        #expect(lost["state"]?.string == "unavailable" && lost["reason"]?.string != nil, "\(lost)")
        #expect(lost["outageMs"]?.integer != nil, "\(lost)")
        let status = try client.call("getStatus", [:]).get()
        #expect(status["state"]?.string == "ok")
        #expect(status["authorities"]?.array?.first?["state"]?.string == "active")
        let shown = try ChildProcess.run(
            RunningDaemon.program("countersign"), ["status", "--socket", authority.configuration.socket])
        #expect(shown.status == 0 && shown.output.contains("legacy in \(names[index]): has not signed for"), "\(shown)")

        try modules[index].set()
        let before = lost["signatures"]?.integer ?? 0
        let _: Bool = try poll {
            _ = try sign(client).get()
            let key = try key(client, in: names[index])
            return key["state"]?.string == "ready" && key["signatures"]?.integer ?? 0 > before ? true : nil
        }
        #expect(try daemon.stop().status == 0)
    }

    @Test("when both are away it is a 503 that names both; the daemon starts with one of them, too")
    func both() throws {
        for module in modules { try module.set("* 1 100000000 vanish") }
        let daemon = try RunningDaemon(authority.configuration)
        let client = try daemon.connect()
        let details = try expect(sign(client), .unavailable)
        #expect(details?["retryAfterMs"]?.integer != nil, "\(details ?? .null)")
        let reason = try client.call("getStatus", [:]).get()["authorities"]?.array?.first?["reason"]?.string ?? ""
        #expect(reason.contains("main: ") && reason.contains("second: "), "\(reason)")
        try modules[1].set()
        let _: Bool = try poll { (try? sign(client).get()).map { _ in true } }
        #expect(try daemon.stop().status == 0)
    }

    @Test("a signature that does not verify leaves neither token, and the other's is handed out")
    func wrong() throws {
        let daemon = try RunningDaemon(authority.configuration)
        let client = try daemon.connect()
        for _ in 0..<4 { _ = try sign(client).get() }
        try modules[0].set("C_Sign 1 100000000 flip")
        for _ in 0..<10 { _ = try sign(client).get() }
        let _: Bool = try poll {
            _ = try sign(client).get()
            return try key(client, in: "main")["state"]?.string == "unavailable" ? true : nil
        }
        #expect(try daemon.stop().status == 0)
    }

    @Test("--check has a line for each token, and fails where one of them does not sign")
    func check() throws {
        func run() throws -> ChildProcess.Ended {
            try ChildProcess.run(
                RunningDaemon.program("countersignd"),
                ["--config", authority.configuration.path, "--check", "--new-journal"],
                environment: authority.configuration.environment)
        }
        let sound = try run()
        #expect(sound.status == 0, "\(sound)")
        for name in ["main", "second"] {
            #expect(sound.output.contains { $0.isNewline } && sound.output.contains(" \(name) "), "\(sound)")
        }
        try modules[1].set("* 1 100000000 vanish")
        #expect(try run().status == 1)
    }
}
