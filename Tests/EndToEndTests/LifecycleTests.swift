import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

@Suite("starting, stopping, and refusing to start", .serialized)
struct LifecycleTests {
    private func configuration(_ authorities: [String] = ["p256", "rsa4096"]) async throws -> TestConfiguration {
        let configuration = try TestConfiguration(authorities)
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    @Test("SIGTERM lets what is in flight be answered, takes the socket away, and ends with 0")
    func draining() async throws {
        let bed = try await TestBed.shared()
        var configuration = try await configuration()
        configuration.limits = "{ requestsInFlightPerUser: 1024 }"
        try configuration.write(bed.tree)
        let daemon = try RunningDaemon(configuration)
        let watcher = try daemon.connect()
        let members = (1...16).map { Array(bed.line(id: $0, by: "rsa4096").dropLast()) }
        let batch = [UInt8](ascii: "[") + members.joined(separator: [UInt8(ascii: ",")]) + [UInt8](ascii: "]\n")
        let clients = try (1...8).map { _ in try daemon.connect() }
        for client in clients { try client.send(batch) }
        let underWay = try poll {
            let count = try watcher.call("getStatus", [:]).get()["journal"]?["openIntents"]?.integer ?? 0
            return count > 0 ? count : nil
        }
        daemon.process.signal(SIGTERM)
        var signed = 0
        for client in clients {
            while let line = try client.receive() {
                for response in try Response.batch(parsing: line) {
                    if case .success = response.outcome {
                        signed += 1
                    } else {
                        try expect(response.outcome, .unavailable)
                    }
                }
            }
        }
        #expect(signed >= underWay)
        let ended = try daemon.process.wait()
        #expect(ended.status == 0, "\(ended)")
        #expect(!FileManager.default.fileExists(atPath: configuration.socket))
        let record = try RecordTests.Record(configuration.journal)
        #expect(record.issued.count == signed)
        #expect(record.abandoned.isEmpty)
    }

    @Test("SIGTERM ends the daemon though a client asks on and on, and the log holds no line for each refusal")
    func endlessClient() async throws {
        var configuration = try await configuration(["p256"])
        configuration.limits = "{ drainTimeout: 1h }"
        try await configuration.write(TestBed.shared().tree)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        let line = [UInt8](ascii: #"{"jsonrpc":"2.0","id":1,"method":"getStatus"}"# + "\n")
        try client.send(Array(repeatElement(line, count: 1000).joined()))
        var (answers, refusals) = (0, 0)
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            guard let answer = try client.receive() else { break }
            answers += 1
            if answers == 100 { daemon.process.signal(SIGTERM) }
            if case .failure = try Response(parsing: answer).outcome { refusals += 1 }
            // It hears of the end when it has read all answers.
            try? client.send(line)
        }
        let ended = try daemon.process.wait()
        #expect(ended.status == 0, "\(ended)")
        #expect(answers >= 1000)
        let told = ended.errors.split(separator: "\n").count { $0.contains("refused") }
        #expect(told == (refusals > 0 ? 1 : 0), "\(ended)")
    }

    @Test("a second daemon does not start on the socket or the journal of another, and says why")
    func secondDaemon() async throws {
        let bed = try await TestBed.shared()
        var socketTaken = try TestConfiguration(["p256"])
        socketTaken.otherSocket = bed.daemon.configuration.socket
        try socketTaken.write(bed.tree)
        let first = try RunningDaemon.spawn(socketTaken).wait()
        #expect(first.status == 1, "\(first)")
        #expect(first.errors.contains(bed.daemon.configuration.socket), "\(first)")

        var journalTaken = try TestConfiguration(["p256"])
        journalTaken.otherJournal = bed.daemon.configuration.journal
        try journalTaken.write(bed.tree)
        let second = try RunningDaemon.spawn(journalTaken).wait()
        #expect(second.status == 1, "\(second)")
        #expect(second.errors.contains(bed.daemon.configuration.journal), "\(second)")
        #expect(try bed.daemon.connect().call("getStatus", [:]).get()["state"]?.string == "ok")
    }

    @Test("the socket of a daemon that was killed is taken over")
    func staleSocket() async throws {
        let configuration = try await configuration(["p256"])
        let daemon = try RunningDaemon(configuration)
        daemon.process.signal(SIGKILL)
        #expect(try daemon.process.wait().status == -SIGKILL)
        #expect(FileManager.default.fileExists(atPath: configuration.socket))
        #expect(try RunningDaemon(configuration).stop().status == 0)
    }

    @Test("--check prints a row for each authority, serves nobody, and ends with 0 where all can sign, else with 1")
    func check() async throws {
        let sound = try await configuration(["p256", "disabled"])
        let ended = try RunningDaemon.spawn(sound, "--check").wait()
        #expect(ended.status == 0, "\(ended)")
        let lines = ended.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("AUTHORITY") == true, "\(ended)")
        #expect(lines.contains { $0.hasPrefix("p256") && $0.hasSuffix("ok") }, "\(ended)")
        #expect(lines.contains { $0.hasPrefix("disabled") }, "\(ended)")
        #expect(!FileManager.default.fileExists(atPath: sound.socket))
        #expect(!FileManager.default.fileExists(atPath: sound.journal))

        var broken = try TestConfiguration(["p256", "p384"])
        broken.broken = ["p384"]
        try await broken.write(TestBed.shared().tree)
        let failed = try RunningDaemon.spawn(broken, "--check").wait()
        #expect(failed.status == 1, "\(failed)")
        #expect(
            failed.output.split(separator: "\n").contains { $0.hasPrefix("p384") && !$0.hasSuffix("ok") }, "\(failed)")
        #expect(!(failed.output + failed.errors).contains("not the PIN"))
    }

    @Test("a wrong configuration ends with 78, and every fault has its line")
    func wrongConfiguration() async throws {
        let configuration = try await configuration(["p256"])
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        try configuration.write(
            text.replacing("version: 1", with: "version: 2").replacing("limits: {}", with: "limit: {}"),
            to: "countersign.yaml")
        let ended = try RunningDaemon.spawn(configuration).wait()
        #expect(ended.status == EX_CONFIG, "\(ended)")
        #expect(ended.errors.contains("\(configuration.path):1:"), "\(ended)")
        #expect(ended.errors.contains("\(configuration.path):3:"), "\(ended)")
        #expect(ended.errors.contains("limits"), "\(ended)")
    }

    @Test("--check fails for what could never be issued, profile by profile, with what to change")
    func impossibleRules() async throws {
        let configuration = try await impossible()
        let ended = try RunningDaemon.spawn(configuration, "--check").wait()
        #expect(ended.status == EXIT_FAILURE, "\(ended)")
        let lines = ended.output.split(separator: "\n")
        for subject in ["profile by p256, extendedKeyUsages", "profile by p384", "profile by disabled"] {
            #expect(lines.contains { $0.hasPrefix("\(configuration.path): \(subject)") }, "\(ended)")
        }
        #expect(lines.contains { $0.contains("the intermediates of authority p384") && $0.contains("path length") })
        #expect(!FileManager.default.fileExists(atPath: configuration.journal))
    }

    @Test("the daemon starts all the same, and logs them: they stop their profile alone")
    func impossibleRulesLogged() async throws {
        let daemon = try RunningDaemon(await impossible())
        let ended = try daemon.stop()
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.errors.contains("profile by p256, extendedKeyUsages"), "\(ended)")
    }

    /// Profiles whose purposes their key usage cannot serve, and intermediates below a path length of 0.
    private func impossible() async throws -> TestConfiguration {
        var configuration = try TestConfiguration(["p256", "p384", "disabled"])
        configuration.intermediates = ["p384"]
        configuration.purposes = "emailProtection"
        try await configuration.write(TestBed.shared().tree)
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        try configuration.write(
            text.replacing("keyUsage: [digitalSignature, keyEncipherment]", with: "keyUsage: [dataEncipherment]"),
            to: "countersign.yaml")
        return configuration
    }

    @Test("an authority that is disabled or expired is a warning")
    func warnings() async throws {
        let configuration = try await configuration(["p256", "disabled", "expired"])
        let ended = try RunningDaemon.spawn(configuration, "--check").wait()
        #expect(ended.status == 0, "\(ended)")
        let warnings = ended.output.split(separator: "\n").filter { $0.contains(": warning: ") }
        #expect(warnings.count == 2, "\(ended)")
        #expect(warnings.contains { $0.hasSuffix("authority disabled is disabled") }, "\(ended)")
        #expect(warnings.contains { $0.contains("authority expired expired at 20") }, "\(ended)")
    }

    @Test(
        "two names of one token end with 78 and are both told, whatever their URIs and modules, and no PIN is tried",
        arguments: [true, false], [true, false])
    func twinTokens(checks: Bool, throughOneModule: Bool) async throws {
        let (module, otherModule) = (try FaultyModule(), try FaultyModule())
        var configuration = try TestConfiguration(["p256", "p384"])
        configuration.module = module.path
        configuration.broken = ["p384"]
        let tree = try await TestBed.shared().tree
        try configuration.write(tree)
        let link = configuration.folder + "/link.so"
        #expect(unsafe symlink(throughOneModule ? module.path : otherModule.path, link) == 0)
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        let parts = text.split(separator: "- name: broken", maxSplits: 1).map(String.init)
        try configuration.write(
            parts[0] + "- name: broken"
                + parts[1].replacing("module: \(SoftHSM.modulePath)", with: "module: \(link)")
                .replacing("uri: \(tree.otherToken.uri)", with: "uri: pkcs11:serial=\(tree.token.serial)"),
            to: "countersign.yaml")
        let ended = try (checks ? RunningDaemon.spawn(configuration, "--check") : RunningDaemon.spawn(configuration))
            .wait()
        #expect(ended.status == EX_CONFIG, "\(ended)")
        #expect(ended.errors.contains("main and broken are one and the same token"), "\(ended)")
        #expect(module.count(of: "C_GetTokenInfo") > 0)
        #expect(module.count(of: "C_Login") + otherModule.count(of: "C_Login") == 0)
    }

    @Test("a reader of the log that reads nothing stops neither the answers nor the end")
    func stalledLog() async throws {
        let configuration = try await configuration(["p256"])
        let fifo = configuration.folder + "/log"
        #expect(unsafe mkfifo(fifo, 0o600) == 0)
        // Open for both, so that the daemon's opening does not wait for a reader.
        let held = unsafe open(fifo, O_RDWR | O_CLOEXEC)
        #expect(held >= 0)
        defer { close(held) }
        let program = try RunningDaemon.program("countersignd")
        let process = try ChildProcess(
            "/bin/sh", ["-c", "exec \(program) --config \(configuration.path) --new-journal 2>\(fifo)"],
            environment: configuration.environment)
        let client = try poll { try? WireClient(configuration.socket) }
        // Each is a line of the log: far more than a pipe holds.
        for _ in 0..<2000 {
            try client.send(line: "x")
            #expect(try client.receive() != nil)
        }
        process.signal(SIGTERM)
        #expect(try process.wait().status == 0)
    }

    @Test("a chain that does not fit, a file that is not there, and one that others may write end with 78")
    func wrongFiles() async throws {
        let configuration = try await configuration(["p256"])
        try configuration.write("no PEM\n", to: "p256.pem")
        let chain = try RunningDaemon.spawn(configuration).wait()
        #expect(chain.status == EX_CONFIG && chain.errors.contains("p256.pem"), "\(chain)")
        #expect(unsafe chmod(configuration.path, 0o622) == 0)
        let open = try RunningDaemon.spawn(configuration).wait()
        #expect(open.status == EX_CONFIG && open.errors.contains(configuration.path), "\(open)")
        #expect(unsafe unlink(configuration.path) == 0)
        let missing = try RunningDaemon.spawn(configuration).wait()
        #expect(missing.status == EX_CONFIG && missing.errors.contains(configuration.path), "\(missing)")
    }
}
