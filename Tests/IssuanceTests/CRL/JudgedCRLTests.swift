import PublicKeys
import Testing
import Timekeeping

@testable import Issuance

/// What OpenSSL and pkilint make of our CRLs.
struct JudgedCRLTests {
    /// The complaint; `nil` where it accepts the leaf.
    private func complaint(
        of leaf: IssuedCertificate, by authority: TestAuthority, _ crl: [UInt8], at time: Instant = now
    ) -> String? {
        let chain = authority.issuer.chain.map(\.der)
        do {
            try OpenSSL.verify(leaf.der, chain: chain, at: time.secondsSinceEpoch, crl: crl)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("OpenSSL finds in a CRL of each key type who is revoked and who is not", arguments: TestKey.Kind.allCases)
    func verdicts(kind: TestKey.Kind) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind))
        let (good, bad) = (try authority.leaf(), try authority.leaf())
        let crl = try authority.issue(crl: .test([RevokedCertificate(bad.serial, at: now, for: .keyCompromise)]))
        #expect(complaint(of: good, by: authority, crl.der) == nil)
        #expect(complaint(of: bad, by: authority, crl.der)?.contains("certificate revoked") == true)
        // And the judge is awake.
        let later = try #require(crl.nextUpdate.adding(seconds: 1))
        #expect(complaint(of: good, by: authority, crl.der, at: later)?.contains("CRL has expired") == true)
        let other = try TestAuthority(key: TestKey(kind)).issue(crl: .test())
        #expect(complaint(of: good, by: authority, other.der) != nil)
        let touched = try authority.issue(crl: .test()).der.dropLast(3) + [1, 2, 3]
        #expect(complaint(of: good, by: authority, Array(touched)) != nil)
    }

    static let reasons: [(RevocationReason, String?)] = [
        (.unspecified, nil), (.keyCompromise, "Key Compromise"), (.cACompromise, "CA Compromise"),
        (.affiliationChanged, "Affiliation Changed"), (.superseded, "Superseded"),
        (.cessationOfOperation, "Cessation Of Operation"), (.privilegeWithdrawn, "Privilege Withdrawn"),
        (.aACompromise, "AA Compromise"),
    ]

    @Test("OpenSSL reads every reason that may be given", arguments: reasons)
    func readsReason(reason: RevocationReason, text: String?) throws {
        let crl = try TestAuthority.shared().issue(crl: .test([.test([0x5a, 1, 2], reason)]))
        let lines = try Self.lines(crl)
        #expect(lines.contains("Serial Number: 5A0102"))
        #expect(lines.contains("Revocation Date: May 28 19:26:40 2026 GMT"))
        #expect(lines.contains("X509v3 CRL Reason Code:") == (text != nil))
        if let text { #expect(lines.contains(text)) }
    }

    @Test("Those are all that may be given")
    func everyReason() {
        #expect(Self.reasons.map(\.0) == RevocationReason.allCases.filter(\.mayBeGiven))
    }

    @Test("OpenSSL reads version, issuer, times, key identifier and number of an empty CRL")
    func empty() throws {
        let authority = try TestAuthority.shared()
        let lines = try Self.lines(authority.issue(crl: .test()))
        let identifier = authority.issuer.keyIdentifier.map { octet in
            String(octet >> 4, radix: 16, uppercase: true) + String(octet & 15, radix: 16, uppercase: true)
        }
        for line in [
            "Version 2 (0x1)", "Signature Algorithm: ecdsa-with-SHA256", "Issuer: C = DE, CN = Issuing",
            "Last Update: May 28 20:26:40 2026 GMT", "Next Update: Jun  4 20:26:40 2026 GMT",
            "X509v3 Authority Key Identifier:", "keyid:" + identifier.joined(separator: ":"), "X509v3 CRL Number:", "7",
            "No Revoked Certificates.",
        ] {
            // OpenSSL 3 writes the identifier without its kind.
            #expect(lines.contains(line) || lines.contains(line.replacing("keyid:", with: "")), "\(line)")
        }
        #expect(complaint(of: try authority.leaf(), by: authority, try authority.issue(crl: .test()).der) == nil)
    }

    static let points: [(IssuingDistributionPoint, String?)] = [
        (IssuingDistributionPoint(urls: TestAuthority.locations.cRLDistributionPoints), nil),
        (
            IssuingDistributionPoint(
                urls: ["http://other.example/"] + TestAuthority.locations.cRLDistributionPoints,
                scope: .userCertificates),
            "Only User Certificates"
        ),
        (IssuingDistributionPoint(urls: [], scope: .userCertificates), "Only User Certificates"),
        (IssuingDistributionPoint(urls: [], scope: .caCertificates), "Only CA Certificates"),
        (IssuingDistributionPoint(urls: ["http://other.example/1.crl"]), nil),
    ]

    @Test("OpenSSL takes a partitioned CRL for the certificates that it is for, and for no others", arguments: points)
    func partitions(point: IssuingDistributionPoint, scope: String?) throws {
        let authority = try TestAuthority.shared()
        let crl = try authority.issue(crl: .test(at: point))
        // OpenSSL puts no line break between the names and what follows.
        let text = try OpenSSL.text(crl: crl.der)
        #expect(text.contains("X509v3 Issuing Distribution Point: critical"))
        for url in point.urls { #expect(text.contains("URI:" + url)) }
        #expect(text.contains("Only ") == (scope != nil))
        if let scope { #expect(text.contains(scope)) }
        let isFor =
            point.scope != .caCertificates
            && (point.urls.isEmpty || point.urls.contains("http://pki.example.org/ca.crl"))
        #expect((complaint(of: try authority.leaf(), by: authority, crl.der) == nil) == isFor)
    }

    @Test(
        "Times are UTCTime through 2049 and GeneralizedTime from 2050, each by itself",
        arguments: [
            ("2049-12-31T23:59:58Z", "2049-12-31T23:59:59Z", ["UTCTIME", "UTCTIME", "UTCTIME"]),
            ("2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", ["UTCTIME", "GENERALIZEDTIME", "UTCTIME"]),
            (
                "2050-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                ["GENERALIZEDTIME", "GENERALIZEDTIME", "GENERALIZEDTIME"]
            ),
        ])
    func times(thisUpdate: String, nextUpdate: String, types: [String]) throws {
        let start = try Instant(rfc3339: thisUpdate)
        let crl = try TestAuthority.shared().issue(
            crl: CRLTemplate(
                number: 1, thisUpdate: start, nextUpdate: Instant(rfc3339: nextUpdate),
                entries: [RevokedCertificate(.random(), at: start)]))
        #expect(try OpenSSL.structure(crl.der).filter { $0.hasSuffix("TIME") } == types)
    }

    @Test(
        "CRL numbers and serial numbers of any size are read by OpenSSL as they are",
        arguments: [
            (1, "1"), (127, "127"), (128, "128"), (UInt64(1) << 32, "4294967296"), (.max, "18446744073709551615"),
        ])
    func numbers(number: UInt64, text: String) throws {
        let serial = [0] + [UInt8](repeating: 0xff, count: 20)
        let crl = try TestAuthority.shared().issue(crl: .test([.test(serial)], number: number))
        let lines = try Self.lines(crl)
        let hex = "0x" + String(number, radix: 16, uppercase: true)
        #expect(lines.contains(text) || lines.contains(hex), "\(lines)")
        #expect(lines.contains("Serial Number: " + String(repeating: "F", count: 40)))
    }

    /// What BR § 7.2.2 forbids besides.
    private static let notInPublicTLS: Set<RevocationReason> = [.cACompromise, .aACompromise]

    struct Shown: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var kind = "CRL"
        let template: @Sendable () throws -> CRLTemplate
    }

    static let shown = [
        Shown(testDescription: "empty") { try .test() },
        Shown(testDescription: "every reason", template: { try entries(reasons.map(\.0)) }),
        Shown(testDescription: "a partition") {
            try .test([.test([1])], at: IssuingDistributionPoint(urls: ["http://a.example/"], scope: .userCertificates))
        },
        Shown(testDescription: "CAs", kind: "ARL") {
            try .test(at: IssuingDistributionPoint(urls: ["http://a.example/"], scope: .caCertificates))
        },
        Shown(testDescription: "largest number, 2050") {
            CRLTemplate(
                number: .max, thisUpdate: try Instant(rfc3339: "2049-12-31T00:00:00Z"),
                nextUpdate: try Instant(rfc3339: "2050-01-01T00:00:00Z"), entries: [])
        },
    ]

    private static func entries(_ reasons: [RevocationReason]) throws -> CRLTemplate {
        try .test(reasons.enumerated().map { try .test([0x40 + UInt8($0), 1], $1) })
    }

    @Test("pkilint finds nothing in a CRL, be it by RFC 5280 or by the Baseline Requirements", arguments: shown)
    func linted(shown: Shown) throws {
        let crl = try TestAuthority.shared().issue(crl: shown.template())
        #expect(try PKILint.findings(in: crl.der, kind: shown.kind, profile: "PKIX") == "")
        let read = try CertificateRevocationList(der: crl.der)
        guard Self.notInPublicTLS.isDisjoint(with: read.entries.compactMap(\.reason)) else { return }
        #expect(try PKILint.findings(in: crl.der, kind: shown.kind, profile: "BR") == "")
    }

    @Test("pkilint knows what public TLS forbids, and serial numbers that no new certificate has")
    func awake() throws {
        let authority = try TestAuthority.shared()
        let forbidden = try authority.issue(crl: Self.entries(Array(Self.notInPublicTLS)))
        #expect(try PKILint.findings(in: forbidden.der, kind: "CRL", profile: "BR").contains("prohibited_reason_code"))
        let old = try authority.issue(crl: .test([.test([0])]))
        #expect(try PKILint.findings(in: old.der, kind: "CRL", profile: "PKIX").contains("serial_number_out_of_range"))
    }

    @Test("OpenSSL takes a CRL of 100,000 entries, and finds the one that matters")
    func large() throws {
        let authority = try TestAuthority.shared()
        let (good, bad) = (try authority.leaf(), try authority.leaf())
        var entries = (0..<99_999).map { index in
            RevokedCertificate(.random(), at: now, for: RevocationReason.allCases[index % 6])
        }
        entries.append(RevokedCertificate(bad.serial, at: now))
        let crl = try authority.issue(crl: .test(entries))
        #expect(complaint(of: good, by: authority, crl.der) == nil)
        #expect(complaint(of: bad, by: authority, crl.der)?.contains("certificate revoked") == true)
    }

    private static func lines(_ crl: IssuedCRL) throws -> [String] {
        try OpenSSL.text(crl: crl.der).split(separator: "\n").map { line in
            let words = line.drop { $0 == " " }
            return String(words.prefix(words.count - words.reversed().prefix { $0 == " " }.count))
        }
    }
}
