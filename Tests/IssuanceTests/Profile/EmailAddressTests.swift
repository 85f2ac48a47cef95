import PublicKeys
import Testing
import Timekeeping

@testable import Issuance

struct EmailAddressTests {
    private static let rule = "emailAddressInSAN csr.subject.emailAddress"

    private static func kinds() throws -> [Profile] {
        try Profile.Kind.allCases.map { kind in try Profile.open { $0.kind = kind } }
    }

    @Test(
        "An e-mail address of a subject is one of the rfc822Names, in every kind of profile",
        arguments: [
            (["a@example.org"], [.email("a@example.org")], true), (["a@EXAMPLE.org"], [.email("a@example.org")], true),
            (["a@example.org"], [.email("b@example.org"), .email("a@example.org")], true),
            (["a@example.org", "b@example.org"], [.email("b@example.org"), .email("a@example.org")], true),
            (["a@example.org"], [.dns("example.org")], false), (["a@example.org"], [], false),
            (["a@example.org"], [.email("b@example.org")], false),
            (["A@example.org"], [.email("a@example.org")], false),
            (["a@example.org", "b@example.org"], [.email("a@example.org")], false),
            (["\"a\"@example.org"], [.email("a@example.org")], false),
            (["nobody"], [.email("a@example.org")], false),
            (["a@example.org "], [.email("a@example.org")], false),
            (["https://example.org"], [.uri("https://example.org")], false),
        ] as [([String], [GeneralName], Bool)])
    func leaf(addresses: [String], names: [GeneralName], isAdmitted: Bool) throws {
        let subject = DistinguishedName(addresses.map { (.emailAddress, $0) })
        let request = CertificateRequest(subject, key: try TestKey.shared(.p256).publicKey, names: names)
        for profile in try Self.kinds() {
            let rules = try broken {
                try profile.admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
            }
            #expect(rules.contains(Self.rule) == !isAdmitted, "\(profile.kind)")
            // A public TLS certificate has no e-mail address at all, which has rules of its own.
            if profile.kind != .publicTLS { #expect(rules == (isAdmitted ? [] : [Self.rule])) }
        }
    }

    @Test("An rfc822Name that the profile's patterns refuse does not carry its address into the subject")
    func refusedName() throws {
        let profile = try Profile.open {
            $0.subjectAlternativeNames.email = .init(allowed: [try EmailPattern(parsing: "@example.org")])
        }
        let request = CertificateRequest(
            DistinguishedName([(.emailAddress, "a@evil.example")]), key: try TestKey.shared(.p256).publicKey,
            names: [.email("a@evil.example")])
        let rules = try broken {
            try profile.admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        }
        #expect(rules == ["sanAllowed csr.extensions.subjectAlternativeName[0]"])
    }

    @Test("OpenSSL finds no e-mail address in a certificate but those that its rfc822Names say")
    func judged() throws {
        let authority = try TestAuthority.shared()
        let subject = DistinguishedName([(.commonName, "A"), (.emailAddress, "a@EXAMPLE.org")])
        let request = CertificateRequest(
            subject, key: try TestKey.shared(.p256).publicKey, names: [.email("a@example.org")])
        let template = try Profile.open().admit(request, validity: .aDay, by: authority.issuer, at: now)
        let leaf = try authority.issue(template).der
        let chain = authority.issuer.chain.map(\.der)
        func verify(_ address: String) throws {
            try OpenSSL.verify(leaf, chain: chain, at: now.secondsSinceEpoch, more: ["-verify_email", address])
        }
        try verify("a@example.org")
        #expect(throws: (any Error).self) { try verify("b@example.org") }
    }

    @Test("A CA's certificate, which has no rfc822Name, has no e-mail address in its subject")
    func intermediate() throws {
        let rules = try Self.intermediate(DistinguishedName([(.commonName, "Sub"), (.emailAddress, "a@example.org")]))
        #expect(rules == [Self.rule])
        #expect(try Self.intermediate(DistinguishedName([(.commonName, "Sub")])) == [])
    }

    @Test("Only a CA that is known by such a name keeps it, by its key, when its certificate is renewed")
    func renewal() throws {
        var form = TestAuthority.Form()
        let subject = DistinguishedName([(.commonName, "Other"), (.emailAddress, "ca@example.org")])
        form.subject = subject
        let other = try TestAuthority(form, key: .sharedAuthority(.p384)).issuer.certificate
        #expect(try Self.intermediate(subject, key: other.publicKey, beside: CANames([other])) == [])
        #expect(
            try Self.intermediate(subject, beside: CANames([other])) == [Self.rule, "subjectIsIssuer csr.subject"])
    }

    private static func intermediate(
        _ subject: DistinguishedName, key: PublicKey? = nil, beside names: CANames = CANames([])
    ) throws -> Set<String> {
        let issuer = try Issuer(
            chain: IntermediateTests.issuer(2).chain, locations: TestAuthority.locations, beside: names)
        let request = CertificateRequest(subject, key: try key ?? TestKey.shared(.p384).publicKey, names: nil)
        return try broken {
            try IntermediateTests.rules { $0.subject.admitsAnyField = true }.admit(
                request, notBefore: nil, notAfter: IntermediateTests.end, pathLength: .unstated, by: issuer, at: now)
        }
    }

    @Test("A profile that requires an address and admits no rfc822Name is told at the start")
    func fault() throws {
        func faults(_ change: (inout Profile) throws -> Void) throws -> [String] {
            try Profile.open(change).faults(under: TestAuthority.shared().issuer).map { "\($0.rule.name) \($0.path)" }
        }
        let required: (inout Profile) -> Void = { $0.subject.fields[.emailAddress] = .init(isRequired: true) }
        #expect(try faults(required) == [])
        #expect(
            try faults {
                required(&$0)
                $0.subjectAlternativeNames.email = nil
            } == ["emailAddressInSAN profile.subject"])
    }
}
