import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

/// What has gone wrong at others, and is not told by a table elsewhere: the time of a certificate in `ValidityTests`, names in
/// `DNSNameTests`, faults of encoding in `LintTests`, faults of signatures in `SealingTests`.
struct IncidentTests {
    private func request(_ kind: TestKey.Kind = .p256) throws -> CertificateRequest {
        CertificateRequest(key: try TestKey.shared(kind).publicKey)
    }

    @Test("A configuration that changes between preparing and signing changes nothing (Let's Encrypt, 2023)")
    func configurationChanges() throws {
        let authority = try TestAuthority(key: .sharedAuthority(.p256))
        var profile = try Profile.test()
        let template = try profile.admit(request(), validity: .aDay, by: authority.issuer, at: now)
        let prepared = try authority.issuer.prepare(template, serial: .random())
        let tbs = prepared.tbs

        // The profile and the authority are loaded anew, with other policies and other URLs.
        profile.certificatePolicies = [[1, 2, 3]]
        let changed = try Issuer(chain: authority.issuer.chain, locations: Locations())
        let issued = try prepared.seal(authority.key.verifiedSignature(over: tbs, changed.signatureAlgorithm))
        #expect(issued.der == TestAuthority.assemble(tbs, .ecdsa(.sha256), issued.signature))
        // `prepared` is consumed: that no second certificate comes of its serial number is the compiler's to say.
    }

    @Test("The hash is the CA's choice, and the CSR's curve has no part in it (Infisical #6909)")
    func hash() throws {
        let authority = try TestAuthority(key: .sharedAuthority(.p256))
        for kind in TestKey.Kind.allCases {
            let template = try Profile.test().admit(request(kind), validity: .aDay, by: authority.issuer, at: now)
            let issued = try authority.issue(template)
            #expect(try IssuerCertificate(der: issued.der).signatureAlgorithm == .ecdsa(.sha256))
        }
    }

    @Test("The issuer is the raw bytes of the CA's subject, whatever its string types and its case")
    func issuerBytes() throws {
        for encoding in [DistinguishedName.StringEncoding.utf8String, .printableString, .ia5String] {
            let attribute = DistinguishedName.Attribute(type: [2, 5, 4, 3], encoding: encoding, value: "  rOOT  ca ")
            var form = TestAuthority.Form()
            form.subject = DistinguishedName(rdns: [[attribute]])
            let authority = try TestAuthority(form, key: .sharedAuthority(.p256))
            let template = try Profile.test().admit(request(), validity: .aDay, by: authority.issuer, at: now)
            let issued = try authority.issue(template)
            #expect(try IssuerCertificate(der: issued.der).issuer == form.subject?.der)
        }
    }

    @Test("A subject is copied to the octet, multi-valued RDNs and string types included")
    func subjectBytes() throws {
        let subject = DistinguishedName(rdns: [
            [
                .init(type: [2, 5, 4, 3], encoding: .printableString, value: "A"),
                .init(type: [2, 5, 4, 10], encoding: .utf8String, value: "Ü"),
            ], [.init(type: [2, 5, 4, 11], encoding: .ia5String, value: "b")],
        ])
        let authority = try TestAuthority.shared()
        let request = CertificateRequest(subject, key: try TestKey.shared(.p256).publicKey)
        let template = try Profile.open().admit(request, validity: .aDay, by: authority.issuer, at: now)
        #expect(try IssuerCertificate(der: authority.issue(template).der).subject == subject.der)
    }

    @Test("A leaf is never a CA, whatever its profile and its request say (Türktrust)")
    func leafIsNoCA() throws {
        let authority = try TestAuthority.shared()
        let request = CertificateRequest(
            key: try TestKey.shared(.p256).publicKey,
            extensions: [.basicConstraints(isCA: true), .keyUsage(.keyCertSign)])
        let profile = try Profile.open { $0.keyUsage = [.digitalSignature, .keyCertSign] }
        let rules = try broken { try profile.admit(request, validity: .aDay, by: authority.issuer, at: now) }
        #expect(rules.contains("leafIsNoCA csr.extensions.basicConstraints"))
        #expect(rules.contains("leafIsNoCA profile.keyUsage"))
        // Passed over, it leaves no trace.
        let ignoring = try Profile.open { $0.requestedExtensions = .ignoreAll }
        let template = try ignoring.admit(request, validity: .aDay, by: authority.issuer, at: now)
        let issued = try IssuerCertificate(der: authority.issue(template).der)
        #expect(issued.basicConstraints == nil)
        #expect(issued.keyUsage == .digitalSignature)
    }

    @Test("A leaf below a CA that is limited to purposes has none beyond them, and OpenSSL would refuse one that had")
    func purposes() throws {
        var form = TestAuthority.Form()
        form.purposes = [.clientAuth]
        let authority = try TestAuthority(form, key: .sharedAuthority(.p256))
        let rules = try broken {
            try Profile.test().admit(request(), validity: .aDay, by: authority.issuer, at: now)
        }
        #expect(rules == ["issuerExtendedKeyUsage profile.extendedKeyUsages"])
        let profile = try Profile.test { $0.extendedKeyUsages = [.clientAuth] }
        let issued = try authority.issue(profile.admit(request(), validity: .aDay, by: authority.issuer, at: now))
        try OpenSSL.verify(
            issued.der, chain: authority.issuer.chain.map(\.der), at: now.secondsSinceEpoch,
            more: ["-purpose", "sslclient"])
    }

    @Test("\"No end\" is 99991231235959Z, where the whole chain has none either")
    func noEnd() throws {
        var form = TestAuthority.Form()
        form.notAfter = "9999-12-31T23:59:59Z"
        let authority = try TestAuthority(form, key: .sharedAuthority(.p256))
        let profile = try Profile.test { $0.validity.maximum = try Lifetime(parsing: "9000y") }
        let template = try profile.admit(
            request(), validity: ValidityOrder(notAfter: .latest), by: authority.issuer, at: now)
        let issued = try authority.issue(template)
        #expect(try OpenSSL.text(issued.der).contains("Not After : Dec 31 23:59:59 9999 GMT"))
    }
}
