import FoundationEssentials
import JSONRPC
import SigningAPI
import Testing
import Timekeeping

struct LookUpResultTests {
    private static let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
    private static let profile = "11111111-2222-4333-8444-555555555555"
    private static let hash = String(repeating: "ab", count: 32)

    private func leaf() throws -> CertificateDescription {
        CertificateDescription(
            certificateID: try #require(UUID(uuidString: Self.id)), caID: "issuing", serialNumber: "0fa1",
            status: .revoked, kind: .leaf, profileID: UUID(uuidString: Self.profile), subject: "CN=a",
            alternativeNames: [.init(type: "dns", value: "a.example")],
            notBefore: try Instant(rfc3339: "2026-01-01T00:00:00Z"),
            notAfter: try Instant(rfc3339: "2026-03-31T23:59:59Z"),
            issuedAt: try Instant(rfc3339: "2026-01-01T00:01:00Z"), signatureAlgorithm: "ecdsa-with-SHA256",
            csrHash: Self.hash, requester: .init(uid: 4_294_967_295, gid: 0, pid: 42), requestID: "req-x",
            crlPartition: 3,
            revocation: .init(date: try Instant(rfc3339: "2026-02-01T00:00:00Z"), reason: .keyCompromise), record: 17)
    }

    private static let leafMembers = """
        "certificateId":"\(id)","caId":"issuing","serialNumber":"0fa1","status":"revoked","kind":"leaf",\
        "profileId":"\(profile)","subject":"CN=a","subjectAlternativeNames":[{"type":"dns","value":"a.example"}],\
        "notBefore":"2026-01-01T00:00:00Z","notAfter":"2026-03-31T23:59:59Z","issuedAt":"2026-01-01T00:01:00Z",\
        "signatureAlgorithm":"ecdsa-with-SHA256","csrSha256":"\(hash)",\
        "requester":{"uid":4294967295,"gid":0,"pid":42},"requestId":"req-x","crlPartition":3,\
        "revocation":{"date":"2026-02-01T00:00:00Z","reason":"keyCompromise"},"record":17
        """

    private func text(_ result: some JSONEncodable) -> String { String(decoding: result.encoded(), as: UTF8.self) }

    @Test("getCertificate tells all that is on record, with the certificate and the position beside it")
    func certificate() throws {
        let result = GetCertificateResult(description: try leaf(), certificate: "PEM\n", position: 19)
        #expect(text(result) == #"{\#(Self.leafMembers),"certificate":"PEM\n","position":19}"#)
    }

    @Test("What there is none of is null, not left out")
    func nulls() throws {
        let imported = CertificateDescription(
            certificateID: try #require(UUID(uuidString: Self.id)), caID: "issuing", serialNumber: "0fa1",
            status: .issued, kind: .imported, profileID: nil, subject: "", alternativeNames: [], notBefore: nil,
            notAfter: try Instant(rfc3339: "2026-03-31T23:59:59Z"), issuedAt: nil, signatureAlgorithm: nil,
            csrHash: nil, requester: nil, requestID: nil, crlPartition: nil, revocation: nil, record: 1)
        let result = GetCertificateResult(description: imported, certificate: nil, position: .max)
        #expect(
            text(result) == """
                {"certificateId":"\(Self.id)","caId":"issuing","serialNumber":"0fa1","status":"issued","kind":"imported",\
                "profileId":null,"subject":"","subjectAlternativeNames":[],"notBefore":null,\
                "notAfter":"2026-03-31T23:59:59Z","issuedAt":null,"signatureAlgorithm":null,"csrSha256":null,\
                "requester":null,"requestId":null,"crlPartition":null,"revocation":null,"record":1,"certificate":null,\
                "position":\(Int64.max)}
                """)
    }

    @Test("listCertificates leaves the certificates themselves out, and ends with a null cursor")
    func page() throws {
        let page = ListCertificatesResult(certificates: [try leaf()], nextCursor: "c", position: 19)
        #expect(text(page) == #"{"certificates":[{\#(Self.leafMembers)}],"nextCursor":"c","position":19}"#)
        let last = ListCertificatesResult(certificates: [], nextCursor: nil, position: 0)
        #expect(text(last) == #"{"certificates":[],"nextCursor":null,"position":0}"#)
    }

    @Test("revokeCertificate tells the revocation as it stands, and names no certificate where none is known")
    func revocation() throws {
        let result = RevokeCertificateResult(
            certificateID: nil, caID: "issuing", serialNumber: "00f0",
            revokedAt: try Instant(rfc3339: "2026-02-01T00:00:00Z"), reason: .cACompromise, alreadyRevoked: false,
            record: 5)
        #expect(
            text(result) == """
                {"certificateId":null,"caId":"issuing","serialNumber":"00f0","revokedAt":"2026-02-01T00:00:00Z",\
                "reason":"cACompromise","alreadyRevoked":false,"record":5}
                """)
    }

    @Test("getCrl tells the number as text")
    func crl() throws {
        let result = GetCrlResult(
            caID: "issuing", crl: EncodedJSON("PEM\n"), number: "18446744073709551615", partition: nil,
            thisUpdate: try Instant(rfc3339: "2026-02-01T00:00:00Z"),
            nextUpdate: try Instant(rfc3339: "2026-02-08T00:00:00Z"), entries: 100_000)
        #expect(
            text(result) == """
                {"caId":"issuing","crl":"PEM\\n","number":"18446744073709551615","partition":null,\
                "thisUpdate":"2026-02-01T00:00:00Z","nextUpdate":"2026-02-08T00:00:00Z","entries":100000}
                """)
    }
}
