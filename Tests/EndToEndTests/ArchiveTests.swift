import DERCoding
import Foundation
import Issuance
import JSONRPC
import Ledger
import Logging
import TestSupport
import Testing
import Timekeeping

/// `countersign ledger archive`: what has expired leaves the journal, and nobody who is revoked leaves a CRL by it.
@Suite("the oldest segments are archived by command")
struct ArchiveTests {
    private func tool(_ arguments: String...) throws -> ChildProcess.Ended {
        try ChildProcess.run(RunningDaemon.program("countersign"), ["ledger"] + arguments)
    }

    /// What follows is in another segment.
    private func beginSegment(_ configuration: TestConfiguration) async throws {
        let (journal, _) = try Journal.open(
            directory: configuration.journal,
            configuration: JournalConfiguration(segmentOctets: 1, allocationOctets: 4096),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        try await journal.recordConfiguration(hash: [UInt8](repeating: 0, count: 32))
        await journal.close()
    }

    /// The CRL that names it, once there is one.
    private func crl(_ client: WireClient, naming certificate: JSONValue) throws -> CertificateRevocationList {
        let serial = try #require(certificate["serialNumber"]?.string)
        return try poll {
            guard let found = try? client.call("getCrl", ["caId": "p256"]).get() else { return nil }
            let list = try CertificateRevocationList(
                der: PEM.decodeOne(found["crl"]?.string ?? "", labels: ["X509 CRL"]).der)
            return serials(list).contains(serial) ? list : nil
        }
    }

    private func serials(_ list: CertificateRevocationList) -> [String] { list.entries.map(\.serialNumber.hex) }

    private func revoke(_ certificate: JSONValue, _ client: WireClient) throws {
        _ = try client.call(
            "revokeCertificate",
            ["certificateId": certificate["certificateId"] ?? .null, "reason": "superseded"]
        ).get()
    }

    @Test("an expired certificate is not looked up any more, is on no CRL, and is found with the archive")
    func archived() async throws {
        let bed = try await TestBed.shared()
        var configuration = try TestConfiguration(["p256"])
        configuration.more.authority = ["crl: { file: issuing.crl, validity: 2d }"]
        configuration.more.profile = ["backdate: none"]
        try configuration.write(bed.tree)
        var daemon = try RunningDaemon(configuration)
        var client = try daemon.connect()
        let archive = configuration.folder + "/archive"
        let short = try client.call("signCertificate", bed.params(ttl: "2s")).get()
        try revoke(short, client)
        _ = try crl(client, naming: short)
        let details = try client.call("getCertificate", ["certificateId": short["certificateId"] ?? .null]).get()
        let end = try Instant(rfc3339: try #require(details["notAfter"]?.string))
        let _: Bool = try poll { WallClock.system.now() > end ? true : nil }
        #expect(try daemon.stop().status == 0)

        try await beginSegment(configuration)
        daemon = try RunningDaemon(configuration)
        client = try daemon.connect()
        // A CRL that is made after its end names it once more, and another follows.
        let long = try client.call("signCertificate", bed.params()).get()
        let between = try client.call("signCertificate", bed.params()).get()
        for certificate in [between, long] {
            try revoke(certificate, client)
            _ = try crl(client, naming: certificate)
        }
        let number = try #require(try crl(client, naming: long).number)
        let planned = try tool("archive", configuration.journal, "--to", archive, "--keep", "0", "--dry-run", "--json")
        #expect(planned.status == 0, "\(planned)")
        #expect(try JSONValue(parsing: Array(planned.output.utf8.dropLast()))["segments"]?.array?.count == 1)
        let busy = try tool("archive", configuration.journal, "--to", archive, "--keep", "0")
        #expect(busy.status == 73 && busy.errors.contains("stop it first"), "\(busy)")
        #expect(!FileManager.default.fileExists(atPath: archive))
        #expect(try daemon.stop().status == 0)

        let patient = try tool("archive", configuration.journal, "--to", archive)
        #expect(patient.status == 0 && patient.output.contains("--keep"), "\(patient)")
        let moved = try tool("archive", configuration.journal, "--to", archive, "--keep", "0")
        #expect(moved.status == 0 && moved.output.contains("1 segments"), "\(moved)")
        for arguments in [[], ["--archive", archive]] {
            let verified = try ChildProcess.run(
                RunningDaemon.program("countersign"), ["ledger", "verify", configuration.journal] + arguments)
            #expect(verified.status == 0 && verified.output.contains("archived"), "\(verified)")
        }
        let serial = try #require(short["serialNumber"]?.string)
        #expect(try !tool("export", configuration.journal).output.contains(serial))
        #expect(try tool("export", configuration.journal, "--archive", archive).output.contains(serial))

        daemon = try RunningDaemon(configuration)
        client = try daemon.connect()
        try expect(client.call("getCertificate", ["certificateId": short["certificateId"] ?? .null]), .notFound)
        let found = try client.call("getCertificate", ["certificateId": long["certificateId"] ?? .null]).get()
        #expect(found["status"]?.string == "revoked")
        let third = try client.call("signCertificate", bed.params()).get()
        try revoke(third, client)
        let last = try crl(client, naming: third)
        #expect(try #require(last.number) > number)
        #expect(Set(serials(last)) == Set([between, long, third].compactMap { $0["serialNumber"]?.string }))
        #expect(try daemon.stop().status == 0)
    }
}
