import DERCoding
import Foundation
import Glibc
import JSONRPC
import Ledger
import TestSupport
import Testing

/// A token that goes away under load and comes back: nobody is told anything but to try again, and all are served again.
///
/// `scripts/fault-test load` has 64 clients; the tests alone have a few.
@Suite("an outage under load", .serialized)
struct OutageTests {
    private static let clients = ProcessInfo.processInfo.environment["COUNTERSIGN_FAULTS"] == "all" ? 64 : 8

    private let bed: TestBed
    private let authority: OldCA
    private var configuration: TestConfiguration { authority.configuration }

    init() async throws {
        bed = try await TestBed.shared()
        authority = try OldCA()
    }

    /// What the token's entry is to say besides.
    private func amend(module: String = SoftHSM.modulePath, _ lines: String...) throws {
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
            .replacing("module: \(SoftHSM.modulePath)", with: "module: \(module)")
            .replacing("    pin:", with: lines.map { "    \($0)\n" }.joined() + "    pin:")
            .replacing("authorities:", with: "limits: { requestsInFlightPerUser: 1024 }\nauthorities:")
        try configuration.write(text, to: "countersign.yaml")
    }

    /// What clients have is on record, once.
    private func check(_ serials: [String], _ configuration: TestConfiguration) throws {
        #expect(Set(serials).count == serials.count)
        var reader = try JournalReader(directory: configuration.journal)
        var (intents, issued) = ([UInt64: String](), Set<String>())
        while let record = try reader.next() {
            switch record.body {
            case .intent(let intent): intents[record.sequence] = intent.serial.hex
            case .issued(_, let intent): if let serial = intents[intent] { issued.insert(serial) }
            default: continue
            }
        }
        let missing = Set(serials).subtracting(issued)
        #expect(!serials.isEmpty && missing.isEmpty, "\(missing.prefix(3))")
        let verified = try ChildProcess.run(
            RunningDaemon.program("countersign"),
            ["ledger", "verify", configuration.journal, "--ca-certificate", configuration.folder + "/legacy.pem"])
        #expect(verified.status == 0, "\(verified)")
    }

    private func startServer(_ socket: String) throws -> ChildProcess {
        // One that was killed leaves it.
        try? FileManager.default.removeItem(atPath: socket)
        let server = try ChildProcess(
            "p11-kit",
            ["server", "--foreground", "--name", socket, "--provider", SoftHSM.modulePath, "pkcs11:token=legacy"],
            environment: configuration.environment)
        let _: Bool = try poll { FileManager.default.fileExists(atPath: socket) ? true : nil }
        return server
    }

    /// The children of a server, one a connection, go with it.
    private func end(_ server: ChildProcess) throws {
        try send(SIGKILL, to: server)
        server.signal(SIGKILL)
        _ = try server.wait()
    }

    private func send(_ signal: Int32, to server: ChildProcess) throws {
        for child in try children(of: server.pid) { kill(child, signal) }
    }

    @Test(
        "a token behind a server that is stopped, goes on, is killed and is started again",
        arguments: ["none", "process"])
    func server(_ isolation: String) throws {
        let socket = authority.configuration.folder + "/p11"
        try amend(
            module: "/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so", "isolation: \(isolation)", "callTimeout: 2s",
            "sessions: 4")
        var configuration = configuration
        configuration.variables["P11_KIT_SERVER_ADDRESS"] = "unix:path=" + socket
        var server = try startServer(socket)
        defer { if server.exitStatus == nil { try? end(server) } }
        let daemon = try RunningDaemon(configuration)
        let load = try Load(Self.clients, of: daemon, asking: bed.params(by: "legacy"))
        try load.untilAllAreServed()
        try send(SIGSTOP, to: server)
        try load.untilRefused()
        try send(SIGCONT, to: server)
        print(
            "isolation \(isolation), server stopped and continued: all are served after \(try load.untilAllAreServed())"
        )
        try end(server)
        try load.untilRefused()
        server = try startServer(socket)
        print("isolation \(isolation), server killed and started: all are served after \(try load.untilAllAreServed())")
        let serials = try load.stop()
        let ended = try daemon.stop()
        #expect(ended.status == 0, "\(ended)")
        try check(serials, configuration)
    }

    @Test(
        "a TPM whose resource manager is killed and started again",
        .enabled(if: SoftwareTPM.isAtHand, SoftwareTPM.packages))
    func trustedPlatformModule() throws {
        var bench = try OperatorBench()
        let tpm = try SoftwareTPM(&bench)
        defer { tpm.stop() }
        let _: Bool = try poll { try bench.tool(["token", "list"]).output.contains("blank") ? true : nil }
        #expect(try bench.initialize().status == 0)
        let key = "pkcs11:token=ca;object=legacy"
        #expect(try bench.loggedIn(["key", "generate", key, "--type", "p256"]).status == 0)
        let root = bench.path("root")
        let prepared = try bench.loggedIn(
            [
                "ca", "create-root", root, "--authority", "legacy", "--key", key, "--subject", "CN=TPM", "--validity",
                "1y", "--dry-run", "--json",
            ])
        let hash = try #require(try bench.json(prepared)["sha256"]?.string)
        #expect(try bench.loggedIn(["ca", "create-root", root, "--confirm", hash]).status == 0)

        try amend(module: bench.module, "sessions: 4")
        var configuration = configuration
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
            .replacing("pkcs11:token=legacy", with: "pkcs11:token=ca")
            .replacing(configuration.folder + "/pin", with: bench.path("pin"))
        try configuration.write(text, to: "countersign.yaml")
        try configuration.write(String(contentsOfFile: root + "/certificate.pem", encoding: .utf8), to: "legacy.pem")
        configuration.variables = bench.variables
        let daemon = try RunningDaemon(configuration)
        let load = try Load(Self.clients, of: daemon, asking: bed.params(by: "legacy"))
        try load.untilAllAreServed()
        try tpm.killManager()
        try load.untilRefused()
        try tpm.startManager()
        print("TPM, resource manager killed and started: all are served after \(try load.untilAllAreServed())")
        let serials = try load.stop()
        let ended = try daemon.stop()
        #expect(ended.status == 0, "\(ended)")
        try check(serials, configuration)
    }

    @Test("SoftHSM's folder is moved away and back")
    func folder() throws {
        try amend("sessions: 2")
        let (tokens, away) = (configuration.folder + "/tokens", configuration.folder + "/away")
        let daemon = try RunningDaemon(configuration)
        let load = try Load(Self.clients, of: daemon, asking: bed.params(by: "legacy"))
        try load.untilAllAreServed()
        try FileManager.default.moveItem(atPath: tokens, toPath: away)
        // The keys' copies in the sessions need no file: SoftHSM signs on.
        try load.untilAllAreServed()
        try FileManager.default.moveItem(atPath: away, toPath: tokens)
        print("folder moved away and back: all are served after \(try load.untilAllAreServed())")
        let serials = try load.stop()
        #expect(try daemon.stop().status == 0)
        try check(serials, configuration)
    }
}
