import DERCoding
import Foundation
import JSONRPC
import Ledger
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

/// A CRL that was published stays until the next one names everybody whom it names.
@Suite("a new journal un-revokes nobody")
struct SuccessionTests {
    private func configuration() async throws -> TestConfiguration {
        var configuration = try TestConfiguration(["p256"])
        configuration.more.profile = ["backdate: none"]
        configuration.more.authority = ["crl: { file: issuing.crl, validity: 2d }"]
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    private func file(_ configuration: TestConfiguration) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: configuration.folder + "/issuing.crl")))
    }

    private func list(_ configuration: TestConfiguration) throws -> CertificateRevocationList {
        try CertificateRevocationList(contents: file(configuration))
    }

    /// What status says of the CRL, when it says that it was not made.
    private func fault(_ client: WireClient) throws -> String {
        try poll {
            let status = try? client.call("getStatus", [:]).get()
            return status?["authorities"]?.array?.first?["crl"]?["lastError"]?.string
        }
    }

    /// One certificate is revoked, and its CRL published; then the journal is lost.
    private func lost() async throws -> (TestConfiguration, serial: [UInt8]) {
        let (bed, configuration) = (try await TestBed.shared(), try await configuration())
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        let signed = try client.call("signCertificate", bed.params()).get()
        _ = try client.call(
            "revokeCertificate", ["certificateId": signed["certificateId"] ?? .null, "reason": "superseded"]
        ).get()
        // The first CRL may have waited for the revocation.
        let _: Bool = try poll { (try? list(configuration).entries.count) == 1 ? true : nil }
        #expect(try daemon.stop().status == 0)
        try FileManager.default.moveItem(atPath: configuration.journal, toPath: configuration.journal + ".lost")
        return (configuration, try #require(list(configuration).entries.first?.serialNumber))
    }

    @Test("the CRL of a journal that is lost stays, the reason is told, and the import of it lets the next be made")
    func newJournal() async throws {
        let (configuration, serial) = try await lost()
        let published = try file(configuration)
        var daemon = try RunningDaemon(configuration)
        #expect(try fault(daemon.connect()).contains("ledger import"))
        #expect(try file(configuration) == published)
        // What was published is still handed out.
        let current = try daemon.connect().call("getCrl", ["caId": "p256"]).get()
        #expect(current["entries"]?.integer == 1)
        #expect(try daemon.stop().status == 0)

        let imported = try ChildProcess.run(
            RunningDaemon.program("countersign"),
            [
                "ledger", "import", "--config", configuration.path, "--ca", "p256", "--crl",
                configuration.folder + "/issuing.crl",
            ])
        #expect(imported.status == 0, "\(imported)")
        let last = try #require(list(configuration).number)
        daemon = try RunningDaemon(configuration)
        #expect(try next(configuration, after: last) == [serial])
        #expect(try daemon.stop().status == 0)
    }

    /// The CRL is made that is higher than this, and who is on it.
    private func next(_ configuration: TestConfiguration, after last: UInt64) throws -> [[UInt8]] {
        try poll {
            guard let list = try? list(configuration), let number = list.number, number > last else { return nil }
            return list.entries.map(\.serialNumber)
        }
    }

    @Test("it is enough to revoke again whom the CRL names, while the daemon works")
    func revokedAgain() async throws {
        let (configuration, serial) = try await lost()
        let last = try #require(list(configuration).number)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        #expect(try fault(client).contains(serial.hex))
        _ = try client.call(
            "revokeCertificate", ["caId": "p256", "serialNumber": .string(serial.hex), "reason": "superseded"]
        ).get()
        #expect(try next(configuration, after: last) == [serial])
        #expect(try daemon.stop().status == 0)
    }

    /// How many times a CRL was signed, or tried to be.
    private func attempts(_ configuration: TestConfiguration) throws -> Int {
        var reader = try JournalReader(directory: configuration.journal)
        var count = 0
        while let record = try reader.next() { if case .crlIntent = record.body { count += 1 } }
        return count
    }

    @Test("one that was signed and could not be put in its place does not count: what had expired is on the next, too")
    func unpublished() async throws {
        let (bed, configuration) = (try await TestBed.shared(), try await configuration())
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        _ = try next(configuration, after: 0)
        let short = try client.call("signCertificate", bed.params(ttl: "4s")).get()
        _ = try client.call(
            "revokeCertificate", ["certificateId": short["certificateId"] ?? .null, "reason": "superseded"]
        ).get()
        let expiring = try next(configuration, after: 1)
        #expect(expiring.count == 1)
        let (last, obstacle) = (try #require(list(configuration).number), configuration.folder + "/issuing.crl.new")
        try FileManager.default.createDirectory(atPath: obstacle + "/file", withIntermediateDirectories: true)
        let found = try client.call("getCertificate", ["certificateId": short["certificateId"] ?? .null]).get()
        let end = try Instant(rfc3339: #require(found["notAfter"]?.string))
        let _: Bool = try poll { WallClock.system.now() > end ? true : nil }
        let other = try client.call("signCertificate", bed.params()).get()
        _ = try client.call(
            "revokeCertificate", ["certificateId": other["certificateId"] ?? .null, "reason": "superseded"]
        ).get()
        let before = try attempts(configuration)
        let _: Bool = try poll { try attempts(configuration) >= before + 2 ? true : nil }
        try FileManager.default.removeItem(atPath: obstacle)
        let named = try next(configuration, after: last)
        #expect(named.count == 2 && named.contains(expiring[0]))
        #expect(try daemon.stop().status == 0)
    }

    private func partitioned() async throws -> (TestConfiguration, all: String, part: String) {
        var configuration = try await configuration()
        configuration.more.authority = [
            "crlDistributionPoints: [\"http://pki.example/{partition}.crl\"]",
            "crl: { file: issuing.crl, validity: 2d, partitions: { count: 1, file: \"part-{partition}.crl\" } }",
        ]
        try configuration.write(try await TestBed.shared().tree)
        return (configuration, configuration.folder + "/issuing.crl", configuration.folder + "/part-0.crl")
    }

    /// One certificate is revoked and on both CRLs; then the journal is lost.
    ///
    /// - Returns: the CRL of the partition as it was before.
    private func lostPartitioned(_ configuration: TestConfiguration, part: String) async throws -> Data {
        let bed = try await TestBed.shared()
        let daemon = try RunningDaemon(configuration)
        let earlier = try poll { try? Data(contentsOf: URL(fileURLWithPath: part)) }
        let signed = try daemon.connect().call("signCertificate", bed.params()).get()
        _ = try daemon.connect().call(
            "revokeCertificate", ["certificateId": signed["certificateId"] ?? .null, "reason": "superseded"]
        ).get()
        let _: Bool = try poll {
            try (try? entries(part)) == 1 && list(configuration).entries.count == 1 ? true : nil
        }
        #expect(try daemon.stop().status == 0)
        try FileManager.default.removeItem(atPath: configuration.journal)
        return earlier
    }

    private func entries(_ path: String) throws -> Int { try crl(path).entries.count }

    private func crl(_ path: String) throws -> CertificateRevocationList {
        try CertificateRevocationList(contents: Array(Data(contentsOf: URL(fileURLWithPath: path))))
    }

    @Test(
        "whatever a CRL by the same key is about, the next number is higher; one that is held back holds up no partition that it is not about"
    )
    func numberOfAnother() async throws {
        let (configuration, all, part) = try await partitioned()
        let earlier = try await lostPartitioned(configuration, part: part)
        // The partition's lies where that of everything should.
        let highest = try #require(crl(part).number)
        try FileManager.default.removeItem(atPath: all)
        try FileManager.default.moveItem(atPath: part, toPath: all)
        try earlier.write(to: URL(fileURLWithPath: part))
        let daemon = try RunningDaemon(configuration)
        let _: Bool = try poll { (try? crl(part).number).map { $0 > highest } ?? false ? true : nil }
        #expect(try crl(all).number == highest)
        #expect(try fault(daemon.connect()).contains("ledger import"))
        #expect(try daemon.stop().status == 0)
    }

    @Test("a CRL whose file is missing is held back by the authority's other files", arguments: [true, false])
    func missingFile(ofEverything: Bool) async throws {
        let (configuration, all, part) = try await partitioned()
        _ = try await lostPartitioned(configuration, part: part)
        let (missing, left) = ofEverything ? (all, part) : (part, all)
        try FileManager.default.removeItem(atPath: missing)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        let faults: [String] = try poll {
            let crl = try client.call("getStatus", [:]).get()["authorities"]?.array?.first?["crl"]
            guard let own = crl?["lastError"]?.string, let parts = crl?["partitions"]?["lastError"]?.string else {
                return nil
            }
            return [own, parts]
        }
        #expect(faults.allSatisfy { $0.contains("--crl \(left)") }, "\(faults)")
        #expect(!FileManager.default.fileExists(atPath: missing))
        #expect(try daemon.stop().status == 0)
    }

    @Test("a file that is no CRL stays, until it is moved away; an empty one is none", arguments: ["no CRL", ""])
    func unreadable(_ contents: String) async throws {
        let configuration = try await configuration()
        let path = configuration.folder + "/issuing.crl"
        try contents.write(toFile: path, atomically: false, encoding: .utf8)
        let daemon = try RunningDaemon(configuration)
        if !contents.isEmpty {
            #expect(try fault(daemon.connect()).contains("nobody knows whom it revokes"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == contents)
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(try next(configuration, after: 0) == [])
        #expect(try daemon.stop().status == 0)
    }

    @Test("the CRL of another key stays, until its file is moved away")
    func foreign() async throws {
        let configuration = try await configuration()
        let ca = try OldCA()
        let foreign = try Data(contentsOf: URL(fileURLWithPath: ca.makeCRL()))
        let path = configuration.folder + "/issuing.crl"
        try foreign.write(to: URL(fileURLWithPath: path))
        let daemon = try RunningDaemon(configuration)
        #expect(try fault(daemon.connect()).contains("not signed by this authority's key"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == foreign)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".other")
        #expect(try next(configuration, after: 0) == [])
        #expect(try daemon.stop().status == 0)
    }
}
