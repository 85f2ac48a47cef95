import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

@Suite("the tool")
struct ToolTests {
    private func tool(_ arguments: String..., socket: String? = nil) async throws -> ChildProcess.Ended {
        let bed = try await TestBed.shared()
        return try ChildProcess.run(
            RunningDaemon.program("countersign"), arguments,
            environment: bed.daemon.configuration.environment.merging([
                "COUNTERSIGN_SOCKET": socket ?? bed.daemon.configuration.socket
            ]) { $1 })
    }

    /// The CSR of that name in a file.
    private func file(_ request: String) async throws -> String {
        let bed = try await TestBed.shared()
        let name = request + "-\(UUID().uuidString).csr"
        try bed.daemon.configuration.write(bed.requests[request] ?? "", to: name)
        return bed.daemon.configuration.folder + "/" + name
    }

    private func json(_ ended: ChildProcess.Ended) throws -> JSONValue {
        #expect(ended.output.hasSuffix("\n"))
        return try JSONValue(parsing: Array(ended.output.utf8.dropLast()))
    }

    @Test("sign prints the certificate, and its chain where asked; a profile has an id and a name")
    func sign() async throws {
        let bed = try await TestBed.shared()
        let csr = try await file("P-256")
        let chain = try #require(bed.tree.authorities["p256"]?.chain)
        let id = TestConfiguration.profile("p256")
        let plain = try await tool("sign", "--profile", id, "--csr", csr, "--ttl", "1d")
        #expect(plain.status == 0, "\(plain)")
        #expect(plain.output.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(plain.output.components(separatedBy: "BEGIN CERTIFICATE").count == 2)
        let chained = try await tool("sign", "--profile", "by p256", "--csr", csr, "--ttl", "1d", "--chain")
        #expect(chained.status == 0, "\(chained)")
        #expect(chained.output.hasSuffix(chain.joined()))
        #expect(chained.output.components(separatedBy: "BEGIN CERTIFICATE").count == 4)
        let result = try json(try await tool("sign", "--profile", id, "--csr", csr, "--ttl", "1d", "--json"))
        #expect(result["certificateChain"]?.string == chain.joined())
    }

    @Test("sign --out writes the file, and nothing where the request is refused")
    func signToFile() async throws {
        let out = try await TestBed.shared().daemon.configuration.folder + "/out-\(UUID().uuidString).pem"
        let refused = try await tool(
            "sign", "--profile", "by p256", "--csr", file("stranger"), "--ttl", "1d", "--out", out)
        #expect(refused.status == 65, "\(refused)")
        #expect(refused.errors.contains("[sanAllowed]"))
        #expect(refused.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: out))
        let signed = try await tool("sign", "--profile", "by p256", "--csr", file("P-256"), "--ttl", "1d", "--out", out)
        #expect(signed.status == 0, "\(signed)")
        #expect(signed.output.isEmpty)
        #expect(signed.errors.contains("serial"))
        #expect(try String(contentsOfFile: out, encoding: .utf8).hasPrefix("-----BEGIN CERTIFICATE-----\n"))
    }

    @Test("sign --out leaves nothing else in the folder, and takes the longest name that a file may have")
    func outputFolder() async throws {
        let folder = try await TestBed.shared().daemon.configuration.folder + "/out-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = String(repeating: "n", count: 255)
        for (request, files) in [("stranger", []), ("P-256", [name])] {
            _ = try await tool(
                "sign", "--profile", "by p256", "--csr", file(request), "--ttl", "1d", "--out", folder + "/" + name)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == files)
        }
    }

    @Test("sign --out that is interrupted while it waits leaves nothing in the folder")
    func interruptedOutput() async throws {
        let configuration = try TestConfiguration(["p256"])
        try await configuration.write(TestBed.shared().tree)
        let daemon = try RunningDaemon(configuration)
        let folder = configuration.folder + "/out"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let csr = try await file("P-256")
        daemon.process.signal(SIGSTOP)
        let tool = try ChildProcess(
            RunningDaemon.program("countersign"),
            [
                "sign", "--profile", "by p256", "--csr", csr, "--ttl", "1d", "--out", folder + "/pem", "--socket",
                configuration.socket,
            ])
        // The place was looked at before that.
        _ = try poll { try Self.isConnected(tool.pid) ? true : nil }
        tool.signal(SIGINT)
        #expect(try tool.wait().status == -SIGINT)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        daemon.process.signal(SIGCONT)
        #expect(try daemon.stop().status == 0)
    }

    private static func isConnected(_ pid: Int32) throws -> Bool {
        let files = "/proc/\(pid)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: files).contains { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: files + "/" + name))?.hasPrefix("socket:")
                ?? false
        }
    }

    @Test("sign --out takes no place of anything but a file, and says so before anything is signed")
    func places() async throws {
        let bed = try await TestBed.shared()
        let folder = bed.daemon.configuration.folder + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(unsafe mkfifo(folder + "/fifo", 0o600) == 0)
        #expect(unsafe symlink("fifo", folder + "/link") == 0)
        let csr = try await file("P-256")
        for place in ["\(folder)", "\(folder)/fifo", "\(folder)/link", ""] {
            let ended = try await tool("sign", "--profile", "by p256", "--csr", csr, "--ttl", "1d", "--out", place)
            #expect(ended.status == 73, "\(place): \(ended)")
            #expect(!ended.output.contains("CERTIFICATE"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["fifo", "link"])
    }

    @Test("a result that nobody can read is a failure")
    func fullOutput() async throws {
        let csr = try await file("P-256")
        for command in ["status", "sign --profile p256 --csr \(csr) --ttl 1d"] {
            let bed = try await TestBed.shared()
            let program = try RunningDaemon.program("countersign")
            let ended = try ChildProcess.run(
                "/bin/sh", ["-c", "exec \(program) \(command.replacing("p256", with: "'by p256'")) >/dev/full"],
                environment: ["COUNTERSIGN_SOCKET": bed.daemon.configuration.socket])
            #expect(ended.status == 73, "\(ended)")
        }
    }

    @Test("sign-intermediate prints a CA's certificate")
    func signIntermediate() async throws {
        let ended = try await tool(
            "sign-intermediate", "--ca", "roomy", "--csr", file("intermediate"), "--not-after", "2027-06-01T00:00:00Z",
            "--max-path-length", "0")
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
    }

    @Test("exit codes tell what went wrong")
    func exitCodes() async throws {
        let csr = try await file("P-256")
        let unknownID = "11111111-1111-4111-8111-111111111111"
        let table: [(Int32, ChildProcess.Ended)] = [
            (65, try await tool("sign", "--profile", "by p256", "--csr", file("forged"), "--ttl", "1d")),
            (65, try await tool("sign", "--profile", "by p256", "--csr", csr, "--ttl", "soon")),
            (65, try await tool("sign", "--profile", "by disabled", "--csr", csr, "--ttl", "1d")),
            (68, try await tool("sign", "--profile", "nobody", "--csr", csr, "--ttl", "1d")),
            (68, try await tool("sign", "--profile", unknownID, "--csr", csr, "--ttl", "1d")),
            (68, try await tool("call", "noSuchMethod")),
            (69, try await tool("status", socket: "/nowhere/socket")),
            (69, try await tool("sign", "--profile", "x", "--csr", csr, "--ttl", "1d", socket: "/nowhere/socket")),
            (66, try await tool("sign", "--profile", "by p256", "--csr", csr + ".no", "--ttl", "1d")),
            (66, try await tool("sign", "--profile", "by p256", "--csr", "/dev/null", "--ttl", "1d")),
            (73, try await tool("sign", "--profile", "by p256", "--csr", csr, "--ttl", "1d", "--out", "/nowhere/pem")),
            (
                77,
                try await tool("sign-intermediate", "--ca", "p384", "--csr", csr, "--not-after", "2027-01-01T00:00:00Z")
            ),
            (64, try await tool("sign", "--profile", "by p256")), (64, try await tool("call", "getStatus", "[")),
        ]
        for (status, ended) in table {
            #expect(ended.status == status, "\(ended)")
            #expect(!ended.errors.isEmpty)
        }
    }

    @Test("call prints a method's result as JSON, or its error")
    func call() async throws {
        let profiles = try json(try await tool("call", "listProfiles"))
        #expect(profiles["profiles"]?.all("name").contains("by ed25519") == true)
        let authorities = try json(try await tool("call", "listAuthorities", "{}"))
        let roomy = authorities["authorities"]?.array?.first { $0["id"]?.string == "roomy" }
        #expect(roomy?["pathLength"]?.integer == 2)
        #expect(roomy?["signsIntermediates"]?.bool == true)
        let refused = try await tool("call", "signCertificate", "{}")
        #expect(refused.status == 65)
        #expect(try json(refused)["code"]?.integer == -32602)
    }

    @Test("status, profiles and authorities tell people and programs the same")
    func listings() async throws {
        let status = try await tool("status")
        #expect(status.status == 0, "\(status)")
        #expect(status.output.hasPrefix("ok: countersignd "))
        #expect(status.output.contains("\ndisabled "))
        #expect(try json(try await tool("status", "--json"))["state"]?.string == "ok")
        for command in ["profiles", "authorities"] {
            let text = try await tool(command)
            #expect(text.status == 0, "\(text)")
            for id in CertificateTree.keyTypes.map(\.id) { #expect(text.output.contains(id)) }
            #expect(try json(try await tool(command, "--json"))[command]?.array?.isEmpty == false)
        }
    }

    @Test("status exits with 69 where an authority that should sign cannot")
    func degraded() async throws {
        var configuration = try TestConfiguration(["p256", "p384"])
        configuration.broken = ["p384"]
        try await configuration.write(TestBed.shared().tree)
        let daemon = try RunningDaemon(configuration)
        let ended = try await tool("status", "--socket", configuration.socket)
        #expect(ended.status == 69, "\(ended)")
        #expect(ended.output.hasPrefix("degraded: "))
        let signing = try await tool(
            "sign", "--socket", configuration.socket, "--profile", "by p384", "--csr", file("P-256"), "--ttl", "1d")
        #expect(signing.status == 69, "\(signing)")
        #expect(try daemon.stop().status == 0)
    }
}
