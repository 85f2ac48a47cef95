import JSONRPC
import Ledger
import PublicKeys
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

@Suite("signIntermediateCa")
struct IntermediateTests {
    private func sign(
        _ authority: String, _ maxPathLength: JSONValue?, request: String = "intermediate"
    ) async throws -> Result<JSONValue, ResponseError> {
        let bed = try await TestBed.shared()
        var members: [JSONObject.Member] = [
            .init(name: "caId", value: .string(authority)),
            .init(name: "csr", value: .string(bed.requests[request] ?? "")),
            .init(name: "notAfter", value: "2027-06-01T00:00:00Z"),
        ]
        if let maxPathLength { members.append(.init(name: "maxPathLength", value: maxPathLength)) }
        return try bed.daemon.connect().call("signIntermediateCa", .object(JSONObject(members)))
    }

    @Test(
        "the path length is what was asked for, within what the issuer's chain leaves",
        arguments: [
            ("roomy", nil, 1), ("roomy", 1, 1), ("roomy", 0, 0), ("unlimited", nil, nil), ("unlimited", -1, nil),
            ("unlimited", 0, 0), ("unlimited", 7, 7),
        ] as [(String, Int64?, Int?)])
    func admitted(_ authority: String, _ asked: Int64?, _ given: Int?) async throws {
        let result = try await sign(authority, asked.map { .number(JSONNumber($0)) }).get()
        #expect(
            result.object?.members.map(\.name) == [
                "certificate", "certificateChain", "issuingCaCertificate", "serialNumber",
            ])
        let bed = try await TestBed.shared()
        let chain = try #require(bed.tree.authorities[authority]?.chain)
        #expect(result["certificateChain"]?.string == chain.joined())
        #expect(result["issuingCaCertificate"]?.string == chain[0])
        let pem = try #require(result["certificate"]?.string)
        let certificate = try IssuerCertificate(der: PEM.decodeOne(pem, labels: ["CERTIFICATE"]).der)
        #expect(certificate.basicConstraints == .ca(pathLength: given))
        #expect(certificate.notAfter.rfc3339 == "2027-06-01T00:00:00Z")
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.write(Array(pem.utf8), to: "ca.pem")
        try openssl.write(Array(chain.joined().utf8), to: "chain.pem")
        try openssl.write(Array(bed.tree.rootPEM.utf8), to: "root.pem")
        try openssl.run("verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "chain.pem", "ca.pem")
    }

    @Test(
        "what the issuer's chain does not leave is refused",
        arguments: [("roomy", 2), ("roomy", -1), ("roomy", 9), ("p256", nil), ("p256", 0), ("p256", -1)]
            as [(String, Int64?)])
    func refused(_ authority: String, _ asked: Int64?) async throws {
        let details = try expect(await sign(authority, asked.map { .number(JSONNumber($0)) }), .refused)
        #expect(details?.all("rule") == ["pathLength"])
    }

    @Test("the name of another authority is refused")
    func nameOfAnother() async throws {
        let details = try expect(await sign("roomy", nil, request: "namesake"), .refused)
        #expect(details?.all("rule") == ["subjectIsIssuer"])
    }
}
