import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

struct IssuerTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let says: String
        /// A part of the error's text; `nil` where the chain is good.
        let complaint: String?
        var change: @Sendable (inout TestAuthority.Form) -> Void = { _ in }
        var changeRoot: @Sendable (inout TestAuthority.Form) -> Void = { _ in }
        /// Takes or puts something after the certificates have been made.
        var chain: @Sendable ([[UInt8]]) throws -> [[UInt8]] = { $0 }
        var algorithm: SignatureAlgorithm?

        var testDescription: String { says }
    }

    private static func without(_ kind: CertificateExtension.Kind, in form: inout TestAuthority.Form) {
        form.extensions = [
            .subjectKeyIdentifier([UInt8](repeating: 1, count: 20)), .keyUsage([.keyCertSign]),
            .basicConstraints(.ca(pathLength: nil)),
        ].filter { $0.kind != kind }
    }

    static let rows: [Row] = [
        Row(says: "a chain to its root", complaint: nil),
        Row(says: "a chain that ends below the root", complaint: nil, chain: { Array($0.prefix(1)) }),
        Row(says: "no certificate", complaint: "the chain is empty", chain: { _ in [] }),
        Row(says: "an end in the wrong order", complaint: "names an issuer", chain: { $0.reversed() }),
        Row(
            says: "no CA", complaint: "issuer's own certificate is not a CA's",
            change: { without(.basicConstraints, in: &$0) }),
        Row(
            says: "cA left out", complaint: "issuer's own certificate is not a CA's",
            change: { $0.extensions = [.subjectKeyIdentifier([1]), .keyUsage(.keyCertSign), .basicConstraints(.leaf)] }),
        Row(
            says: "no keyCertSign", complaint: "issuer's own certificate may not sign",
            change: { $0.keyUsage = [.cRLSign, .digitalSignature] }),
        Row(
            says: "no keyUsage", complaint: "issuer's own certificate may not sign",
            change: { without(.keyUsage, in: &$0) }),
        Row(says: "a root without keyUsage", complaint: nil, changeRoot: { without(.keyUsage, in: &$0) }),
        Row(
            says: "a root without keyCertSign", complaint: "chain's certificate 2 may not sign",
            changeRoot: { $0.keyUsage = [.cRLSign] }),
        Row(
            says: "no SKI", complaint: "has no subject key identifier",
            change: { without(.subjectKeyIdentifier, in: &$0) }),
        Row(
            says: "an AKI of another key", complaint: "authority key identifier",
            change: {
                $0.extensions = [
                    .authorityKeyIdentifier([9]), .subjectKeyIdentifier([1]), .keyUsage(.keyCertSign),
                    .basicConstraints(.ca(pathLength: nil)),
                ]
            }),
        Row(
            says: "another key under the issuer's name", complaint: "not signed by the key",
            chain: { chain in
                var form = TestAuthority.Form()
                without(.authorityKeyIdentifier, in: &form)
                form.keyIdentifier = nil
                let identifier = try IssuerCertificate(der: chain[1]).subjectKeyIdentifier ?? []
                form.extensions = [
                    .subjectKeyIdentifier(identifier), .keyUsage(.keyCertSign), .basicConstraints(.ca(pathLength: nil)),
                ]
                return [chain[0], try TestAuthority.certificate(form, key: TestKey(.p256))]
            }),
        Row(
            says: "a root whose own signature is corrupt", complaint: "chain's certificate 2 is not signed",
            chain: { chain in
                var root = chain[1]
                root[root.count - 1] ^= 1
                return [chain[0], root]
            }),
        Row(
            says: "a path length that the chain itself breaks", complaint: "path length of 0 with 1 CAs below",
            changeRoot: { $0.pathLength = 0 }),
        Row(
            says: "never valid together", complaint: "never valid together",
            change: {
                $0.notBefore = "2050-01-01T00:00:00Z"
                $0.notAfter = "2051-01-01T00:00:00Z"
            }),
        Row(says: "an empty subject", complaint: "has an empty subject", change: { $0.subject = .empty }),
        Row(says: "an algorithm of another key", complaint: "cannot sign by", algorithm: .ed25519),
        Row(says: "a stronger hash", complaint: nil, algorithm: .ecdsa(.sha512)),
        Row(says: "not DER", complaint: "malformed", chain: { [Array($0[0].dropLast())] + $0.dropFirst() }),
        Row(says: "more behind the DER", complaint: "malformed", chain: { [$0[0] + [0]] + $0.dropFirst() }),
        Row(
            says: "version 1", complaint: "not of version 3",
            chain: { chain in
                var tree = DERTree(chain[0])
                tree.children[0].children.removeFirst()
                return [tree.der]
            }),
        Row(
            says: "two signature algorithms", complaint: "two signature algorithms differ",
            chain: { chain in
                var tree = DERTree(chain[0])
                tree.children[1].children[0].content[7] ^= 1
                return [tree.der]
            }),
    ]

    @Test("A chain that no verifier could walk is told, with its place", arguments: rows)
    func chains(row: Row) throws {
        var (upper, lower) = (TestAuthority.Form(), TestAuthority.Form())
        lower.name = "Issuing"
        row.changeRoot(&upper)
        row.change(&lower)
        let rootKey = try TestKey.sharedAuthority(.p384)
        let rootDER = try TestAuthority.certificate(upper, key: rootKey)
        let lowerDER = try Self.child(
            lower, key: .sharedAuthority(.p256), rootKey: rootKey, root: upper, rootDER: rootDER)
        do {
            let chain = try row.chain([lowerDER, rootDER]).map { try IssuerCertificate(der: $0) }
            let issuer = try Issuer(
                chain: chain, signatureAlgorithm: row.algorithm, locations: TestAuthority.locations)
            #expect(row.complaint == nil)
            #expect(issuer.signatureAlgorithm == row.algorithm ?? .ecdsa(.sha256))
        } catch let error as IssuerError {
            #expect(error.description.contains(row.complaint ?? "nothing"), "\(error)")
        }
    }

    @Test("CAs of one name, however it is spelt, and of different keys are told")
    func namesakes() throws {
        func issuer(_ name: String, _ kind: TestKey.Kind) throws -> Issuer {
            var form = TestAuthority.Form()
            form.name = name
            return try TestAuthority(form, key: .sharedAuthority(kind)).issuer
        }
        let issuers = [
            "a": try issuer("One", .p256), "b": try issuer("Two", .p256), "c": try issuer(" ONE", .p384),
            "d": try issuer("One", .p256), "e": try issuer("Two", .p256),
        ]
        #expect(Issuer.namesakes(among: issuers) == [["a", "c", "d"]])
    }

    /// Signed by the root's key, whatever the root's certificate says.
    private static func child(
        _ form: TestAuthority.Form, key: TestKey, rootKey: TestKey, root: TestAuthority.Form, rootDER: [UInt8]
    ) throws -> [UInt8] {
        let subject = form.subject ?? DistinguishedName([(.country, "DE"), (.commonName, form.name)])
        let rootIdentifier = try IssuerCertificate(der: rootDER).subjectKeyIdentifier
        let own = SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: key.publicKey)
        let extensions: [CertificateExtension] =
            form.extensions
            ?? [
                .authorityKeyIdentifier(rootIdentifier ?? []), .subjectKeyIdentifier(own), .keyUsage(form.keyUsage),
                .basicConstraints(.ca(pathLength: form.pathLength)),
            ]
        let algorithm = SignatureAlgorithm.default(for: rootKey.publicKey)
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm.algorithmIdentifier,
            issuer: DistinguishedName([(.country, "DE"), (.commonName, root.name)]).der,
            template: CertificateTemplate(
                subject: subject.der, publicKey: key.publicKey, notBefore: try Instant(rfc3339: form.notBefore),
                notAfter: try Instant(rfc3339: form.notAfter), extensions: extensions)
        ).der
        return try TestAuthority.assemble(tbs, algorithm, rootKey.sign(tbs, algorithm))
    }

    @Test(
        "A URL that is not http, or no URL, is refused",
        arguments: [
            ("http://pki.example.org/ca.crl", true), ("http://192.0.2.1:8080/ca.crl?a=b", true),
            ("https://pki.example.org/ca.crl", false), ("ldap://example.org/cn=ca", false), ("http://", false),
            ("http:ca.crl", false), ("ca.crl", false), ("http://exa mple.org/", false), ("HTTP://example.org/", false),
            ("", false),
        ])
    func locations(url: String, isTaken: Bool) {
        for locations in [
            Locations(cRLDistributionPoints: [url]), Locations(caIssuers: [url]), Locations(ocsp: [url]),
        ] {
            #expect(((try? locations.check()) != nil) == isTaken)
        }
    }

    @Test("The authority key identifier is the CA certificate's own, whatever its length")
    func keyIdentifier() throws {
        for length in [1, 8, 20, 32, 64] {
            var form = TestAuthority.Form()
            form.keyIdentifier = [UInt8](repeating: 0xa5, count: length)
            let authority = try TestAuthority(form, key: .sharedAuthority(.p256))
            let template = try Profile.test().admit(
                CertificateRequest(key: TestKey.shared(.p256).publicKey), validity: .aDay, by: authority.issuer, at: now
            )
            let issued = try authority.issue(template)
            #expect(try IssuerCertificate(der: issued.der).authorityKeyIdentifier == form.keyIdentifier)
        }
    }

    @Test("The subject key identifier is RFC 7093's method 1, or SHA-1 where that is configured")
    func subjectKeyIdentifier() throws {
        // The key of RFC 8410 § 10.1; the digests are Python's, of its 32 octets.
        let octets: [UInt8] = [
            0x19, 0xbf, 0x44, 0x09, 0x69, 0x84, 0xcd, 0xfe, 0x85, 0x41, 0xba, 0xc1, 0x67, 0xdc, 0x3b, 0x96, 0xc8, 0x50,
            0x86,
            0xaa, 0x30, 0xb6, 0xb6, 0xcb, 0x0c, 0x5c, 0x38, 0xad, 0x70, 0x31, 0x66, 0xe1,
        ]
        let key = try PublicKey(
            subjectPublicKeyInfo: [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + octets)
        #expect(
            SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: key) == [
                0xe7, 0x44, 0xc0, 0x79, 0x13, 0x20, 0xc3, 0x28, 0x54, 0x60, 0xed, 0xdb, 0x52, 0x3f, 0x14, 0xc8, 0x8d,
                0x85, 0x7a, 0xda,
            ])
        #expect(
            SubjectKeyIdentifierMethod.sha1.identifier(of: key) == [
                0xa2, 0x8c, 0xc1, 0xf8, 0x6e, 0x59, 0x60, 0xd3, 0xe0, 0x3a, 0xe7, 0x5c, 0x96, 0x2c, 0x97, 0xa8, 0xd4,
                0x48, 0x29, 0x3c,
            ])
    }
}
