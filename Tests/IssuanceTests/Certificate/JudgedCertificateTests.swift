import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

struct JudgedCertificateTests {
    static let pairs = TestKey.Kind.allCases.flatMap { authority in
        TestKey.Kind.allCases.map { (authority, $0) }
    }

    @Test("OpenSSL accepts what a CA of each key type signs for each key type, in strict mode", arguments: pairs)
    func accepted(authorityKind: TestKey.Kind, leafKind: TestKey.Kind) throws {
        let root = try TestAuthority(key: TestKey(.p384))
        var form = TestAuthority.Form()
        form.name = "Issuing \(authorityKind.rawValue)"
        form.pathLength = 0
        let authority = try TestAuthority(form, key: .sharedAuthority(authorityKind), below: root)
        let request = CertificateRequest(
            DistinguishedName([(.commonName, "www.internal.example")]), key: try TestKey.shared(leafKind).publicKey,
            names: [.dns("www.internal.example"), .ip([10, 0, 0, 1])])
        let template = try Profile.test().admit(request, validity: .aDay, by: authority.issuer, at: now)
        let issued = try authority.issue(template)
        let chain = authority.issuer.chain.map(\.der)
        for purpose in ["sslserver", "sslclient"] {
            try OpenSSL.verify(
                issued.der, chain: chain, at: now.secondsSinceEpoch,
                more: ["-purpose", purpose, "-verify_hostname", "www.internal.example", "-verify_ip", "10.0.0.1"])
        }
        // And the judge is awake. To OpenSSL the final second is over, though RFC 5280 § 4.1.2.5 counts it.
        let end = issued.notAfter.secondsSinceEpoch
        try OpenSSL.verify(issued.der, chain: chain, at: end - 1)
        #expect(throws: (any Error).self) { try OpenSSL.verify(issued.der, chain: chain, at: end + 1) }
    }

    /// Ed25519 signs the same bytes alike, so the whole certificate can be pinned.
    private func golden() throws -> (IssuedCertificate, TestAuthority) {
        let root = try TestAuthority(key: TestKey(fixed: 1))
        let profile = try Profile.test { profile in
            profile.certificatePolicies = [[2, 23, 140, 1, 2, 1]]
            profile.basicConstraints = .emptySequence
        }
        let request = CertificateRequest(
            DistinguishedName([(.commonName, "www.internal.example")]), key: try TestKey(fixed: 2).publicKey,
            names: [.dns("www.internal.example"), .ip([10, 0, 0, 1])])
        let template = try profile.admit(
            request, validity: ValidityOrder(ttl: try Lifetime(parsing: "90d")), by: root.issuer, at: now)
        let serial = try #require(SerialNumber(octets: [0x5a] + (1...19).map { UInt8($0) }))
        return (try root.issue(template, serial: serial), root)
    }

    @Test("A certificate of fixed keys, time and serial number is these octets")
    func pinned() throws {
        let (issued, _) = try golden()
        let hex = issued.der.map { octet in String([octet >> 4, octet & 15].map { Character(String($0, radix: 16)) }) }
        #expect(hex.joined() == Self.goldenHex)
    }

    @Test("OpenSSL reads of the pinned certificate what was admitted")
    func text() throws {
        let (issued, root) = try golden()
        let text = try OpenSSL.text(issued.der).split(separator: "\n").map { $0.trimming(" ") }
        for line in [
            "Version: 3 (0x2)", "5a:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13",
            "Signature Algorithm: ED25519", "Issuer: C = DE, CN = Root", "Not Before: May 28 20:25:40 2026 GMT",
            "Not After : Aug 26 20:25:39 2026 GMT", "Subject: CN = www.internal.example", "X509v3 Key Usage: critical",
            "Digital Signature", "X509v3 Basic Constraints: critical", "CA:FALSE", "X509v3 Extended Key Usage:",
            "TLS Web Server Authentication, TLS Web Client Authentication", "Policy: 2.23.140.1.2.1",
            "X509v3 Subject Alternative Name:", "DNS:www.internal.example, IP Address:10.0.0.1",
            "URI:http://pki.example.org/ca.crl", "OCSP - URI:http://ocsp.example.org",
            "CA Issuers - URI:http://pki.example.org/ca.cer",
        ] {
            #expect(text.contains(Substring(line)), "\(line)")
        }
        try OpenSSL.verify(
            issued.der, chain: root.issuer.chain.map(\.der), at: now.secondsSinceEpoch, more: ["-policy_check"])
    }

    @Test("With an empty subject OpenSSL sees a critical SAN, and accepts it")
    func emptySubject() throws {
        let authority = try TestAuthority.shared()
        let template = try Profile.test().admit(
            CertificateRequest(key: TestKey.shared(.p256).publicKey), validity: .aDay, by: authority.issuer, at: now)
        let issued = try authority.issue(template)
        #expect(try OpenSSL.text(issued.der).contains("X509v3 Subject Alternative Name: critical"))
        try OpenSSL.verify(issued.der, chain: authority.issuer.chain.map(\.der), at: now.secondsSinceEpoch)
    }

    /// In lines of 48 octets.
    private static let goldenHex = [
        "3082024c308201fea00302010202145a0102030405060708090a0b0c0d0e0f10111213300506032b6570301c310b3009",
        "060355040613024445310d300b06035504030c04526f6f74301e170d3236303532383230323534305a170d3236303832",
        "363230323533395a301f311d301b06035504030c147777772e696e7465726e616c2e6578616d706c65302a300506032b",
        "65700321008139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394a382014d30820149301f06",
        "03551d2304183016801434750f98bd59fcfc946da45aaabe933be154a4b5301d0603551d0e041604146a3803d5f05990",
        "2a1c6dafbc9ba4729212f7caac300e0603551d0f0101ff040403020780300c0603551d130101ff04023000301d060355",
        "1d250416301406082b0601050507030106082b0601050507030230130603551d20040c300a3008060667810c01020130",
        "250603551d11041e301c82147777772e696e7465726e616c2e6578616d706c6587040a000001302e0603551d1f042730",
        "253023a021a01f861d687474703a2f2f706b692e6578616d706c652e6f72672f63612e63726c305e06082b0601050507",
        "010104523050302306082b060105050730018617687474703a2f2f6f6373702e6578616d706c652e6f7267302906082b",
        "06010505073002861d687474703a2f2f706b692e6578616d706c652e6f72672f63612e636572300506032b6570034100",
        "83daa4080d22a366c956d47069b890884a71e8ec2695e9ce6e756adb37ace24d68d2e03c7e51680b5799effb7afa3da0",
        "c884b7c101a03e93ceb34131ce930f04",
    ].joined()
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var rest = self
        while rest.first == character { rest.removeFirst() }
        while rest.last == character { rest.removeLast() }
        return rest
    }
}
