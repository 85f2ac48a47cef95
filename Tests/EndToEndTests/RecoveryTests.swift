import Foundation
import JSONRPC
import TestSupport
import Testing

/// Whatever happens to the token, the daemon signs again without a restart.
@Suite("a token that goes away and comes back", .serialized)
struct RecoveryTests {
    private func configuration(
        _ authorities: [String] = ["p256", "rsa2048"], _ module: FaultyModule? = nil, token: [String] = []
    ) async throws -> TestConfiguration {
        var configuration = try TestConfiguration(authorities)
        if let module { configuration.module = module.path }
        configuration.more.token = token
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    @Test("a token that vanishes is a 503 that may be tried again; when it is back it signs, whatever its slot is then")
    func vanished() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        let daemon = try RunningDaemon(await configuration(["p256", "rsa2048"], module))
        let client = try daemon.connect()
        #expect(try sign(client, bed))
        try module.set("* 1 100000000 vanish")
        let details = try expect(client.call("signCertificate", bed.params()), .unavailable)
        #expect(details?["reason"]?.string == "tokenUnavailable")
        #expect(details?["retryAfterMs"]?.integer != nil)
        // Nobody has to ask for a signature for the daemon to know.
        let state: String = try poll {
            let state = try client.call("getStatus", [:]).get()["state"]?.string
            return state == "stopped" ? state : nil
        }
        #expect(state == "stopped")
        let authority = try client.call("getStatus", [:]).get()["authorities"]?.array?.first
        #expect(
            authority?["outageMs"]?.integer != nil && authority?["nextAttemptMs"]?.integer != nil,
            "\(authority ?? .null)")
        let logIns = module.count(of: "C_Login")
        try module.set("C_GetSlotList 1 100000000 renumber 4096")
        try untilSigned(client, bed)
        try untilSigned(client, bed, by: "rsa2048")
        #expect(module.count(of: "C_Login") <= logIns + 1)
        let _: Bool = try poll {
            try client.call("getStatus", [:]).get()["state"]?.string == "ok" ? true : nil
        }
        let ended = try daemon.stop()
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.errors.contains("the token signs again"))
    }

    @Test("SoftHSM's folder comes back: the module has to be initialised anew to see it")
    func movedFolder() async throws {
        let bed = try await TestBed.shared()
        let configuration = try await configuration()
        let (tokens, away) = (configuration.folder + "/tokens", configuration.folder + "/away")
        try FileManager.default.moveItem(atPath: tokens, toPath: away)
        try FileManager.default.createDirectory(atPath: tokens, withIntermediateDirectories: false)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        #expect(try !sign(client, bed))
        #expect(try client.call("getStatus", [:]).get()["state"]?.string == "stopped")
        try FileManager.default.removeItem(atPath: tokens)
        try FileManager.default.moveItem(atPath: away, toPath: tokens)
        try untilSigned(client, bed)
        try untilSigned(client, bed, by: "rsa2048")
        #expect(try daemon.stop().status == 0)
    }

    @Test(
        "a token that is not there when the daemon starts is tried on until it is",
        arguments: ["C_Initialize 1 3 return 30", "C_OpenSession 1 6 return e0"])
    func lateToken(_ rule: String) async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        try module.set(rule)
        let daemon = try RunningDaemon(await configuration(["p256"], module))
        try untilSigned(daemon.connect(), bed)
        #expect(module.count(of: "C_Login") == 1)
        #expect(try daemon.stop().status == 0)
    }

    @Test(
        "a call that hangs takes its session with it and no more: others sign, and the key does when the call is over")
    func hungCall() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        let daemon = try RunningDaemon(
            await configuration(["p256", "rsa2048"], module, token: ["sessions: 1", "callTimeout: 3s"]))
        let client = try daemon.connect()
        for authority in ["p256", "rsa2048"] { #expect(try sign(client, bed, by: authority)) }
        try module.set("C_Sign 1 100000000 hang key=p256")
        let details = try expect(client.call("signCertificate", bed.params()), .unavailable)
        #expect(details?["outcome"]?.string == "possiblySigned")
        // The one session is lost; its successor signs.
        try untilSigned(client, bed, by: "rsa2048")
        #expect(try client.call("getStatus", [:]).get()["state"]?.string == "degraded")
        try module.set()
        try untilSigned(client, bed)
        #expect(try daemon.stop().status == 0)
    }

    @Test("a wrong PIN is tried once, whatever restarts; when it is mended and unlatched, the daemon that works signs")
    func latched() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        var configuration = try await configuration(["p256"], module)
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        let pin = configuration.folder + "/own-pin"
        func write(_ value: String) throws {
            try value.write(toFile: pin, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: pin)
        }
        try write("9999\n")
        try configuration.write(
            text.replacing("pin: { file: \(bed.tree.token.pinFile) }", with: "pin: { file: \(pin) }"),
            to: "countersign.yaml")
        configuration.module = module.path
        // The second wrong PIN would lock the token.
        try module.set("C_Login 1 100000000 lock 2")
        var daemon = try RunningDaemon(configuration)
        for round in 0..<3 {
            let details = try expect(daemon.connect().call("signCertificate", bed.params()), .unavailable)
            #expect(details?["retryAfterMs"] == nil)
            #expect(module.count(of: "C_Login") == 1, "\(round)")
            if round == 2 { break }
            #expect(try daemon.stop().status == 0)
            daemon = try RunningDaemon(configuration)
        }
        try write(String(contentsOfFile: bed.tree.token.pinFile, encoding: .utf8))
        let unlatched = try ChildProcess.run(
            RunningDaemon.program("countersign"), ["token", "unlatch", "main", "--config", configuration.path])
        #expect(unlatched.status == 0 && unlatched.output.contains("CKR_PIN_INCORRECT"), "\(unlatched)")
        try untilSigned(daemon.connect(), bed)
        #expect(module.count(of: "C_Login") == 2)
        #expect(try daemon.stop().status == 0)
        // It was accepted: nothing is latched, and the next daemon logs in.
        daemon = try RunningDaemon(configuration)
        #expect(try sign(daemon.connect(), bed))
        #expect(try daemon.stop().status == 0)
    }

    @Test("a key that is locked signs again when a person has asked for it, without a restart")
    func unlocked() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        let configuration = try await configuration(["p256"], module)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        #expect(try sign(client, bed))
        try module.set("C_Sign 1 100000000 flip")
        #expect(try !sign(client, bed))
        try module.set()
        #expect(try !sign(client, bed))
        let unlatched = try ChildProcess.run(
            RunningDaemon.program("countersign"),
            ["token", "unlatch", "main", "--config", configuration.path, "--json"])
        #expect(unlatched.status == 0, "\(unlatched)")
        try untilSigned(client, bed)
        #expect(try daemon.stop().status == 0)
    }
}
