import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

@Suite("the tool's work on the ledger")
struct LedgerToolTests {
    private static let entries = (1...5).map { ScriptedLedger.Entry(record: $0) }

    private func serve(_ ledger: ScriptedLedger) throws -> ScriptedDaemon {
        try ScriptedDaemon { method, params throws(ResponseError) in try ledger.answer(method, params) }
    }

    private func tool(_ daemon: ScriptedDaemon, _ arguments: String...) throws -> ChildProcess.Ended {
        try ChildProcess.run(
            RunningDaemon.program("countersign"), arguments, environment: ["COUNTERSIGN_SOCKET": daemon.path])
    }

    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test("list prints a table, and says how to go on where there is more")
    func list() throws {
        var entries = Self.entries
        entries[1].subject = "CN=\(String(repeating: "x", count: 60))"
        entries[2].subject = "CN=\u{1b}[2J\u{9b}31m\nevil"
        let daemon = try serve(ScriptedLedger(entries))
        defer { daemon.stop() }
        let first = try tool(daemon, "ledger", "list", "--limit", "3")
        #expect(first.status == 0, "\(first)")
        #expect(lines(first.output).count == 4)
        #expect(first.output.hasPrefix("SERIAL "))
        #expect(lines(first.output)[1].contains(entries[4].id))
        #expect(first.output.contains("a.example, ::1"))
        #expect(first.output.contains(#"CN=\u{1b}[2J\u{9b}31m\u{a}evil"#))
        #expect(first.errors.contains("--cursor 3"))
        let rest = try tool(daemon, "ledger", "list", "--limit", "3", "--cursor", "3")
        #expect(lines(rest.output).count == 3)
        #expect(rest.output.contains("CN=" + String(repeating: "x", count: 36) + "…"))
        #expect(rest.errors.isEmpty)
    }

    @Test("list --all goes through every page")
    func all() throws {
        let daemon = try serve(ScriptedLedger(Self.entries))
        defer { daemon.stop() }
        let table = try tool(daemon, "ledger", "list", "--all", "--limit", "2")
        #expect(table.status == 0, "\(table)")
        #expect(lines(table.output).count == 6)
        #expect(table.errors.isEmpty)
        let json = try tool(daemon, "ledger", "list", "--all", "--limit", "2", "--json")
        let pages = try lines(json.output).map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(pages.map { $0["certificates"]?.array?.count } == [2, 2, 1])
        #expect(
            pages.flatMap { $0["certificates"]?.all("certificateId") ?? [] } == Self.entries.reversed().map(\.id))
    }

    @Test("list hands its filters on: a CSR as its hash, a user as a uid, a lifetime as a time")
    func filters() async throws {
        let daemon = try serve(ScriptedLedger([]))
        defer { daemon.stop() }
        let pem = try #require(try await TestBed.shared().requests["P-256"])
        let csr = try ChildProcess.scratch.get() + "/\(UUID().uuidString).csr"
        try pem.write(toFile: csr, atomically: true, encoding: .utf8)
        let profile = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
        let ended = try tool(
            daemon, "ledger", "list", "--ca", "issuing", "--profile", profile, "--subject", "CN=*", "--san",
            "*.example",
            "--csr", csr, "--requester", "root", "--status", "possiblySigned", "--expires-before",
            "2027-01-01T00:00:00Z", "--limit", "7")
        #expect(ended.status == 0, "\(ended)")
        // openssl has the last word on what the request's DER hashes to.
        let judge = try ChildProcess.run(
            "sh", ["-c", "openssl req -in '\(csr)' -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1"])
        let params = try #require(daemon.params("listCertificates").first)
        let expected: [String: JSONValue] = [
            "caId": "issuing", "profileId": .string(profile), "subject": "CN=*", "subjectAlternativeName": "*.example",
            "csrSha256": .string(judge.output.trimmingCharacters(in: .whitespacesAndNewlines)), "requesterUid": 0,
            "status": "possiblySigned", "expiresBefore": "2027-01-01T00:00:00Z", "limit": 7,
        ]
        #expect(Dictionary(uniqueKeysWithValues: params.members.map { ($0.name, $0.value) }) == expected)
        let before = Date()
        _ = try tool(daemon, "ledger", "list", "--requester", "1000", "--expires-within", "30d")
        let last = try #require(daemon.params("listCertificates").last)
        #expect(last["requesterUid"] == 1000)
        let time = try Date(#require(last["expiresBefore"]?.string), strategy: .iso8601)
        #expect((before + 30 * 86_400 - 1...Date() + 30 * 86_400 + 1).contains(time))
    }

    @Test("show prints what is on record, or the certificate alone, and writes it into a file")
    func show() throws {
        var entries = Self.entries
        entries[0].revocation = ["date": "2026-02-01T00:00:00Z", "reason": "keyCompromise"]
        entries[0].status = "revoked"
        entries[1].status = "notSigned"
        let daemon = try serve(ScriptedLedger(entries))
        defer { daemon.stop() }
        let shown = try tool(daemon, "ledger", "show", entries[0].id)
        #expect(shown.status == 0, "\(shown)")
        #expect(shown.output.contains("status       revoked on 2026-02-01T00:00:00Z, keyCompromise\n"))
        #expect(shown.output.contains("name         dns a.example\nname         ip ::1\n"))
        #expect(shown.output.contains("requester    uid 1000, gid 100, pid 42\n"))
        let pem = try tool(daemon, "ledger", "show", "--ca", "issuing", "--serial", entries[0].serial, "--pem")
        #expect(pem.output == entries[0].pem)
        #expect(daemon.calls.last?.params["caId"] == "issuing")
        let out = try ChildProcess.scratch.get() + "/\(UUID().uuidString).pem"
        let json = try tool(daemon, "ledger", "show", entries[0].id, "--out", out, "--json")
        #expect(try JSONValue(parsing: Array(json.output.utf8.dropLast()))["position"] == 99)
        #expect(try String(contentsOfFile: out, encoding: .utf8) == entries[0].pem)
        let unsigned = try tool(daemon, "ledger", "show", entries[1].id, "--out", out + ".none")
        #expect(unsigned.status == 68, "\(unsigned)")
        #expect(unsigned.errors.contains("notSigned"))
        #expect(!FileManager.default.fileExists(atPath: out + ".none"))
        #expect(try tool(daemon, "ledger", "show", entries[1].id).status == 0)
        #expect(try tool(daemon, "ledger", "show", "00000000-0000-4000-8000-000000000099").status == 68)
    }

    @Test("--json holds nothing that a terminal obeys, and says the same")
    func safeJSON() throws {
        let subject = "CN=\u{9b}31m\u{202e}\u{7f}"
        let entry = ScriptedLedger.Entry(record: 1, subject: subject)
        let daemon = try serve(ScriptedLedger([entry]))
        defer { daemon.stop() }
        let json = try tool(daemon, "ledger", "show", entry.id, "--json")
        #expect(json.output.contains(#"CN=\u009b31m\u202e\u007f"#))
        #expect(try JSONValue(parsing: Array(json.output.utf8.dropLast()))["subject"] == .string(subject))
    }

    @Test("revoke asks nobody where --yes is given, and does nothing where nobody can be asked")
    func revokeByScript() throws {
        var entries = Self.entries
        entries[1].status = "revoked"
        let daemon = try serve(ScriptedLedger(entries))
        defer { daemon.stop() }
        let unasked = try tool(daemon, "ledger", "revoke", entries[0].id, "--reason", "superseded")
        #expect(unasked.status == 64, "\(unasked)")
        #expect(unasked.errors.contains("--yes"))
        #expect(daemon.calls.isEmpty)
        let revoked = try tool(daemon, "ledger", "revoke", entries[0].id, "--reason", "superseded", "--yes")
        #expect(revoked.status == 0, "\(revoked)")
        #expect(
            revoked.output
                == "revoked: serial \(entries[0].serial) of issuing, 2026-02-01T00:00:00Z, superseded, record 7\n")
        #expect(daemon.calls.map(\.method) == ["revokeCertificate"])
        #expect(daemon.calls.last?.params["reason"] == "superseded")
        let again = try tool(
            daemon, "ledger", "revoke", "--ca", "issuing", "--serial", entries[1].serial, "--reason", "keyCompromise",
            "--yes")
        #expect(again.output.hasPrefix("was revoked already: "))
        let json = try tool(daemon, "ledger", "revoke", entries[1].id, "--reason", "unspecified", "--yes", "--json")
        #expect(try JSONValue(parsing: Array(json.output.utf8.dropLast()))["alreadyRevoked"] == true)
    }

    @Test(
        "revoke shows a person what it is, and goes on at yes alone",
        arguments: [("yes\n", 0), ("y\n", 65), ("\n", 65), ("YES\n", 65), ("\u{4}", 65)] as [(String, Int32)])
    func revokeByHand(answer: String, status: Int32) throws {
        let daemon = try serve(ScriptedLedger(Self.entries))
        defer { daemon.stop() }
        let ended = try confirm(daemon, Self.entries[0].serial, answer)
        #expect(ended.status == status, "\(ended)")
        #expect(ended.errors.contains("subject      CN=a.example\n"))
        #expect(ended.errors.contains("not after    2026-03-31T23:59:59Z\n"))
        #expect(daemon.calls.map(\.method) == ["getCertificate"] + (status == 0 ? ["revokeCertificate"] : []))
    }

    @Test("revoke lets a person revoke a serial of which nothing is on record, and says so")
    func revokeUnknown() throws {
        let daemon = try serve(ScriptedLedger([]))
        defer { daemon.stop() }
        let ended = try confirm(daemon, "0f:a1", "yes\n")
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.errors.contains("Nothing is on record of this serial"))
        #expect(daemon.calls.last?.params["serialNumber"] == "0f:a1")
    }

    private func confirm(_ daemon: ScriptedDaemon, _ serial: String, _ answer: String) throws -> ChildProcess.Ended {
        let terminal = try TypedTerminal()
        let tool = try ChildProcess(
            RunningDaemon.program("countersign"),
            ["ledger", "revoke", "--ca", "issuing", "--serial", serial, "--reason", "superseded"],
            environment: ["COUNTERSIGN_SOCKET": daemon.path], input: terminal.path)
        _ = try poll { tool.errors.contains("Type yes") || tool.exitStatus != nil ? true : nil }
        try terminal.type(answer)
        return try tool.wait()
    }

    @Test("crl get prints the CRL, writes it into a file, and tells where there is none")
    func crl() throws {
        let pem = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"
        let daemon = try ScriptedDaemon { _, params throws(ResponseError) in
            guard params["caId"] == "issuing" else { throw ResponseError(status: 404, "There is no CRL yet.") }
            return [
                "caId": "issuing", "crl": .string(pem), "number": "18446744073709551615",
                "partition": params["partition"] ?? .null, "thisUpdate": "2026-02-01T00:00:00Z",
                "nextUpdate": "2026-02-08T00:00:00Z", "entries": 3,
            ]
        }
        defer { daemon.stop() }
        let printed = try tool(daemon, "crl", "get", "--ca", "issuing")
        #expect(printed.status == 0, "\(printed)")
        #expect(printed.output == pem)
        #expect(daemon.calls.last?.params["partition"] == nil)
        let out = try ChildProcess.scratch.get() + "/\(UUID().uuidString).crl"
        let written = try tool(daemon, "crl", "get", "--ca", "issuing", "--partition", "4", "--out", out)
        #expect(written.output.isEmpty)
        #expect(written.errors.hasPrefix("CRL 18446744073709551615: 3 entries, next update 2026-02-08T00:00:00Z"))
        #expect(try String(contentsOfFile: out, encoding: .utf8) == pem)
        #expect(daemon.calls.last?.params["partition"] == 4)
        let json = try tool(daemon, "crl", "get", "--ca", "issuing", "--json")
        #expect(try JSONValue(parsing: Array(json.output.utf8.dropLast()))["crl"] == .string(pem))
        #expect(try tool(daemon, "crl", "get", "--ca", "other").status == 68)
    }

    @Test(
        "Wrong usage is told before anybody is asked",
        arguments: [
            "ledger show", "ledger show ID --ca issuing", "ledger show --ca issuing", "ledger show --serial 01",
            "ledger show ID --pem --json", "ledger list --status lost",
            "ledger list --expires-within 1d --expires-before 2027-01-01T00:00:00Z", "ledger revoke ID --yes",
            "ledger revoke ID --yes --reason certificateHold", "ledger revoke ID --yes --reason lost",
            "ledger watch --status pending", "ledger watch --interval 0s", "crl get",
            "crl get --ca issuing --partition -1",
        ])
    func usage(line: String) throws {
        let daemon = try serve(ScriptedLedger([]))
        defer { daemon.stop() }
        let ended = try ChildProcess.run(
            RunningDaemon.program("countersign"), line.split(separator: " ").map(String.init),
            environment: ["COUNTERSIGN_SOCKET": daemon.path])
        #expect(ended.status == 64, "\(ended)")
        #expect(!ended.errors.isEmpty)
        #expect(daemon.calls.isEmpty)
    }
}
