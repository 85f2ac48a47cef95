import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

@testable import Issuance

/// From a revocation to the CRL that openssl believes.
@Suite("what is revoked is on the CRL", .serialized)
struct RevocationTests {
    private func configuration(_ change: (inout TestConfiguration) -> Void = { _ in }) async throws -> TestConfiguration
    {
        var configuration = try TestConfiguration(["p256"])
        configuration.more.authority = ["crl: { file: issuing.crl, validity: 2d }"]
        change(&configuration)
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    /// The CRL that is published, when its number has reached that one.
    private func crl(_ client: WireClient, from number: UInt64) throws -> JSONValue {
        try poll {
            guard let found = try? client.call("getCrl", ["caId": "p256"]).get(),
                let text = found["number"]?.string, let reached = UInt64(text), reached >= number
            else { return nil }
            return found
        }
    }

    /// What openssl finds in a CRL of that authority; it verifies the signature.
    private func text(of crl: JSONValue, _ bed: TestBed) throws -> String {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.write(Array((crl["crl"]?.string ?? "").utf8), to: "crl.pem")
        try openssl.write(Array((bed.tree.authorities["p256"]?.chain.joined() ?? "").utf8), to: "ca.pem")
        let output = try openssl.run("crl", "-in", "crl.pem", "-CAfile", "ca.pem", "-noout", "-text")
        return String(decoding: output, as: UTF8.self)
    }

    @Test("a revoked certificate is refused by openssl on the CRL's word, with its reason, also after a restart")
    func revoked() async throws {
        let bed = try await TestBed.shared()
        let configuration = try await configuration()
        var daemon = try RunningDaemon(configuration)
        var client = try daemon.connect()
        let empty = try crl(client, from: 1)
        #expect(empty["entries"]?.integer == 0)
        #expect(try text(of: empty, bed).contains("No Revoked Certificates"))

        let signed = try client.call("signCertificate", bed.params()).get()
        let good = try client.call("signCertificate", bed.params()).get()
        let id = signed["certificateId"] ?? .null
        let revoked = try client.call("revokeCertificate", ["certificateId": id, "reason": "superseded"]).get()
        #expect(revoked["alreadyRevoked"]?.bool == false)
        #expect(revoked["serialNumber"] == signed["serialNumber"])
        let first = try #require(UInt64(empty["number"]?.string ?? ""))
        let next = try crl(client, from: first + 1)
        let serial = try #require(signed["serialNumber"]?.string).uppercased()
        let listed = try text(of: next, bed)
        #expect(listed.contains("Serial Number: \(serial)"))
        #expect(listed.contains("Superseded"))
        #expect(!listed.contains(try #require(good["serialNumber"]?.string).uppercased()))
        try judge(signed, good, next, bed)
        // The same octets for a web server.
        let file = try Data(contentsOf: URL(fileURLWithPath: configuration.folder + "/issuing.crl"))
        #expect(try PEM.decodeOne(next["crl"]?.string ?? "", labels: ["X509 CRL"]).der == Array(file))

        let again = try client.call("revokeCertificate", ["certificateId": id, "reason": "superseded"]).get()
        #expect(again["alreadyRevoked"]?.bool == true)
        #expect(again["revokedAt"] == revoked["revokedAt"])
        // What holds already stays.
        let other = try client.call("revokeCertificate", ["certificateId": id, "reason": "cessationOfOperation"]).get()
        #expect(other["alreadyRevoked"]?.bool == true)
        #expect(other["reason"]?.string == "superseded")
        let worse = try client.call("revokeCertificate", ["certificateId": id, "reason": "keyCompromise"]).get()
        #expect(worse["alreadyRevoked"]?.bool == false)
        #expect(worse["revokedAt"] == revoked["revokedAt"])
        let number = try #require(UInt64(next["number"]?.string ?? ""))
        #expect(try text(of: crl(client, from: number + 1), bed).contains("Key Compromise"))
        let found = try client.call("getCertificate", ["certificateId": id]).get()
        #expect(found["status"]?.string == "revoked")
        #expect(found["revocation"]?["reason"]?.string == "keyCompromise")

        #expect(try daemon.stop().status == 0)
        let last = try #require(
            CertificateRevocationList(
                der: Array(try Data(contentsOf: URL(fileURLWithPath: configuration.folder + "/issuing.crl")))
            ).number)
        try FileManager.default.removeItem(atPath: configuration.folder + "/issuing.crl")
        daemon = try RunningDaemon(configuration)
        client = try daemon.connect()
        let later = try crl(client, from: 1)
        #expect(try #require(UInt64(later["number"]?.string ?? "")) > last)
        #expect(try text(of: later, bed).contains(serial))
        #expect(try daemon.stop().status == 0)
    }

    private func judge(_ bad: JSONValue, _ good: JSONValue, _ crl: JSONValue, _ bed: TestBed) throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        let chain = try #require(bed.tree.authorities["p256"]?.chain)
        try openssl.write(Array((chain[0] + (crl["crl"]?.string ?? "")).utf8), to: "ca.pem")
        try openssl.write(Array(bed.tree.rootPEM.utf8), to: "root.pem")
        try openssl.write(Array((bad["certificate"]?.string ?? "").utf8), to: "bad.pem")
        try openssl.write(Array((good["certificate"]?.string ?? "").utf8), to: "good.pem")
        try openssl.write(Array((crl["crl"]?.string ?? "").utf8), to: "crl.pem")
        let arguments = [
            "verify", "-x509_strict", "-crl_check", "-CAfile", "root.pem", "-untrusted", "ca.pem", "-CRLfile",
            "crl.pem",
        ]
        try openssl.run(arguments + ["good.pem"])
        #expect(throws: OpenSSLTool.Failure.self) { try openssl.run(arguments + ["bad.pem"]) }
    }

    @Test("a certificate that was only possibly signed can be revoked, and is on the CRL")
    func possiblySigned() async throws {
        let bed = try await TestBed.shared()
        var configuration = try await configuration()
        configuration.variables = ["COUNTERSIGN_FAILPOINT": "signed:2"]
        let doomed = try RunningDaemon(configuration)
        // The first signature is the CRL's, the second the certificate's.
        _ = try crl(doomed.connect(), from: 1)
        let unlucky = try doomed.connect()
        try unlucky.send(bed.line(id: 1))
        #expect(try unlucky.receive() == nil)
        #expect(try doomed.process.wait().status == -SIGKILL)
        configuration.variables = [:]
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        let list = try client.call("listCertificates", ["status": "possiblySigned"]).get()
        let certificate = try #require(list["certificates"]?.array?.first)
        let serial = try #require(certificate["serialNumber"]?.string)
        let revoked = try client.call(
            "revokeCertificate", ["caId": "p256", "serialNumber": .string(serial), "reason": "cessationOfOperation"]
        ).get()
        #expect(revoked["certificateId"] == certificate["certificateId"])
        let published: JSONValue = try poll {
            let found = try? client.call("getCrl", ["caId": "p256"]).get()
            return found.flatMap { $0["entries"]?.integer == 1 ? $0 : Optional.none }
        }
        #expect(try text(of: published, bed).contains(serial.uppercased()))
        #expect(try daemon.stop().status == 0)
    }

    @Test("a hold, a reason that there is not, and the removal from a CRL are no reasons to revoke")
    func reasons() async throws {
        let bed = try await TestBed.shared()
        let daemon = try await RunningDaemon(configuration())
        let client = try daemon.connect()
        let signed = try client.call("signCertificate", bed.params()).get()
        for reason in ["certificateHold", "removeFromCRL", "KeyCompromise", ""] {
            try expect(
                client.call(
                    "revokeCertificate",
                    ["certificateId": signed["certificateId"] ?? .null, "reason": .string(reason)]),
                .wrongShape)
        }
        #expect(try daemon.stop().status == 0)
    }

    @Test("an authority that signs CRLs only issues nothing, and says why")
    func crlOnly() async throws {
        let bed = try await TestBed.shared()
        let configuration = try await configuration()
        let path = configuration.path
        let text = try String(contentsOfFile: path, encoding: .utf8).replacing("state: active", with: "state: crlOnly")
        try configuration.write(text, to: "countersign.yaml")
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        try expect(client.call("signCertificate", bed.params()), .refused)
        _ = try crl(client, from: 1)
        #expect(try client.call("getStatus", [:]).get()["authorities"]?.array?.first?["state"]?.string == "crlOnly")
        #expect(try daemon.stop().status == 0)
    }

    @Test("an authority without CRLs has none, and says so")
    func none() async throws {
        let daemon = try await RunningDaemon(configuration { $0.more.authority = [] })
        let client = try daemon.connect()
        try expect(client.call("getCrl", ["caId": "p256"]), .notFound)
        try expect(client.call("getCrl", ["caId": "nobody"]), .notFound)
        try expect(client.call("getCrl", ["caId": "p256", "partition": 0]), .notFound)
        #expect(try daemon.stop().status == 0)
    }
}
