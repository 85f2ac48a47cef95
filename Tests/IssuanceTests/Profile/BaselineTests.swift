import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

struct BaselineTests {
    private static let path = "csr.extensions.subjectAlternativeName"

    static func profile(_ change: (inout Profile) throws -> Void = { _ in }) throws -> Profile {
        try .open { profile in
            profile.kind = .publicTLS
            profile.certificatePolicies = [[2, 23, 140, 1, 2, 1]]
            profile.keyUsage = [.digitalSignature]
            profile.extendedKeyUsages = [.serverAuth]
            profile.validity.maximum = try Lifetime(parsing: "2y")
            try change(&profile)
        }
    }

    private func rules(
        _ subject: DistinguishedName = .empty, names: [GeneralName] = [.dns("www.example.org")],
        kind: TestKey.Kind = .p256, ttl: String = "90d", at time: Instant = now,
        _ change: (inout Profile) throws -> Void = { _ in }
    ) throws -> Set<String> {
        let request = CertificateRequest(subject, key: try TestKey.shared(kind).publicKey, names: names)
        return try broken {
            try Self.profile(change).admit(
                request, validity: ValidityOrder(ttl: Lifetime(parsing: ttl)), by: TestAuthority.shared().issuer,
                at: time)
        }
    }

    @Test(
        "The maximum validity shrinks with the day of issuance (BR § 6.3.2)",
        arguments: [
            ("2026-03-14T23:59:59Z", "398d", "399d"), ("2026-03-15T00:00:00Z", "200d", "201d"),
            ("2027-03-14T23:59:59Z", "200d", "17280001s"), ("2027-03-15T00:00:00Z", "100d", "101d"),
            ("2029-03-14T23:59:59Z", "100d", "101d"), ("2029-03-15T00:00:00Z", "47d", "48d"),
        ])
    func validity(time: String, longest: String, tooLong: String) throws {
        let time = try Instant(rfc3339: time)
        #expect(try rules(ttl: longest, at: time) == [])
        #expect(try rules(ttl: tooLong, at: time) == ["baselineValidity notAfter"])
    }

    @Test(
        "Only public DNS names and public IP addresses are certified",
        arguments: [
            (.dns("example.org"), true), (.dns("*.example.org"), true), (.dns("xn--bcher-kva.example.org"), true),
            (.dns("localhost"), false), (.dns("host"), false), (.dns("*.org"), false), (.dns("a.internal"), false),
            (.dns("a.local"), false), (.dns("a.test"), false), (.dns("a.home.arpa"), false),
            (.dns("1.2.0.192.in-addr.arpa"), false), (.dns("*.8.ip6.arpa"), false), (.dns("in-addr.example.org"), true),
            (.dns("ab--cd.example.org"), false),
            (.ip([8, 8, 8, 8]), true), (.ip([10, 0, 0, 1]), false), (.ip([192, 168, 1, 1]), false),
            (.ip([192, 175, 48, 1]), false), (.ip([192, 31, 196, 9]), false), (.ip([192, 52, 193, 9]), false),
            (.ip([0, 0x64, 0xff, 0x9b] + [UInt8](repeating: 0, count: 8) + [8, 8, 8, 8]), false),
            (.ip([0x26, 0x20, 0, 0x4f, 0x80] + [UInt8](repeating: 0, count: 11)), false),
            (.ip([0x5f] + [UInt8](repeating: 0, count: 15)), false),
            (.ip([127, 0, 0, 1]), false), (.ip([172, 31, 0, 1]), false), (.ip([172, 32, 0, 1]), true),
            (.ip([0x26, 0x06] + [UInt8](repeating: 1, count: 14)), true),
            (.ip([0xfd] + [UInt8](repeating: 0, count: 15)), false),
            (.ip([UInt8](repeating: 0, count: 15) + [1]), false),
            (.email("user@example.org"), false), (.uri("https://example.org/"), false),
        ] as [(GeneralName, Bool)])
    func names(name: GeneralName, isPublic: Bool) throws {
        #expect(try rules(names: [name]) == (isPublic ? [] : ["baselineNames \(Self.path)[0]"]))
    }

    @Test(
        "A subject has what its type of certificate has",
        arguments: [
            (1, [], []), (1, [.country], []), (1, [.organization], ["O"]), (1, [.locality], ["L"]),
            (2, [], ["C", "O", "L"]), (2, [.country, .organization], ["L"]),
            (2, [.country, .locality, .organization], []), (2, [.country, .stateOrProvince, .organization], []),
            (2, [.country, .stateOrProvince, .locality, .organization], []),
            (2, [.country, .locality, .stateOrProvince, .organization], [""]),
            (2, [.organization, .locality, .country], [""]), (3, [.country, .locality, .givenName, .surname], [""]),
            (2, [.serialNumber, .country, .locality, .organization], []),
            (2, [.serialNumber, .country, .locality, .serialNumber, .organization], ["serialNumber"]),
            (2, [.country, .locality, .locality, .organization], ["L"]),
            (2, [.country, .locality, .street, .street, .organization], []),
            (2, [.domainComponent, .country, .locality, .organization], ["DC"]),
            (2, [.country, .locality, .organization, .organizationalUnit], ["OU"]),
            (2, [.country, .locality, .organization, .surname], ["SN"]),
            (2, [.country, .locality, .organization, .organization], ["O"]),
            (3, [.country, .locality, .surname, .givenName], []), (3, [.country, .surname, .givenName], ["L"]),
            (3, [.country, .locality, .organization], ["GN", "SN"]),
        ] as [(UInt, [SubjectField], Set<String>)])
    func subjects(type: UInt, fields: [SubjectField], faulty: Set<String>) throws {
        let subject = DistinguishedName(fields.map { ($0, $0 == .country ? "DE" : "x") })
        let found = try rules(subject) { $0.certificatePolicies = [[2, 23, 140, 1, 2, type]] }
        #expect(found == Set(faulty.map { "baselineSubject csr.subject" + ($0.isEmpty ? "" : ".\($0)") }))
    }

    @Test(
        "A value says something, and a country is one (BR § 7.1.2.7.3)",
        arguments: [
            ("DE", "Berlin", nil), ("XX", "Berlin", nil), ("ZZ", "Berlin", "C"), ("DE", "-", "L"), ("DE", ". .", "L"),
            ("DE", "-\u{2003}.", "L"), ("DE", "-Berlin-", nil),
        ] as [(String, String, String?)])
    func values(country: String, locality: String, faulty: String?) throws {
        let subject = DistinguishedName([(.country, country), (.locality, locality), (.organization, "x")])
        let found = try rules(subject) { $0.certificatePolicies = [[2, 23, 140, 1, 2, 2]] }
        #expect(found == Set([faulty].compactMap { $0.map { "baselineSubject csr.subject.\($0)" } }))
    }

    @Test(
        "A certificate begins within 48 hours of its signing (BR § 7.1.2.7)",
        arguments: [
            (-172_800, true), (-172_801, false), (0, true), (172_800, true), (172_801, false),
        ] as [(Int64, Bool)])
    func start(offset: Int64, isAdmitted: Bool) throws {
        let request = CertificateRequest(
            .empty, key: try TestKey.shared(.p256).publicKey, names: [.dns("www.example.org")])
        let notBefore = try #require(Instant(secondsSinceEpoch: now.secondsSinceEpoch + offset))
        let found = try broken {
            try Self.profile { profile in
                profile.validity.maximumBackdate = .week
            }.admit(
                request, validity: ValidityOrder(ttl: Lifetime(parsing: "30d"), notBefore: notBefore),
                by: TestAuthority.shared().issuer, at: now)
        }
        #expect(found == (isAdmitted ? [] : ["baselineStart notBefore"]))
    }

    @Test("A relative name of a subject has one attribute")
    func relativeNames() throws {
        let attributes = DistinguishedName([(.country, "DE"), (.commonName, "www.example.org")]).attributes
        #expect(try rules(DistinguishedName(rdns: [attributes])) == ["baselineSubject csr.subject"])
    }

    @Test(
        "A common name is one of the SANs to the letter, an address in its canonical form",
        arguments: [
            ("www.example.org", .dns("www.example.org"), true), ("www.example.org", .dns("WWW.example.org"), true),
            ("WWW.example.org", .dns("www.example.org"), false), ("WWW.example.org", .dns("WWW.example.org"), false),
            ("example.com", .dns("www.example.org"), false), ("*.example.org", .dns("*.example.org"), true),
            ("8.8.8.8", .ip([8, 8, 8, 8]), true), ("8.8.8.9", .ip([8, 8, 8, 8]), false),
            ("2606:4700::1111", .ip(cloud), true), ("2606:4700:0::1111", .ip(cloud), false),
            ("2606:4700:0:0:0:0:0:1111", .ip(cloud), false),
        ] as [(String, GeneralName, Bool)])
    func commonName(value: String, name: GeneralName, isOne: Bool) throws {
        let found = try rules(DistinguishedName([(.commonName, value)]), names: [name])
        #expect(found == (isOne ? [] : ["commonNameInSAN csr.subject.CN"]))
    }

    private static let cloud: [UInt8] = [0x26, 0x06, 0x47] + [UInt8](repeating: 0, count: 11) + [0x11, 0x11]

    @Test("Two common names are one too many")
    func commonNames() throws {
        let name: (SubjectField, String) = (.commonName, "www.example.org")
        #expect(try rules(DistinguishedName([name, name])) == ["baselineSubject csr.subject.CN"])
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let breaks: String?
        let kind: TestKey.Kind
        let change: @Sendable (inout Profile) -> Void

        var testDescription: String { "\(kind) \(breaks ?? "none")" }

        init(_ breaks: String?, _ kind: TestKey.Kind, _ change: @escaping @Sendable (inout Profile) -> Void) {
            (self.breaks, self.kind, self.change) = (breaks, kind, change)
        }
    }

    static let rows: [Row] = [
        Row("baselinePolicy certificatePolicies", .p256) { $0.certificatePolicies.append([2, 5, 29, 32, 0]) },
        Row("baselinePolicy certificatePolicies", .p256) { $0.certificatePolicies = [] },
        Row("baselinePolicy certificatePolicies", .p256) { $0.certificatePolicies.append([2, 23, 140, 1, 2, 2]) },
        Row("baselinePolicy certificatePolicies", .p256) { $0.certificatePolicies.append([2, 23, 140, 1, 1]) },
        Row(nil, .p256) { $0.certificatePolicies.append([1, 3, 6, 1, 4, 1, 99999, 1]) },
        Row("baselineExtendedKeyUsage extendedKeyUsages", .p256) { $0.extendedKeyUsages = [.clientAuth] },
        Row("baselineExtendedKeyUsage extendedKeyUsages", .p256) { $0.extendedKeyUsages = [] },
        Row(nil, .p256) { $0.extendedKeyUsages = [.serverAuth, .clientAuth] },
        Row("baselineExtendedKeyUsage extendedKeyUsages", .p256) { $0.extendedKeyUsages.append(.anyExtendedKeyUsage) },
        Row("baselineExtendedKeyUsage extendedKeyUsageCritical", .p256) { $0.isExtendedKeyUsageCritical = true },
        Row("baselineKeyUsage keyUsage", .p256) { $0.keyUsage.insert(.contentCommitment) },
        Row("baselineKeyUsage keyUsage", .rsa2048) { $0.keyUsage.insert(.contentCommitment) },
        Row("baselineKeyUsage keyUsage", .p256) { $0.keyUsage = [.keyAgreement] },
        Row("baselineKeyUsage keyUsage", .p256) { $0.keyUsage = [.digitalSignature, .keyAgreement, .encipherOnly] },
        Row(nil, .p256) { $0.keyUsage = [.digitalSignature, .keyAgreement] }, Row(nil, .p256) { $0.keyUsage = [] },
        Row(nil, .rsa2048) { $0.keyUsage = [.keyEncipherment] },
        Row(nil, .rsa2048) { $0.keyUsage = [.digitalSignature, .keyEncipherment, .dataEncipherment] },
        Row(nil, .rsa2048) { _ in },
        Row("baselineInformationAccess locations", .p256) {
            $0.locations = Locations(cRLDistributionPoints: ["http://pki.example.org/a.crl"])
        },
        Row(nil, .p256) { $0.locations = Locations(ocsp: ["http://ocsp.example.org"]) },
        Row("baselineRevocation locations", .p256) {
            $0.locations = Locations(caIssuers: ["http://pki.example.org/a.cer"])
        },
    ]

    @Test("Policies, purposes, key usage, key and locations are as the requirements have them", arguments: rows)
    func profileRules(row: Row) throws {
        let expected = row.breaks.map { $0.replacing(" ", with: " profile.") }
        #expect(try rules(kind: row.kind, row.change) == Set([expected].compactMap(\.self)))
    }

    @Test("Extended validation is refused, and so is an Ed25519 key; a short-lived certificate needs no revocation")
    func more() throws {
        let extended = try rules { $0.certificatePolicies = [[2, 23, 140, 1, 1]] }
        #expect(extended.contains("baselinePolicy profile.certificatePolicies"))
        #expect(try rules(kind: .ed25519) == ["baselineKey csr.publicKey"])
        #expect(
            try rules(ttl: "7d") { $0.locations = Locations(caIssuers: ["http://pki.example.org/a.cer"]) } == [])
    }

    @Test(
        "The authority signs with the hash of its curve, or by RSA",
        arguments: [
            (.p256, .ecdsa(.sha256), true), (.p256, .ecdsa(.sha384), false), (.p384, .ecdsa(.sha384), true),
            (.p384, .ecdsa(.sha256), false), (.p521, .ecdsa(.sha512), true), (.rsa2048, .rsaPKCS1(.sha256), true),
            (.rsa2048, .rsaPSS(.sha384), true), (.ed25519, .ed25519, false),
        ] as [(TestKey.Kind, SignatureAlgorithm, Bool)])
    func signature(kind: TestKey.Kind, algorithm: SignatureAlgorithm, isAdmitted: Bool) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind), algorithm: algorithm)
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey, names: [.dns("www.example.org")])
        let rules = try broken { try Self.profile().admit(request, validity: .aDay, by: authority.issuer, at: now) }
        #expect(rules == (isAdmitted ? [] : ["baselineSignature profile.authority"]))
    }
}
