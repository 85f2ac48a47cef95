import Foundation
import JSONRPC
import TestSupport
import Testing

/// A token's module in a process of its own: what it does there, the daemon survives.
@Suite("a token in a process of its own", .serialized)
struct IsolationTests {
    private func configuration(
        _ authorities: [String] = ["p256", "rsa2048"], _ module: FaultyModule? = nil, token: [String] = []
    ) async throws -> TestConfiguration {
        var configuration = try TestConfiguration(authorities)
        if let module { configuration.module = module.path }
        configuration.more.token = ["isolation: process"] + token
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    @Test("keys of all kinds sign; the module is in the host and not in the daemon; both end together")
    func signs() async throws {
        let bed = try await TestBed.shared()
        let authorities = ["p256", "p384", "rsa2048", "ed25519"].filter { bed.tree.authorities[$0] != nil }
        try #require(authorities.count >= 3)
        let daemon = try RunningDaemon(await configuration(authorities))
        let client = try daemon.connect()
        for authority in authorities {
            for _ in 0..<3 { #expect(try sign(client, bed, by: authority)) }
        }
        let key = try client.call("getStatus", [:]).get()["authorities"]?.array?.first?["keys"]?.array?.first
        #expect(key?["state"]?.string == "ready" && key?["signatures"]?.integer == 3, "\(key ?? .null)")
        let pid = daemon.process.pid
        let host = try #require(try children(of: pid).first)
        let command = try String(contentsOfFile: "/proc/\(host)/cmdline", encoding: .utf8)
        #expect(command.split(separator: "\0") == ["countersignd", "module-host", "main", "info"])
        func maps(_ pid: Int32) throws -> Bool {
            // Foundation takes the first of several short reads for all.
            let shown = try ChildProcess.run("cat", ["/proc/\(pid)/maps"])
            #expect(shown.status == 0 && shown.output.contains("libc.so"), "\(shown)")
            return shown.output.contains("libsofthsm2")
        }
        #expect(try maps(host))
        #expect(try !maps(pid))
        let ended = try daemon.stop()
        #expect(ended.status == 0, "\(ended)")
        #expect(kill(host, 0) != 0)
    }

    @Test("when the module crashes it is a 503 that may be tried again, possibly signed; the next process signs")
    func crash() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        let daemon = try RunningDaemon(await configuration(["p256", "rsa2048"], module))
        let client = try daemon.connect()
        for authority in ["p256", "rsa2048"] { #expect(try sign(client, bed, by: authority)) }
        let logIns = module.count(of: "C_Login")
        try module.set("C_Sign 1 100000000 abort")
        let details = try expect(client.call("signCertificate", bed.params()), .unavailable)
        #expect(details?["outcome"]?.string == "possiblySigned", "\(details ?? .null)")
        #expect(details?["retryAfterMs"]?.integer != nil)
        try module.set()
        try untilSigned(client, bed)
        try untilSigned(client, bed, by: "rsa2048")
        #expect(module.count(of: "C_Login") > logIns)
        // What was journalled before is still known.
        let found = try client.call("listCertificates", [:]).get()["certificates"]?.array?.count ?? 0
        #expect(found >= 4)
        let ended = try daemon.stop()
        #expect(ended.status == 0 && ended.errors.contains("signal 6"), "\(ended)")
    }

    @Test("a call that hangs ends with its process, and the key signs again while the call would hang still")
    func hang() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        let daemon = try RunningDaemon(
            await configuration(["p256", "rsa2048"], module, token: ["sessions: 1", "callTimeout: 3s"]))
        let client = try daemon.connect()
        for authority in ["p256", "rsa2048"] { #expect(try sign(client, bed, by: authority)) }
        let host = try #require(try children(of: daemon.process.pid).first)
        // Each process counts its own calls: the next one's are other than the tenth for a while.
        try module.set("C_Sign 10 10 hang key=p256")
        let error: ResponseError = try poll {
            if case .failure(let error) = try client.call("signCertificate", bed.params()) { error } else { nil }
        }
        #expect(error.code == 503 && error.data?["details"]?["outcome"]?.string == "possiblySigned", "\(error)")
        try untilSigned(client, bed)
        try untilSigned(client, bed, by: "rsa2048")
        #expect(try !children(of: daemon.process.pid).contains(host))
        let ended = try daemon.stop()
        #expect(ended.status == 0, "\(ended)")
    }

    @Test("a process that is stopped or killed from outside is replaced", arguments: [SIGKILL, SIGSTOP])
    func killed(_ signal: Int32) async throws {
        let bed = try await TestBed.shared()
        let daemon = try RunningDaemon(await configuration(["p256"], token: ["callTimeout: 1s"]))
        let client = try daemon.connect()
        #expect(try sign(client, bed))
        let host = try #require(try children(of: daemon.process.pid).first)
        #expect(kill(host, signal) == 0)
        let _: Bool = try poll { try children(of: daemon.process.pid).contains(host) ? nil : true }
        try untilSigned(client, bed)
        #expect(try daemon.stop().status == 0)
    }

    @Test("a wrong PIN is tried once, however often the process is started again")
    func latched() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        let configuration = try await configuration(["p256"], module)
        try configuration.write("9999\n", to: "own-pin")
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        try configuration.write(
            text.replacing(
                "pin: { file: \(bed.tree.token.pinFile) }", with: "pin: { file: \(configuration.folder)/own-pin }"),
            to: "countersign.yaml")
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        let details = try expect(client.call("signCertificate", bed.params()), .unavailable)
        #expect(details?["retryAfterMs"] == nil, "\(details ?? .null)")
        let host = try #require(try children(of: daemon.process.pid).first)
        #expect(kill(host, SIGKILL) == 0)
        let _: Int32 = try poll { try children(of: daemon.process.pid).first { $0 != host } }
        let _: Bool = try poll {
            let error = try client.call("getStatus", [:]).get()["authorities"]?.array?.first?["reason"]?.string
            return error?.contains("PIN") == true ? true : nil
        }
        #expect(module.count(of: "C_Login") == 1)

        try configuration.write(String(contentsOfFile: bed.tree.token.pinFile, encoding: .utf8), to: "own-pin")
        try configuration.unlatch()
        try untilSigned(client, bed)
        #expect(try daemon.stop().status == 0)
    }

    @Test("--check works through a process, too, and leaves none behind")
    func check() async throws {
        let configuration = try await configuration()
        let ended = try ChildProcess.run(
            RunningDaemon.program("countersignd"), ["--config", configuration.path, "--check", "--new-journal"],
            environment: configuration.environment)
        #expect(ended.status == 0, "\(ended)")
    }

    @Test("two entries of one token are found out, though each would have a process of its own")
    func twins() async throws {
        let configuration = try await configuration(["p256"])
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        let bed = try await TestBed.shared()
        try configuration.write(
            text.replacing(
                "authorities:",
                with: """
                      - name: twin
                        module: \(SoftHSM.modulePath)
                        uri: \(bed.tree.token.uri)
                        pin: { file: \(bed.tree.token.pinFile) }
                        isolation: process
                    authorities:
                    """), to: "countersign.yaml")
        let ended = try ChildProcess.run(
            RunningDaemon.program("countersignd"), ["--config", configuration.path, "--new-journal"],
            environment: configuration.environment)
        #expect(ended.status == 78 && ended.errors.contains("one and the same token"), "\(ended)")
    }

    @Test("the host's command is of no use to people")
    func command() throws {
        let ended = try ChildProcess.run(RunningDaemon.program("countersignd"), ["module-host", "main", "info"])
        #expect(ended.status == 64 && ended.errors.contains("started by the daemon"), "\(ended)")
    }
}
