import DERCoding
import Foundation
import JSONRPC
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

/// CRLs that name a part of an authority's certificates each, as openssl reads them.
@Suite("partitioned CRLs")
struct PartitionTests {
    private static let url = "http://crl.internal.example/p256-{partition}.crl"

    private func configuration(
        count: Int, crl: String = "validity: 2d", former: Bool = false
    ) async throws -> TestConfiguration {
        var configuration = try TestConfiguration(["p256"])
        set(&configuration, count: count, crl: crl, former: former)
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    private func set(_ configuration: inout TestConfiguration, count: Int, crl: String, former: Bool = false) {
        let urls = former ? ", formerDistributionPoints: [\"\(Self.url)\"]" : ""
        configuration.more.profile = ["backdate: none"]
        configuration.more.authority = [
            "crlDistributionPoints: [\"\(former ? "http://crl.internal.example/all.crl" : Self.url)\"]",
            "crl: { file: all.crl, \(crl), partitions: { count: \(count), file: \"part-{partition}.crl\"\(urls) } }",
        ]
    }

    private struct Certificate {
        let result: JSONValue
        let partition: Int64?
        var id: JSONValue { result["certificateId"] ?? .null }
        var serial: String { result["serialNumber"]?.string ?? "" }
        var pem: String { result["certificate"]?.string ?? "" }
    }

    private func sign(_ client: WireClient, ttl: String = "30d") async throws -> Certificate {
        let result = try client.call("signCertificate", await TestBed.shared().params(ttl: ttl)).get()
        let found = try client.call("getCertificate", ["certificateId": result["certificateId"] ?? .null]).get()
        return Certificate(result: result, partition: found["crlPartition"]?.integer)
    }

    /// Signs until there is one in such a partition.
    private func sign(
        _ client: WireClient, ttl: String = "30d", in isWanted: (Int64) -> Bool
    ) async throws -> Certificate {
        for _ in 0..<1000 {
            let certificate = try await sign(client, ttl: ttl)
            if let partition = certificate.partition, isWanted(partition) { return certificate }
        }
        throw TestSupportError("no certificate is in such a partition")
    }

    /// A CRL, once it fulfils a condition.
    private func crl(
        _ client: WireClient, _ partition: Int64?, where isWanted: (CertificateRevocationList) -> Bool = { _ in true }
    ) throws -> (pem: String, list: CertificateRevocationList) {
        try poll {
            let params: JSONValue =
                partition.map { ["caId": "p256", "partition": .number(JSONNumber($0))] } ?? ["caId": "p256"]
            guard let text = try? client.call("getCrl", params).get()["crl"]?.string else { return nil }
            let list = try CertificateRevocationList(der: PEM.decodeOne(text, labels: ["X509 CRL"]).der)
            return isWanted(list) ? (text, list) : nil
        }
    }

    private func names(_ serial: String) -> (CertificateRevocationList) -> Bool {
        { list in list.entries.contains { $0.serialNumber.hex == serial } }
    }

    /// What openssl says of a certificate by a CRL's word; `nil` where it takes it.
    private func judge(_ certificate: Certificate, by crl: String) async throws -> String? {
        let bed = try await TestBed.shared()
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.write(Array((bed.tree.authorities["p256"]?.chain.joined() ?? "").utf8), to: "ca.pem")
        try openssl.write(Array(bed.tree.rootPEM.utf8), to: "root.pem")
        try openssl.write(Array(certificate.pem.utf8), to: "leaf.pem")
        try openssl.write(Array(crl.utf8), to: "crl.pem")
        do {
            try openssl.run(
                "verify", "-x509_strict", "-crl_check", "-CAfile", "root.pem", "-untrusted", "ca.pem", "-CRLfile",
                "crl.pem", "leaf.pem")
            return nil
        } catch { return "\(error)" }
    }

    @Test(
        "a certificate points to its partition's CRL, which alone names it beside that of everything; openssl takes no other for it"
    )
    func judged() async throws {
        let configuration = try await configuration(count: 4)
        var daemon = try RunningDaemon(configuration)
        var client = try daemon.connect()
        let bad = try await sign(client) { _ in true }
        let partition = try #require(bad.partition)
        let good = try await sign(client) { $0 == partition }
        let other = try await sign(client) { $0 != partition }
        for certificate in [bad, good, other] {
            let number = try #require(SerialNumber(octets: Self.octets(certificate.serial)))
            #expect(certificate.partition == Int64(number.partition(of: 4)))
            let der = try PEM.decodeOne(certificate.pem, labels: ["CERTIFICATE"]).der
            #expect(
                try ForeignCertificate(der: der).distributionPointURLs == [
                    "http://crl.internal.example/p256-\(number.partition(of: 4)).crl"
                ])
        }
        _ = try client.call("revokeCertificate", ["certificateId": bad.id, "reason": "superseded"]).get()
        let own = try crl(client, partition, where: names(bad.serial))
        let all = try crl(client, nil, where: names(bad.serial))
        let foreign = try crl(client, other.partition)
        #expect(own.list.distributionPointURLs == ["http://crl.internal.example/p256-\(partition).crl"])
        #expect(all.list.limits.isEmpty && own.list.number != all.list.number)
        #expect(foreign.list.entries.isEmpty)

        #expect(try await judge(bad, by: own.pem)?.contains("certificate revoked") == true)
        #expect(try await judge(good, by: own.pem) == nil)
        let misled = try await judge(other, by: own.pem)
        #expect(misled?.contains("CRL") == true, "\(misled ?? "taken")")
        #expect(try await judge(other, by: foreign.pem) == nil)
        #expect(try await judge(bad, by: all.pem)?.contains("certificate revoked") == true)
        #expect(try await judge(good, by: all.pem) == nil)

        // One that nobody knows may be in any.
        let unknown = "0a0b0c0d0e0f000102"
        _ = try client.call(
            "revokeCertificate", ["caId": "p256", "serialNumber": .string(unknown), "reason": "superseded"]
        ).get()
        for partition in 0..<4 as Range<Int64> { _ = try crl(client, partition, where: names(unknown)) }
        let before = try (0..<4).map { try Self.file(configuration, $0) }
        try expect(client.call("getCrl", ["caId": "p256", "partition": 4]), .notFound)
        let status = try client.call("getStatus", [:]).get()
        let partitions = status["authorities"]?.array?.first?["crl"]?["partitions"]
        #expect(partitions?["count"]?.integer == 4 && partitions?["published"]?.integer == 4)
        _ = try crl(client, nil, where: names(unknown))
        #expect(try daemon.stop().status == 0)

        // Nothing was revoked since: what is there stays.
        daemon = try RunningDaemon(configuration)
        client = try daemon.connect()
        #expect(try crl(client, 3).list.entries.count == before[3].entries.count)
        #expect(try (0..<4).map { try Self.file(configuration, $0).number } == before.map(\.number))
        #expect(try daemon.stop().status == 0)
    }

    private static func octets(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func file(_ configuration: TestConfiguration, _ partition: Int64) throws -> CertificateRevocationList
    {
        let url = URL(fileURLWithPath: configuration.folder + "/part-\(partition).crl")
        return try CertificateRevocationList(der: Array(try Data(contentsOf: url)))
    }

    @Test(
        "a partition that no new certificate comes into has CRLs until one was made after the end of its last certificate"
    )
    func retired() async throws {
        var configuration = try await configuration(count: 8)
        var daemon = try RunningDaemon(configuration)
        var client = try daemon.connect()
        let lasting = try await sign(client) { _ in true }
        let kept = try #require(lasting.partition)
        // None that lasts is in another partition.
        var short: Certificate
        repeat { short = try await sign(client, ttl: "5s") } while short.partition == kept
        let over = try #require(short.partition)
        let end = try Instant(
            rfc3339: #require(client.call("getCertificate", ["certificateId": short.id]).get()["notAfter"]?.string))
        #expect(try daemon.stop().status == 0)

        set(&configuration, count: 0, crl: "validity: 2d, interval: 1s", former: true)
        try await configuration.write(TestBed.shared().tree)
        daemon = try RunningDaemon(configuration)
        client = try daemon.connect()
        #expect(try await sign(client).partition == nil)
        _ = try client.call("revokeCertificate", ["certificateId": lasting.id, "reason": "keyCompromise"]).get()
        let named = try crl(client, kept, where: names(lasting.serial))
        #expect(try await judge(lasting, by: named.pem)?.contains("certificate revoked") == true)
        let _: Bool = try poll {
            let status = try client.call("getStatus", [:]).get()["authorities"]?.array?.first
            return status?["crl"]?["partitions"]?["count"]?.integer == 1 ? true : nil
        }
        try expect(client.call("getCrl", ["caId": "p256", "partition": .number(JSONNumber(over))]), .notFound)
        #expect(try Self.file(configuration, over).thisUpdate > end)
        #expect(try crl(client, kept).list.entries.count == 1)
        #expect(try daemon.stop().status == 0)

        configuration.more.authority = ["crl: { file: all.crl, validity: 2d }"]
        try await configuration.write(TestBed.shared().tree)
        daemon = try RunningDaemon(configuration)
        let _: Bool = try poll { daemon.process.errors.contains("give the authority crl.partitions") ? true : nil }
        #expect(try daemon.stop().status == 0)
    }

    @Test("--check looks at the partitions' folder, too")
    func checked() async throws {
        var configuration = try await configuration(count: 2)
        let sound = try await check(configuration)
        #expect(sound.output.contains("partitions of p256"), "\(sound)")
        configuration.more.authority[1] = configuration.more.authority[1].replacing("part-", with: "nowhere/part-")
        try await configuration.write(TestBed.shared().tree)
        let ended = try await check(configuration)
        #expect(ended.status != 0 && ended.output.contains("nowhere"), "\(ended)")
    }

    private func check(_ configuration: TestConfiguration) async throws -> ChildProcess.Ended {
        try RunningDaemon.spawn(configuration, "--check").wait()
    }
}
