import Foundation
import Issuance
import JSONRPC
import Ledger
import TestSupport
import Testing

/// A CA that openssl ca has served is taken over, by the tool, from the files that openssl has left.
@Suite("a live CA is taken over")
struct TakeoverTests {
    private func importing(
        _ ca: OldCA, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> ChildProcess.Ended {
        try ChildProcess.run(
            RunningDaemon.program("countersign"),
            ["ledger", "import", "--config", ca.configuration.path, "--ca", "legacy", "--json"] + arguments,
            environment: environment)
    }

    private func json(_ ended: ChildProcess.Ended) throws -> JSONValue {
        #expect(ended.status == 0, "\(ended)")
        return try JSONValue(parsing: Array(ended.output.utf8.dropLast()))
    }

    /// Five certificates, of which two are revoked and one is past its end.
    private func usedCA() throws -> (ca: OldCA, sources: [String]) {
        let ca = try OldCA()
        for number in 0..<4 { try ca.issue(number) }
        try ca.issue(4, "-startdate", "20240101000000Z", "-enddate", "20240201000000Z")
        try ca.revoke("1001", "-crl_reason", "superseded")
        try ca.revoke("1002", "-crl_compromise", "20260101000000Z")
        let sources = [
            "--certificates", ca.path("newcerts"), "--index", ca.path("index.txt"), "--crl", try ca.makeCRL(),
        ]
        return (ca, sources)
    }

    private func crl(_ client: WireClient, from number: UInt64) throws -> (
        number: UInt64, path: String, json: JSONValue
    ) {
        let found: JSONValue = try poll {
            guard let found = try? client.call("getCrl", ["caId": "legacy"]).get(),
                let text = found["number"]?.string, let reached = UInt64(text), reached >= number
            else { return nil }
            return found
        }
        let path = try ChildProcess.scratch.get() + "/" + UUID().uuidString
        try (found["crl"]?.string ?? "").write(toFile: path, atomically: true, encoding: .utf8)
        return (try #require(UInt64(found["number"]?.string ?? "")), path, found)
    }

    @Test(
        "our first CRL un-revokes nothing, and its number rises over the last; what was signed can be looked up and revoked"
    )
    func takenOver() async throws {
        let (ca, sources) = try usedCA()
        #expect(!ca.accepts("1001", crl: ca.path("last.crl")))
        let report = try json(try importing(ca, sources + ["--new-journal"]))
        #expect(report["certificates"]?["recorded"]?.integer == 5)
        #expect(report["certificates"]?["withoutDER"]?.integer == 0)
        #expect(report["revocations"]?["recorded"]?.integer == 2)
        #expect(report["lastCrlNumber"]?.integer == 0x1f00)
        let verified = try ChildProcess.run(
            RunningDaemon.program("countersign"), ["ledger", "verify", ca.configuration.journal])
        #expect(verified.status == 0, "\(verified)")
        // By the CA's key, each certificate that was taken over with its octets.
        let judged = try json(
            try ChildProcess.run(
                RunningDaemon.program("countersign"),
                ["ledger", "verify", ca.configuration.journal, "--json", "--ca-certificate", ca.path("ca.pem")]))
        #expect(judged["signaturesVerified"]?.integer == 5)

        let daemon = try RunningDaemon(ca.configuration)
        let client = try daemon.connect()
        let first = try crl(client, from: 0x1f01)
        for (serial, isGood) in [("1000", true), ("1001", false), ("1002", false), ("1003", true)] {
            #expect(ca.accepts(serial, crl: first.path) == isGood, "\(serial)")
        }
        let text = try ca.run("crl", "-in", first.path, "-CAfile", ca.path("ca.pem"), "-noout", "-text")
        #expect(text.contains("Superseded"))
        #expect(text.contains("Key Compromise"))

        let found = try client.call("getCertificate", ["caId": "legacy", "serialNumber": "1003"]).get()
        #expect(found["status"]?.string == "issued")
        let kept = try String(contentsOfFile: ca.certificate("1003"), encoding: .utf8)
        #expect(found["certificate"]?.string == kept)
        let revoked = try client.call("getCertificate", ["caId": "legacy", "serialNumber": "1002"]).get()
        #expect(revoked["status"]?.string == "revoked")
        #expect(revoked["revocation"]?["reason"]?.string == "keyCompromise")
        let listed = try client.call("listCertificates", ["subject": "*host3.example*"]).get()
        #expect(listed["certificates"]?.array?.count == 1)

        _ = try client.call(
            "revokeCertificate", ["caId": "legacy", "serialNumber": "1003", "reason": "cessationOfOperation"]
        ).get()
        let second = try crl(client, from: first.number + 1)
        #expect(!ca.accepts("1003", crl: second.path))
        #expect(ca.accepts("1000", crl: second.path))
        #expect(try daemon.stop().status == 0)
    }

    @Test("a dry run records nothing and makes no journal; the same run again adds nothing")
    func twice() async throws {
        let (ca, sources) = try usedCA()
        let trial = try json(try importing(ca, sources + ["--new-journal", "--dry-run"]))
        #expect(trial["dryRun"]?.bool == true)
        #expect(trial["certificates"]?["recorded"]?.integer == 5)
        #expect(!FileManager.default.fileExists(atPath: ca.configuration.journal))
        _ = try json(try importing(ca, sources + ["--new-journal"]))
        let again = try json(try importing(ca, sources))
        #expect(again["certificates"]?["recorded"]?.integer == 0)
        #expect(again["certificates"]?["known"]?.integer == 5)
        #expect(again["revocations"]?["recorded"]?.integer == 0)
        #expect(again["revocations"]?["known"]?.integer == 2)
        // What came since is added.
        try ca.issue(5)
        try ca.revoke("1000")
        _ = try ca.makeCRL()
        let later = try json(try importing(ca, sources))
        #expect(later["certificates"]?["recorded"]?.integer == 1)
        #expect(later["revocations"]?["recorded"]?.integer == 1)
        #expect(later["lastCrlNumber"]?.integer == 0x1f01)
    }

    @Test("an import that was killed half-way is completed by the next")
    func killed() async throws {
        let (ca, sources) = try usedCA()
        let half = try importing(
            ca, sources + ["--new-journal"], environment: ["COUNTERSIGN_FAILPOINT": "revocationDurable:1"])
        #expect(half.status == -9, "\(half)")
        let rest = try json(try importing(ca, sources))
        let known = try #require(rest["revocations"]?["known"]?.integer)
        #expect(known >= 1)
        #expect(rest["revocations"]?["recorded"]?.integer == 2 - known)
        #expect(rest["certificates"]?["recorded"]?.integer == 5)
        let again = try json(try importing(ca, sources))
        #expect(again["certificates"]?["recorded"]?.integer == 0)
    }

    @Test("index and number are enough where there are neither certificates nor a CRL")
    func indexOnly() async throws {
        let (ca, _) = try usedCA()
        let report = try json(
            try importing(ca, ["--index", ca.path("index.txt"), "--crl-number", "0x1F00", "--new-journal"]))
        #expect(report["certificates"]?["withoutDER"]?.integer == 5)
        let daemon = try RunningDaemon(ca.configuration)
        let client = try daemon.connect()
        let first = try crl(client, from: 0x1f01)
        #expect(!ca.accepts("1001", crl: first.path))
        #expect(ca.accepts("1000", crl: first.path))
        #expect(try daemon.stop().status == 0)
    }

    @Test("the CRL alone keeps revoked what no certificate is known of")
    func crlOnly() async throws {
        let (ca, _) = try usedCA()
        let report = try json(try importing(ca, ["--crl", ca.path("last.crl"), "--new-journal"]))
        #expect(report["revocations"]?["ofUnknownSerials"]?.integer == 2)
        let daemon = try RunningDaemon(ca.configuration)
        let client = try daemon.connect()
        let first = try crl(client, from: 0x1f01)
        #expect(!ca.accepts("1002", crl: first.path))
        #expect(try daemon.stop().status == 0)
    }

    @Test("another journal of the key is taken in, its ids kept, and none of its CRL numbers is used again")
    func fromJournal() async throws {
        let ca = try OldCA()
        let daemon = try RunningDaemon(ca.configuration)
        let client = try daemon.connect()
        let bed = try await TestBed.shared()
        let signed = try client.call("signCertificate", bed.params(by: "legacy")).get()
        let id = signed["certificateId"] ?? .null
        _ = try client.call("revokeCertificate", ["certificateId": id, "reason": "superseded"]).get()
        let last = try crl(client, from: 2)
        #expect(try daemon.stop().status == 0)
        let former = ca.configuration.folder + "/former"
        try FileManager.default.moveItem(atPath: ca.configuration.journal, toPath: former)
        for name in ["inventory.sqlite", "inventory.sqlite-wal", "inventory.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: ca.configuration.folder + "/" + name)
        }

        let report = try json(try importing(ca, ["--from-journal", former, "--new-journal"]))
        #expect(report["certificates"]?["recorded"]?.integer == 1)
        #expect(report["revocations"]?["recorded"]?.integer == 1)
        let second = try RunningDaemon(ca.configuration)
        let other = try second.connect()
        let next = try crl(other, from: last.number + 1)
        #expect(next.json["entries"]?.integer == 1)
        let found = try other.call("getCertificate", ["certificateId": id]).get()
        #expect(found["status"]?.string == "revoked")
        #expect(found["certificate"] == signed["certificate"])
        #expect(try second.stop().status == 0)
        // Its own journal is none to take over.
        let own = try importing(ca, ["--from-journal", ca.configuration.journal])
        #expect(own.status == 65, "\(own)")
    }

    @Test("what is wrong is told, all of it, and nothing is recorded")
    func refused() async throws {
        let (ca, sources) = try usedCA()
        let stranger = try OldCA()
        try stranger.issue(0)
        func refusal(_ arguments: [String], _ words: String..., status: Int32 = 65) throws {
            let ended = try importing(ca, arguments + ["--new-journal"])
            #expect(ended.status == status, "\(ended)")
            for word in words { #expect(ended.errors.contains(word), "\(ended)") }
            #expect(!FileManager.default.fileExists(atPath: ca.configuration.journal))
        }
        // Of the same name and another key.
        try refusal(["--certificates", stranger.certificate("1000")], "not signed by its key")
        try refusal(["--crl", try stranger.makeCRL()], "not signed by the key of legacy")
        try refusal(["--certificates", ca.path("ca.key")], "no certificate")
        try refusal(["--certificates", ca.path("absent")], "absent", status: 66)
        try refusal(["--index", ca.path("ca.pem")], "line 1", "line 2")
        try refusal(["--crl", ca.path("ca.pem")], "ca.pem")
        // Cut off.
        let whole = try Data(contentsOf: URL(fileURLWithPath: ca.certificate("1000")))
        try whole.dropLast(40).write(to: URL(fileURLWithPath: ca.path("newcerts/cut.pem")))
        try refusal(sources, "cut.pem")
        try FileManager.default.removeItem(atPath: ca.path("newcerts/cut.pem"))
        // Only a person can decide.
        try ca.revoke("1000", "-crl_reason", "certificateHold")
        _ = try ca.makeCRL()
        try refusal(sources, "1000", "--holds-become")
        let ended = try importing(ca, sources)
        #expect(ended.status == 66, "\(ended)")
        #expect(ended.errors.contains("--new-journal"))
        let decided = try json(try importing(ca, sources + ["--new-journal", "--holds-become", "superseded"]))
        #expect(decided["revocations"]?["recorded"]?.integer == 3)
    }

    @Test("beside a daemon nothing is recorded")
    func besideDaemon() async throws {
        let (ca, sources) = try usedCA()
        let daemon = try RunningDaemon(ca.configuration)
        let ended = try importing(ca, sources)
        #expect(ended.status == 73, "\(ended)")
        #expect(ended.errors.contains("stop it first"))
        #expect(try json(try importing(ca, sources + ["--dry-run"]))["certificates"]?["recorded"]?.integer == 5)
        #expect(try daemon.stop().status == 0)
    }

    @Test("files of a folder that are no certificates are passed over and named")
    func folder() async throws {
        let (ca, sources) = try usedCA()
        try ca.write("no certificate", to: "newcerts/README")
        try FileManager.default.copyItem(atPath: ca.path("ca.key"), toPath: ca.path("newcerts/ca.key"))
        try FileManager.default.copyItem(atPath: ca.path("ca.pem"), toPath: ca.path("newcerts/ca.pem"))
        let report = try json(try importing(ca, sources + ["--new-journal"]))
        #expect(report["certificates"]?["recorded"]?.integer == 5)
        #expect(report["certificates"]?["passedOver"]?.integer == 1)
        #expect(report["filesPassedOver"]?.array?.count == 2)
    }
}
