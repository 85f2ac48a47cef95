import DERCoding
import Foundation
import Issuance
import JSONRPC
import Ledger
import PKCS11
import PublicKeys
import Signing
import TestSupport
import Testing
import Timekeeping

/// `countersign ledger` where it works on folders, beside a daemon or without one.
@Suite("the ledger offline")
struct LedgerOfflineTests {
    private func tool(_ arguments: [String]) throws -> ChildProcess.Ended {
        try ChildProcess.run(RunningDaemon.program("countersign"), ["ledger"] + arguments)
    }

    private func json(_ ended: ChildProcess.Ended) throws -> JSONValue {
        try JSONValue(parsing: Array(ended.output.utf8.dropLast()))
    }

    private func file(_ text: String, _ configuration: TestConfiguration) throws -> String {
        let name = UUID().uuidString + ".pem"
        try configuration.write(text, to: name)
        return configuration.folder + "/" + name
    }

    /// A daemon that has issued so many certificates.
    private func daemon(issuing count: Int) async throws -> (RunningDaemon, certificates: [JSONValue]) {
        let bed = try await TestBed.shared()
        let configuration = try TestConfiguration(["p256", "ed25519"])
        try configuration.write(bed.tree)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        let certificates = try (0..<count).map { index in
            try client.call("signCertificate", bed.params(by: index % 2 == 0 ? "p256" : "ed25519")).get()
        }
        return (daemon, certificates)
    }

    /// A checkpoint of the last record.
    private func checkpoint(_ journal: String, by signer: InMemorySigner) throws -> Checkpoint {
        var reader = try JournalReader(directory: journal)
        var last: JournalRecord?
        while let record = try reader.next() { last = record }
        let record = try #require(last)
        let statement = Checkpoint.Statement(
            journalID: reader.journalID, sequence: record.sequence, head: record.hash, time: record.time)
        return Checkpoint(
            statement: statement, signatureAlgorithm: signer.algorithm.name,
            publicKey: signer.publicKey.subjectPublicKeyInfo, signature: try signer.octets(signing: statement.der))
    }

    private func pem(_ checkpoint: Checkpoint) -> String {
        checkpoint.caption + "\n" + PEM.encode(checkpoint.der, label: Checkpoint.pemLabel)
    }

    /// A CRL that openssl has made, with that number in hexadecimal, and the key identifier in it.
    private func publishedCRL(number: String, in folder: String) throws -> (path: String, key: String) {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.write(
            Array(
                """
                [ca]
                default_ca = own
                [own]
                database = index.txt
                crlnumber = number
                default_md = sha256
                default_crl_days = 1
                crl_extensions = extensions
                [extensions]
                authorityKeyIdentifier = keyid:always
                """.utf8), to: "ca.cnf")
        try openssl.write([], to: "index.txt")
        try openssl.write(Array(number.utf8), to: "number")
        try openssl.run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
            "-out",
            "ca.pem", "-subj", "/CN=published")
        try openssl.run(
            "ca", "-gencrl", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "last.crl")
        let text = String(
            decoding: try openssl.run("x509", "-in", "ca.pem", "-noout", "-ext", "subjectKeyIdentifier"), as: UTF8.self)
        let key = text.split(separator: "\n").last?.filter(\.isHexDigit).lowercased() ?? ""
        let path = folder + "/last.crl"
        try Data(openssl.read("last.crl")).write(to: URL(fileURLWithPath: path))
        return (path, key)
    }

    @Test("verify finds a journal sound beside its daemon, every signature verified, and damage with 65")
    func verify() async throws {
        let bed = try await TestBed.shared()
        let (daemon, _) = try await daemon(issuing: 6)
        let configuration = daemon.configuration
        let signer = try InMemorySigner(.ed25519)
        let kept = try file(pem(checkpoint(configuration.journal, by: signer)), configuration)
        let key = try file(
            PEM.encode(signer.publicKey.subjectPublicKeyInfo, label: "PUBLIC KEY"), configuration)
        let cas = ["p256", "ed25519"].flatMap { ["--ca-certificate", configuration.folder + "/\($0).pem"] }
        let full = ["verify", configuration.journal, "--checkpoints", kept, "--checkpoint-key", key] + cas
        let text = try tool(full)
        #expect(text.status == 0, "\(text)")
        #expect(text.output.hasSuffix("\(configuration.journal) is sound.\n"))
        let report = try json(try tool(full + ["--json"]))
        #expect(report["sound"]?.bool == true)
        #expect(report["signaturesVerified"]?.integer == 6)
        #expect(report["signaturesUnjudged"]?.integer == 0)
        #expect(report["givenCheckpoints"]?.array?.first?["verdict"]?.string == "holds")
        #expect(report["givenCheckpoints"]?.array?.first?["signature"]?.string == "trusted")
        #expect(try daemon.stop().status == 0)

        // Another CA's key in the place of the authority's.
        let chain = try #require(bed.tree.authorities["rsa2048"]?.chain.first)
        let others = try json(
            try tool(["verify", configuration.journal, "--json", "--ca-certificate", file(chain, configuration)]))
        #expect(others["signaturesVerified"]?.integer == 0)
        #expect(others["signaturesUnjudged"]?.integer == 6)
        // Another key than the one that signs checkpoints.
        let stranger = try file(
            PEM.encode(InMemorySigner(.p256).publicKey.subjectPublicKeyInfo, label: "PUBLIC KEY"), configuration)
        let foreign = try tool(["verify", configuration.journal, "--checkpoints", kept, "--checkpoint-key", stranger])
        #expect(foreign.status == 65)
        #expect(foreign.output.contains("FAULT: the checkpoint of "))

        let segment = configuration.journal + "/00000000000000000001.journal"
        var octets = Array(try Data(contentsOf: URL(fileURLWithPath: segment)))
        octets[700] ^= 1
        try Data(octets).write(to: URL(fileURLWithPath: segment))
        let damaged = try tool(["verify", configuration.journal, "--json"])
        #expect(damaged.status == 65, "\(damaged)")
        #expect(try json(damaged)["faults"]?.array?.first?["kind"]?.string == "unreadable")
        #expect(damaged.errors.hasPrefix("countersign: "))
        for place in ["/nowhere", "/"] { #expect(try tool(["verify", place]).status == 66) }
    }

    @Test("export prints every record, of which certificates can be put together as they were received")
    func export() async throws {
        let (daemon, certificates) = try await daemon(issuing: 4)
        #expect(try daemon.stop().status == 0)
        let ended = try tool(["export", daemon.configuration.journal])
        #expect(ended.status == 0, "\(ended)")
        let records = try ended.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(records.map { $0["sequence"]?.integer } == (1...10).map { Int64($0) })
        #expect(records.prefix(2).map { $0["kind"]?.string } == ["genesis", "configurationLoaded"])
        for certificate in certificates {
            let id = certificate["certificateId"]?.string
            let own = records.compactMap { $0["body"] }.filter { $0["certificateID"]?.string == id && id != nil }
            try #require(own.count == 2)
            #expect(own[0]["serialNumber"]?.string == certificate["serialNumber"]?.string)
            let der = try PEM.decodeOne(certificate["certificate"]?.string ?? "", labels: ["CERTIFICATE"]).der
            let tbs = try #require(own[0]["tbsCertificate"]?.string.flatMap { Data(base64Encoded: $0) })
            #expect(Array(der.dropFirst(4)).starts(with: tbs))
            #expect(der.hex.hasSuffix(own[1]["signature"]?.string ?? "none"))
        }
        let part = try tool(["export", daemon.configuration.journal, "--from", "3", "--to", "4"])
        #expect(part.output.split(separator: "\n") == Array(ended.output.split(separator: "\n")[2..<4]))
        #expect(try tool(["export", daemon.configuration.journal, "--from", "4", "--to", "3"]).status == 64)
    }

    @Test("a back-up beside the daemon restores to a journal that the daemon works with, and only where nothing is")
    func restore() async throws {
        let bed = try await TestBed.shared()
        let (daemon, certificates) = try await daemon(issuing: 3)
        var configuration = daemon.configuration
        let copy = configuration.folder + "/copy"
        let backup = try tool(["backup", configuration.journal, "--to", copy])
        #expect(backup.status == 0, "\(backup)")
        // What the back-up does not have.
        let lost = try daemon.connect().call("signCertificate", bed.params()).get()
        #expect(try daemon.stop().status == 0)
        let occupied = try tool(["restore", copy, "--to", configuration.journal])
        #expect(occupied.status == 65, "\(occupied)")

        configuration.otherJournal = configuration.folder + "/restored"
        let (crl, key) = try publishedCRL(number: "21", in: configuration.folder)
        let restored = try tool(
            ["restore", copy, "--to", configuration.journal, "--crl-number", "0A:0b=0x10", "--last-crl", crl])
        #expect(restored.status == 0, "\(restored)")
        #expect(restored.output.contains("CRLs of key \(key) go on over number 1048609."))
        #expect(restored.output.contains("CRLs of key 0a0b go on over number 1048592."))
        try configuration.write(bed.tree)
        let again = try RunningDaemon(configuration)
        let next = try again.connect().call("signCertificate", bed.params()).get()
        #expect(try again.stop().status == 0)
        let exported = try tool(["export", configuration.journal]).output
        for certificate in certificates + [next] {
            #expect(exported.contains(certificate["certificateId"]?.string ?? "none"))
        }
        #expect(!exported.contains(lost["certificateId"]?.string ?? "none"))
        #expect(exported.contains("\"kind\":\"restored\""))
        let size = try json(try tool(["size", configuration.journal, "--json"]))
        #expect(size["issued"]?.integer == 4)
        #expect(size["octetsPerCertificate"]?.integer ?? 0 > 500)
        #expect(size["daysUntilFull"] == .null)
        #expect(try tool(["size", configuration.journal]).output.hasPrefix("journal "))
        for command in [["size", "/nowhere"], ["export", "/nowhere"], ["backup", "/nowhere", "--to", copy]] {
            #expect(try tool(command).status == 66, "\(command)")
        }
    }
}
