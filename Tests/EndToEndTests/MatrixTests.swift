import Foundation
import JSONRPC
import PublicKeys
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

/// Every type of CA key over every type of leaf key, judged by two other implementations.
@Suite("certificates of every pair of key types")
struct MatrixTests {
    @Test(
        "verify with openssl and with certtool, and are what was asked for",
        arguments: CertificateTree.keyTypes.map(\.id))
    func certificates(_ id: String) async throws {
        let bed = try await TestBed.shared()
        let authority = try #require(bed.tree.authorities[id])
        let client = try bed.daemon.connect()
        for (index, key) in TestBed.leafKeys.enumerated() { try client.send(bed.line(id: Int64(index), key, by: id)) }
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        var (files, ids, serials): ([String], Set<RequestID>, Set<String>) = ([], [], [])
        for _ in TestBed.leafKeys {
            let response = try client.response()
            ids.insert(response.id)
            let result = try #require(try response.outcome.get().object)
            let pem = try check(result, authority)
            serials.insert(result["serialNumber"]?.string ?? "")
            files.append("leaf-\(files.count).pem")
            try openssl.write(Array(pem.utf8), to: files[files.count - 1])
            try openssl.write(Array((pem + authority.chain.joined()).utf8), to: "chain.pem")
            let judged = try ChildProcess.run(
                "certtool", ["--verify-chain", "--infile", openssl.folder.path + "/chain.pem"])
            #expect(judged.status == 0, "\(judged)")
        }
        #expect(ids == Set(TestBed.leafKeys.indices.map { .integer(Int64($0)) }))
        #expect(serials.count == TestBed.leafKeys.count)
        try openssl.write(Array(authority.chain[0].utf8), to: "issuing.pem")
        try openssl.write(Array(bed.tree.rootPEM.utf8), to: "root.pem")
        try openssl.run(
            [
                "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "host.internal.example",
                "-CAfile",
                "root.pem", "-untrusted", "issuing.pem",
            ] + files)
    }

    /// What a result says beside the certificate, and what of the certificate other tools do not judge.
    /// - Returns: the certificate in PEM.
    private func check(_ result: JSONObject, _ authority: CertificateTree.Authority) throws -> String {
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
        return pem
    }
}
