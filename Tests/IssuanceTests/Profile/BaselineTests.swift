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
            (.dns("ab--cd.example.org"), false),
            (.ip([8, 8, 8, 8]), true), (.ip([10, 0, 0, 1]), false), (.ip([192, 168, 1, 1]), false),
            (.ip([127, 0, 0, 1]), false), (.ip([172, 31, 0, 1]), false), (.ip([172, 32, 0, 1]), true),
            (.ip([0x26, 0x06] + [UInt8](repeating: 1, count: 14)), true),
            (.ip([0xfd] + [UInt8](repeating: 0, count: 15)), false),
            (.ip([UInt8](repeating: 0, count: 15) + [1]), false),
            (.email("user@example.org"), false), (.uri("https://example.org/"), false),
        ] as [(GeneralName, Bool)])
    func names(name: GeneralName, isPublic: Bool) throws {
        #expect(try rules(names: [name]) == (isPublic ? [] : ["baselineNames \(Self.path)[0]"]))
    }

    @Test("A subject has what its type of certificate has")
    func subjects() throws {
        let name: (SubjectField, String) = (.commonName, "www.example.org")
        #expect(try rules(DistinguishedName([name])) == [])
        #expect(try rules(DistinguishedName([(.country, "DE"), name])) == [])
        #expect(try rules(DistinguishedName([(.organization, "O"), name])) == ["baselineSubject csr.subject.O"])
        #expect(try rules(DistinguishedName([name, name])) == ["baselineSubject csr.subject.CN"])
        let organization: (inout Profile) -> Void = { $0.certificatePolicies = [[2, 23, 140, 1, 2, 2]] }
        #expect(
            try rules(DistinguishedName([name]), organization) == [
                "baselineSubject csr.subject.C", "baselineSubject csr.subject.O",
            ])
        let full = DistinguishedName([(.country, "DE"), (.organization, "O"), name])
        #expect(try rules(full, organization) == [])
        let unit = DistinguishedName([(.country, "DE"), (.organization, "O"), (.organizationalUnit, "U"), name])
        #expect(try rules(unit, organization) == ["baselineSubject csr.subject.OU"])
        let attributes = full.attributes
        let joined = DistinguishedName(rdns: [[attributes[0], attributes[1]], [attributes[2]]])
        #expect(try rules(joined, organization) == ["baselineSubject csr.subject"])
    }

    @Test("A common name is one of the SANs")
    func commonName() throws {
        #expect(try rules(DistinguishedName([(.commonName, "example.com")])) == ["commonNameInSAN csr.subject.CN"])
    }

    @Test("Policies, purposes, key usage, key and revocation are as the requirements have them")
    func profileRules() throws {
        #expect(try rules { $0.certificatePolicies = [] } == ["baselinePolicy profile.certificatePolicies"])
        #expect(
            try rules { $0.certificatePolicies.append([2, 23, 140, 1, 2, 2]) } == [
                "baselinePolicy profile.certificatePolicies"
            ])
        #expect(try rules { $0.certificatePolicies.append([1, 3, 6, 1, 4, 1, 99999, 1]) } == [])
        #expect(
            try rules { $0.extendedKeyUsages = [.clientAuth] } == ["baselineExtendedKeyUsage profile.extendedKeyUsages"]
        )
        #expect(try rules { $0.extendedKeyUsages = [] } == ["baselineExtendedKeyUsage profile.extendedKeyUsages"])
        #expect(try rules { $0.extendedKeyUsages = [.serverAuth, .clientAuth] } == [])
        #expect(
            try rules { $0.extendedKeyUsages.append(.anyExtendedKeyUsage) }
                == ["baselineExtendedKeyUsage profile.extendedKeyUsages"])
        #expect(try rules { $0.keyUsage.insert(.contentCommitment) } == ["baselineKeyUsage profile.keyUsage"])
        #expect(try rules(kind: .ed25519) == ["baselineKey csr.publicKey"])
        #expect(try rules(kind: .rsa2048) == [])
        #expect(try rules { $0.locations = Locations() } == ["baselineRevocation profile.locations"])
        #expect(try rules(ttl: "7d") { $0.locations = Locations() } == [])
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
