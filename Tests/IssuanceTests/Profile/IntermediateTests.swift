import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

struct IntermediateTests {
    static func rules(_ change: (inout IntermediateRules) -> Void = { _ in }) throws -> IntermediateRules {
        var rules = IntermediateRules(
            subject: SubjectRules(
                fields: [.commonName: .init(isRequired: true), .organization: .init()], mayBeEmpty: false),
            keys: .any, validity: ValidityRules(maximum: try Lifetime(parsing: "1y")))
        change(&rules)
        return rules
    }

    static let end = now.adding(seconds: 86_400 * 30) ?? .latest

    static func request(
        _ name: DistinguishedName = DistinguishedName([(.commonName, "Sub")]), kind: TestKey.Kind = .p384,
        extensions: [RequestedExtension] = []
    ) throws -> CertificateRequest {
        CertificateRequest(name, key: try TestKey.shared(kind).publicKey, names: nil, extensions: extensions)
    }

    /// An issuer with this path length below a root with that one.
    static func issuer(_ pathLength: Int?, root rootLength: Int? = nil) throws -> Issuer {
        var (upper, lower) = (TestAuthority.Form(), TestAuthority.Form())
        upper.pathLength = rootLength
        lower.name = "Issuing"
        lower.pathLength = pathLength
        let root = try TestAuthority(upper, key: TestKey(.p256))
        return try TestAuthority(lower, key: TestKey(.p256), below: root).issuer
    }

    @Test(
        "The path length follows from the order and from the least that the chain leaves",
        arguments: [
            (nil, nil, .unstated, nil, true), (nil, nil, .unlimited, nil, true), (nil, nil, .limit(0), 0, true),
            (nil, nil, .limit(5), 5, true), (2, nil, .unstated, 1, true), (1, nil, .unstated, 0, true),
            (2, nil, .limit(1), 1, true), (2, nil, .limit(0), 0, true), (2, nil, .limit(2), nil, false),
            (2, nil, .limit(3), nil, false), (2, nil, .unlimited, nil, false), (0, nil, .unstated, nil, false),
            (0, nil, .limit(0), nil, false), (0, nil, .unlimited, nil, false), (nil, 1, .unstated, nil, false),
            (nil, 3, .unstated, 1, true), (5, 3, .limit(1), 1, true), (5, 3, .limit(2), nil, false),
            (nil, nil, .limit(-1), nil, false), (nil, nil, .limit(.max), .max, true),
        ] as [(Int?, Int?, PathLengthOrder, Int?, Bool)])
    func pathLength(own: Int?, root: Int?, order: PathLengthOrder, written: Int?, isAdmitted: Bool) throws {
        let issuer = try Self.issuer(own, root: root)
        var template: CertificateTemplate?
        let rules = try broken {
            let admitted = try Self.rules().admit(
                Self.request(), notBefore: nil, notAfter: Self.end, pathLength: order, by: issuer, at: now)
            template = admitted
            return admitted
        }
        #expect(rules == (isAdmitted ? [] : ["pathLength maxPathLength"]))
        if isAdmitted {
            #expect(template?.extensions.contains(.basicConstraints(.ca(pathLength: written))) ?? false)
            #expect(template?.isCA ?? false)
            _ = try issuer.prepare(#require(template), serial: .random())
        }
    }

    @Test("What is written is what the contract lists, in its order, critical where it says so")
    func written() throws {
        let issuer = try Self.issuer(2)
        var constraints = NameConstraints()
        constraints.permitted.dns = ["internal.example"]
        let rules = try Self.rules { rules in
            rules.setsDigitalSignature = true
            rules.extendedKeyUsages = [.serverAuth]
            rules.certificatePolicies = [[1, 3, 6, 1, 4, 1, 99999, 1]]
            rules.nameConstraints = constraints
        }
        let template = try rules.admit(
            Self.request(), notBefore: nil, notAfter: Self.end, pathLength: .unstated, by: issuer, at: now)
        #expect(
            template.extensions.map(\.kind) == [
                .authorityKeyIdentifier, .subjectKeyIdentifier, .keyUsage, .basicConstraints, .extendedKeyUsage,
                .certificatePolicies, .nameConstraints, .cRLDistributionPoints, .authorityInformationAccess,
            ])
        #expect(
            template.extensions.filter(\.isCritical).map(\.kind) == [.keyUsage, .basicConstraints, .nameConstraints])
        #expect(template.extensions.contains(.keyUsage([.digitalSignature, .keyCertSign, .cRLSign])))
        #expect(template.notAfter == Self.end)
    }

    @Test(
        "What a request asks for beyond the rules is refused",
        arguments: [
            ([], []), ([.basicConstraints(isCA: true)], []), ([.keyUsage([.keyCertSign])], []),
            ([.keyUsage([.keyCertSign, .cRLSign])], []),
            ([.basicConstraints(isCA: true, pathLength: 1)], []),
            ([.basicConstraints(isCA: true, pathLength: 0)], ["pathLength csr.extensions.basicConstraints"]),
            ([.basicConstraints(isCA: false)], ["intermediateIsCA csr.extensions.basicConstraints"]),
            ([.keyUsage([.keyCertSign, .digitalSignature])], ["keyUsageAdmitted csr.extensions.keyUsage"]),
            ([.purposes([.serverAuth])], ["extendedKeyUsageAdmitted csr.extensions.extendedKeyUsage"]),
            ([.other([2, 5, 29, 36])], ["extensionAdmitted csr.extensions.2.5.29.36"]),
            (
                [
                    RequestedExtension(
                        identifier: .subjectAlternativeName, isCritical: false,
                        value: .subjectAlternativeName([.dns("a.example")]))
                ], ["extensionAdmitted csr.extensions.subjectAlternativeName"]
            ),
        ] as [([RequestedExtension], Set<String>)])
    func requested(extensions: [RequestedExtension], breaks: Set<String>) throws {
        let issuer = try Self.issuer(2)
        let rules = try broken {
            try Self.rules().admit(
                Self.request(extensions: extensions), notBefore: nil, notAfter: Self.end, pathLength: .unstated,
                by: issuer,
                at: now)
        }
        #expect(rules == breaks)
    }

    @Test("What a request says of being a CA counts also where what has no rule is passed over")
    func notIgnored() throws {
        let issuer = try Self.issuer(2)
        for (constraints, rule) in [
            (RequestedExtension.basicConstraints(isCA: false), "intermediateIsCA"),
            (.basicConstraints(isCA: true, pathLength: 0), "pathLength"),
        ] {
            let rules = try broken {
                try Self.rules { $0.requestedExtensions = .ignoreAll }.admit(
                    Self.request(extensions: [constraints]), notBefore: nil, notAfter: Self.end, pathLength: .unstated,
                    by: issuer, at: now)
            }
            #expect(rules == ["\(rule) csr.extensions.basicConstraints"])
        }
    }

    @Test("The subject is neither empty nor the issuer's, however it is spelt")
    func subject() throws {
        let issuer = try Self.issuer(2)
        let rows: [(DistinguishedName, Set<String>)] = [
            (.empty, ["subjectEmpty csr.subject"]),
            (DistinguishedName([(.country, "DE"), (.commonName, "Issuing")]), ["subjectIsIssuer csr.subject"]),
            (DistinguishedName([(.country, "DE"), (.commonName, " ISSUING ")]), ["subjectIsIssuer csr.subject"]),
            (DistinguishedName([(.country, "DE"), (.commonName, "Issuing 2")]), []),
        ]
        // A leaf's too, where it may have one of its own choice.
        for (name, breaks) in rows.dropFirst() {
            let request = CertificateRequest(name, key: try TestKey.shared(.p256).publicKey, names: [.dns("a.example")])
            #expect(try broken { try Profile.open().admit(request, validity: .aDay, by: issuer, at: now) } == breaks)
        }
        for (name, breaks) in rows {
            let rules = try broken {
                try Self.rules { $0.subject.admitsAnyField = true }.admit(
                    Self.request(name), notBefore: nil, notAfter: Self.end, pathLength: .unstated, by: issuer, at: now)
            }
            #expect(rules == breaks)
        }
    }

    @Test(
        "The name and the key of another CA that the service knows are for that CA alone: an intermediate with both, and no leaf"
    )
    func namesOfOtherCAs() throws {
        var form = TestAuthority.Form()
        form.name = "Other"
        let other = try TestAuthority(form, key: .sharedAuthority(.p384)).issuer.certificate
        let chain = try Self.issuer(2).chain
        let issuer = try Issuer(chain: chain, locations: TestAuthority.locations, beside: CANames([other]))
        let stranger = try TestKey.shared(.p384).publicKey
        let (ofName, ofKey) = ("subjectIsIssuer csr.subject", "issuerKey csr.publicKey")
        let rows: [(String, PublicKey, leaf: Set<String>, intermediate: Set<String>)] = [
            ("Other", stranger, [ofName], [ofName]), (" OTHER ", stranger, [ofName], [ofName]),
            ("Other", other.publicKey, [ofName, ofKey], []), (" OTHER ", other.publicKey, [ofName, ofKey], []),
            ("Other 2", stranger, [], []), ("Other 2", other.publicKey, [ofKey], [ofKey]),
            ("Issuing", other.publicKey, [ofName, ofKey], [ofName, ofKey]),
            ("Other", chain[0].publicKey, [ofName, ofKey], [ofName, ofKey]),
        ]
        for (name, key, leaf, intermediate) in rows {
            let subject = DistinguishedName([(.country, "DE"), (.commonName, name)])
            let asLeaf = CertificateRequest(subject, key: key, names: [.dns("a.example")])
            #expect(
                try broken { try Profile.open().admit(asLeaf, validity: .aDay, by: issuer, at: now) }
                    == leaf, "\(name)")
            let asCA = CertificateRequest(subject, key: key, names: nil)
            let rules = try broken {
                try Self.rules { $0.subject.admitsAnyField = true }.admit(
                    asCA, notBefore: nil, notAfter: Self.end, pathLength: .unstated, by: issuer, at: now)
            }
            #expect(rules == intermediate, "\(name)")
        }
    }

    @Test("A child never outlives its issuer, and keeps to the authority's own maximum and backdate")
    func validity() throws {
        let issuer = try Self.issuer(nil)
        let rows: [(String?, String, Set<String>)] = [
            (nil, "2046-01-01T00:00:01Z", ["insideIssuerValidity notAfter", "maximumValidity notAfter"]),
            (nil, "2027-05-28T20:25:39Z", []), (nil, "2027-05-28T20:25:40Z", ["maximumValidity notAfter"]),
            ("2026-05-28T19:26:39Z", "2027-01-01T00:00:00Z", ["maximumBackdate notBefore"]),
            ("2026-06-05T00:00:00Z", "2026-06-04T00:00:00Z", ["maximumDelay notBefore", "validityOrder notAfter"]),
        ]
        for (start, end, breaks) in rows {
            let rules = try broken {
                try Self.rules().admit(
                    Self.request(), notBefore: start.map { try Instant(rfc3339: $0) }, notAfter: Instant(rfc3339: end),
                    pathLength: .unstated, by: issuer, at: now)
            }
            #expect(rules == breaks, "\(end)")
        }
    }

    @Test("An intermediate's key purposes stay within those of the chain, and are stated where the chain states some")
    func purposes() throws {
        var form = TestAuthority.Form()
        form.purposes = [.serverAuth, .clientAuth]
        let authority = try TestAuthority(form, key: TestKey(.p256))
        let rows: [([ASN1ObjectIdentifier], Set<String>)] = [
            ([.serverAuth], []), ([], ["issuerExtendedKeyUsage profile.extendedKeyUsages"]),
            ([.serverAuth, .codeSigning], ["issuerExtendedKeyUsage profile.extendedKeyUsages"]),
        ]
        for (purposes, breaks) in rows {
            let rules = try broken {
                try Self.rules { $0.extendedKeyUsages = purposes }.admit(
                    Self.request(), notBefore: nil, notAfter: Self.end, pathLength: .unstated, by: authority.issuer,
                    at: now)
            }
            #expect(rules == breaks)
        }
    }

    @Test("OpenSSL accepts a leaf below an intermediate that was signed here")
    func judged() throws {
        let authority = try TestAuthority.shared()
        let key = try TestKey.shared(.p384)
        let template = try Self.rules().admit(
            Self.request(), notBefore: nil, notAfter: Self.end, pathLength: .unstated, by: authority.issuer, at: now)
        let certificate = try authority.issue(template)
        let issuer = try Issuer(
            chain: [IssuerCertificate(der: certificate.der)] + authority.issuer.chain,
            locations: TestAuthority.locations)
        #expect(issuer.remainingPathLength == 0)
        let leaf = try Profile.test().admit(
            CertificateRequest(key: TestKey.shared(.p256).publicKey), validity: .aDay, by: issuer, at: now)
        let prepared = try issuer.prepare(leaf, serial: .random())
        let signature = try key.verifiedSignature(over: prepared.tbs)
        let sealed = try prepared.seal(signature)
        try OpenSSL.verify(
            sealed.der, chain: issuer.chain.map(\.der), at: now.secondsSinceEpoch, more: ["-purpose", "sslserver"])
    }
}
