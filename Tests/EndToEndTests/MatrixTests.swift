import JSONRPC
import PublicKeys
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

/// Every type of CA key over every type of leaf key; `JudgesTests` asks others about the same certificates.
@Suite("certificates of every pair of key types")
struct MatrixTests {
    @Test(
        "are what was asked for, and each has a serial number of its own", arguments: CertificateTree.keyTypes.map(\.id)
    )
    func certificates(_ id: String) async throws {
        let authority = try #require(try await TestBed.shared().tree.authorities[id])
        let entries = try await CertificateMatrix.shared().entries.filter { $0.authority == id }
        #expect(entries.map(\.leafKey) == TestBed.leafKeys)
        for entry in entries { try check(entry.result, authority) }
        #expect(Set(entries.map { $0.result["serialNumber"]?.string }).count == entries.count)
    }

    @Test("are answered with the ids of their requests, however many are under way", arguments: ["p256", "rsa4096"])
    func identifiers(_ id: String) async throws {
        let bed = try await TestBed.shared()
        let client = try bed.daemon.connect()
        for (index, key) in TestBed.leafKeys.enumerated() { try client.send(bed.line(id: Int64(index), key, by: id)) }
        var keys: [RequestID: [UInt8]] = [:]
        for _ in TestBed.leafKeys {
            let response = try client.response()
            let pem = try #require(try response.outcome.get()["certificate"]?.string)
            let certificate = try ParsedCertificate(der: PEM.decodeOne(pem, labels: ["CERTIFICATE"]).der)
            keys[response.id] = Array(certificate.tbs.subjectPublicKeyInfo)
        }
        for (index, key) in TestBed.leafKeys.enumerated() {
            let request = try CertificateRequest(verifying: bed.requests[key] ?? "", policy: KeyPolicy())
            #expect(keys[.integer(Int64(index))] == request.publicKey.subjectPublicKeyInfo)
        }
    }

    /// What a result says beside the certificate, and what of the certificate other tools do not judge.
    private func check(_ result: JSONObject, _ authority: CertificateTree.Authority) throws {
        #expect(
            result.members.map(\.name) == [
                "certificate", "issuingCaCertificate", "certificateChain", "serialNumber", "certificateId",
            ])
        #expect(result["issuingCaCertificate"]?.string == authority.chain[0])
        #expect(result["certificateChain"]?.string == authority.chain.joined())
        let pem = try #require(result["certificate"]?.string)
        let certificate = try ParsedCertificate(der: PEM.decodeOne(pem, labels: ["CERTIFICATE"]).der)
        #expect(SerialNumber(octets: Array(certificate.tbs.serialNumber))?.hex == result["serialNumber"]?.string)
        #expect(Array(certificate.signatureAlgorithm) == authority.algorithm.algorithmIdentifier)
        let (start, end) = (certificate.tbs.notBefore.instant, certificate.tbs.notAfter.instant)
        #expect(end.secondsSinceEpoch - start.secondsSinceEpoch + 1 == 30 * 86_400)
    }
}
