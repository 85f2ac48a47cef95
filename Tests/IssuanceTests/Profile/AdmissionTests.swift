import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

struct AdmissionTests {
    private static let path = "csr.extensions.subjectAlternativeName"

    private func rules(
        _ profile: Profile, _ subject: DistinguishedName = .empty, kind: TestKey.Kind = .p256,
        names: [GeneralName]? = [.dns("www.internal.example")], extensions: [RequestedExtension] = [],
        attributes: [ASN1ObjectIdentifier] = []
    ) throws -> Set<String> {
        let request = CertificateRequest(
            subject, key: try TestKey.shared(kind).publicKey, names: names, extensions: extensions,
            attributes: attributes)
        return try broken { try profile.admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now) }
    }

    @Test(
        "A subject alternative name has to be of an admitted kind, well-formed, and match a pattern",
        arguments: [
            ([.dns("internal.example")], []), ([.dns("a.b.internal.example")], []), ([.ip([10, 1, 2, 3])], []),
            ([.dns("WWW.Internal.Example")], []), ([.dns("example.org")], ["sanAllowed \(path)[0]"]),
            ([.ip([192, 168, 0, 1])], ["sanAllowed \(path)[0]"]), ([.ip([10, 1, 2])], ["sanSyntax \(path)[0]"]),
            ([.ip([])], ["sanSyntax \(path)[0]"]), ([.dns("*.internal.example")], ["sanWildcard \(path)[0]"]),
            ([.dns("*.a.internal.example")], ["sanWildcard \(path)[0]"]),
            ([.dns("internal.example"), .email("a@internal.example")], ["sanKind \(path)[1]"]),
            ([.uri("https://internal.example")], ["sanKind \(path)[0]"]),
            ([.unsupported(tag: 0)], ["sanKind \(path)[0]"]),
            ([.dns("a.internal.example"), .dns("A.internal.example")], ["sanDuplicate \(path)[1]"]),
            ([.ip([10, 0, 0, 1]), .ip([10, 0, 0, 1])], ["sanDuplicate \(path)[1]"]),
            ([.dns("a_b.internal.example")], ["sanSyntax \(path)[0]"]), ([.dns("10.0.0.1")], ["sanSyntax \(path)[0]"]),
            (nil, ["sanRequired \(path)", "subjectEmpty csr.subject"]),
            ([], ["sanRequired \(path)", "subjectEmpty csr.subject"]),
            (
                [.dns("example.org"), .dns("a..internal.example"), .ip([1, 1, 1, 1])],
                ["sanAllowed \(path)[0]", "sanSyntax \(path)[1]", "sanAllowed \(path)[2]"]
            ),
        ] as [([GeneralName]?, Set<String>)])
    func names(names: [GeneralName]?, breaks: Set<String>) throws {
        #expect(try rules(.test(), names: names) == breaks)
    }

    @Test("Denied patterns, counts and wildcards hold")
    func nameRules() throws {
        let profile = try Profile.test { profile in
            profile.subjectAlternativeNames.admitsWildcards = true
            profile.subjectAlternativeNames.dns?.denied = [try DNSPattern(parsing: "secret.internal.example")]
            profile.subjectAlternativeNames.dns?.minimumCount = 1
            profile.subjectAlternativeNames.dns?.maximumCount = 2
        }
        #expect(try rules(profile, names: [.dns("*.a.internal.example")]) == [])
        #expect(try rules(profile, names: [.dns("secret.internal.example")]) == ["sanDenied \(Self.path)[0]"])
        #expect(try rules(profile, names: [.dns("*.internal.example")]) == ["sanDenied \(Self.path)[0]"])
        #expect(try rules(profile, names: [.ip([10, 0, 0, 1])]) == ["sanCount \(Self.path)"])
        let three = ["a", "b", "c"].map { GeneralName.dns($0 + ".internal.example") }
        #expect(try rules(profile, names: three) == ["sanCount \(Self.path)"])
    }

    @Test("Names are written in the request's order, DNS names in lower case, the rest to the letter")
    func namesWritten() throws {
        let names: [GeneralName] = [
            .uri("HTTPS://Example.org/A"), .dns("*.B.example"), .email("User@Example.ORG"), .dns("A.example"),
            .ip([10, 0, 0, 1]),
        ]
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey, names: names)
        let template = try Profile.open().admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        let written = CertificateExtension.subjectAlternativeName(
            [
                .uri("HTTPS://Example.org/A"), .dns("*.b.example"), .email("User@Example.ORG"), .dns("a.example"),
                .ip([10, 0, 0, 1]),
            ], isCritical: true)
        #expect(template.extensions.contains(written))
    }

    @Test(
        "A subject has the fields that the profile admits",
        arguments: [
            ([(.commonName, "www.internal.example")], ["subjectFieldRequired csr.subject.O"]),
            ([], ["subjectEmpty csr.subject"]),
            (
                [(.commonName, "a"), (.commonName, "b"), (.organization, "Example")],
                ["subjectFieldCount csr.subject.CN"]
            ),
            ([(.organization, "Other")], ["subjectValue csr.subject.O"]),
            (
                [(.organization, "Example"), (.organizationalUnit, "IT")],
                ["subjectField csr.subject.OU"]
            ),
            ([(.organization, "Example")], []),
        ] as [([(SubjectField, String)], Set<String>)])
    func subject(fields: [(SubjectField, String)], breaks: Set<String>) throws {
        let profile = try Profile.test { profile in
            profile.kind = .general
            profile.subject = SubjectRules(
                fields: [
                    .commonName: .init(), .organization: .init(isRequired: true, allowedValues: ["Example"]),
                    .country: .init(),
                ], mayBeEmpty: false)
        }
        #expect(try rules(profile, DistinguishedName(fields)) == breaks)
    }

    @Test(
        "Where any field is admitted, those with a rule are still counted",
        arguments: [
            ([(.commonName, "a")], []),
            ([(.commonName, "a"), (.commonName, "b")], ["subjectFieldCount csr.subject.CN"]),
            ([(.organization, "a"), (.organization, "b")], []),
        ] as [([(SubjectField, String)], Set<String>)])
    func anyField(fields: [(SubjectField, String)], breaks: Set<String>) throws {
        let profile = try Profile.open {
            $0.subject = SubjectRules(
                fields: [.commonName: .init(maximumCount: 1)], admitsAnyField: true, mayBeEmpty: true)
        }
        #expect(try rules(profile, DistinguishedName(fields)) == breaks)
    }

    @Test("An attribute without a name is refused by its OID, unless any is admitted")
    func unknownAttribute() throws {
        let attribute = DistinguishedName.Attribute(
            type: [2, 5, 4, 15], encoding: .utf8String, value: "Private Organization")
        let name = DistinguishedName(rdns: [[attribute]])
        #expect(try rules(.test(), name) == ["subjectField csr.subject.2.5.4.15"])
        #expect(try rules(.open(), name) == [])
    }

    @Test(
        "A common name of a TLS profile is one of the SANs",
        arguments: [
            ("www.internal.example", [.dns("www.internal.example")], true),
            ("WWW.internal.example", [.dns("www.INTERNAL.example")], true),
            ("10.0.0.1", [.ip([10, 0, 0, 1])], true), ("10.0.0.1", [.ip([10, 0, 0, 2])], false),
            ("other.internal.example", [.dns("www.internal.example")], false),
            ("A Name", [.dns("internal.example")], false),
        ] as [(String, [GeneralName], Bool)])
    func commonName(value: String, names: [GeneralName], isOne: Bool) throws {
        let subject = DistinguishedName([(.commonName, value)])
        #expect(try rules(.test(), subject, names: names) == (isOne ? [] : ["commonNameInSAN csr.subject.CN"]))
    }

    @Test(
        "A requested extension or attribute is fine, ignored or refused",
        arguments: [
            (.refuse, [.basicConstraints(isCA: false)], [], []),
            (.refuse, [.basicConstraints(isCA: true)], [], ["leafIsNoCA csr.extensions.basicConstraints"]),
            (
                .refuse, [.basicConstraints(isCA: false, pathLength: 0)], [],
                ["leafIsNoCA csr.extensions.basicConstraints"]
            ),
            (.ignoreAll, [.basicConstraints(isCA: true, pathLength: 0)], [], []),
            (.ignore([.keyUsage]), [.basicConstraints(isCA: true)], [], ["leafIsNoCA csr.extensions.basicConstraints"]),
            (.ignore([.basicConstraints]), [.basicConstraints(isCA: true)], [], []),
            (
                .refuse,
                [
                    RequestedExtension(
                        identifier: .subjectKeyIdentifier, isCritical: false, value: .subjectKeyIdentifier)
                ], [],
                []
            ),
            (
                .refuse, [.other([1, 3, 6, 1, 5, 5, 7, 1, 24])], [],
                ["extensionAdmitted csr.extensions.1.3.6.1.5.5.7.1.24"]
            ),
            (.ignore([[1, 3, 6, 1, 5, 5, 7, 1, 24]]), [.other([1, 3, 6, 1, 5, 5, 7, 1, 24])], [], []),
            (
                .ignore([[1, 3, 6, 1, 5, 5, 7, 1, 24]]), [.other(.certificatePolicies)], [],
                ["extensionAdmitted csr.extensions.certificatePolicies"]
            ),
            (.ignoreAll, [.other(.certificatePolicies)], [[1, 2, 3]], []),
            (.refuse, [], [[1, 2, 3]], ["attributeAdmitted csr.attributes.1.2.3"]),
            (.ignore([[1, 2, 3]]), [], [[1, 2, 3]], []),
            (.refuse, [.keyUsage([.digitalSignature])], [], []),
            (.refuse, [.keyUsage([.digitalSignature, .cRLSign])], [], ["keyUsageAdmitted csr.extensions.keyUsage"]),
            (.ignoreAll, [.keyUsage([.digitalSignature, .cRLSign])], [], []),
            (.refuse, [.purposes([.clientAuth])], [], []),
            (
                .refuse, [.purposes([.clientAuth, .codeSigning])], [],
                ["extendedKeyUsageAdmitted csr.extensions.extendedKeyUsage"]
            ),
            (.ignore([.extendedKeyUsage]), [.purposes([.codeSigning])], [], []),
        ] as [(RequestedExtensionRules, [RequestedExtension], [ASN1ObjectIdentifier], Set<String>)])
    func requested(
        handling: RequestedExtensionRules, extensions: [RequestedExtension], attributes: [ASN1ObjectIdentifier],
        breaks: Set<String>
    ) throws {
        let profile = try Profile.test { $0.requestedExtensions = handling }
        #expect(try rules(profile, extensions: extensions, attributes: attributes) == breaks)
    }

    @Test(
        "keyUsage is what was asked for, else the profile's as far as the key serves it",
        arguments: [
            (.rsa2048, [.digitalSignature, .keyEncipherment], nil, [.digitalSignature, .keyEncipherment]),
            (.p256, [.digitalSignature, .keyEncipherment], nil, [.digitalSignature]),
            (
                .ed25519, [.digitalSignature, .keyEncipherment, .dataEncipherment, .keyAgreement], nil,
                [.digitalSignature]
            ),
            (.rsa2048, [.digitalSignature, .keyEncipherment], [.keyEncipherment], [.keyEncipherment]),
            (.p521, [.digitalSignature, .keyEncipherment], [.digitalSignature], [.digitalSignature]),
            (.p256, [.digitalSignature, .keyEncipherment], [.keyEncipherment], nil),
            (.ed25519, [.keyEncipherment], nil, nil), (.rsa2048, [.keyAgreement], nil, nil),
            (.p256, [.keyAgreement, .encipherOnly], nil, [.keyAgreement, .encipherOnly]),
            (.rsa2048, [.digitalSignature, .keyAgreement, .decipherOnly], nil, [.digitalSignature]),
            (.p256, [.keyAgreement, .encipherOnly], [.encipherOnly], nil),
            (.ed25519, [.digitalSignature, .keyAgreement], [.keyAgreement], nil), (.p256, [.keyCertSign], nil, nil),
        ] as [(TestKey.Kind, KeyUsage, KeyUsage?, KeyUsage?)])
    func keyUsage(kind: TestKey.Kind, profile: KeyUsage, asked: KeyUsage?, written: KeyUsage?) throws {
        let request = CertificateRequest(
            key: try TestKey.shared(kind).publicKey, extensions: asked.map { [.keyUsage($0)] } ?? [])
        let profile = try Profile.test { $0.keyUsage = profile }
        let template = try? profile.admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        #expect(
            template?.extensions.lazy.compactMap { if case .keyUsage(let usage) = $0 { usage } else { nil } }.first
                == written)
    }

    @Test(
        "Where what a profile does not admit is ignored, keyUsage is what fits of what was asked for, else the profile's",
        arguments: [
            (.p256, [.digitalSignature, .keyEncipherment], [.keyEncipherment], [.digitalSignature]),
            (
                .p256, [.digitalSignature, .keyEncipherment], [.digitalSignature, .keyEncipherment], [.digitalSignature]
            ),
            (
                .p256, [.digitalSignature, .keyAgreement, .encipherOnly], [.digitalSignature, .encipherOnly],
                [.digitalSignature]
            ),
            (
                .p256, [.digitalSignature, .keyAgreement, .encipherOnly], [.encipherOnly],
                [.digitalSignature, .keyAgreement, .encipherOnly]
            ),
            (.rsa2048, [.digitalSignature, .keyEncipherment], [.keyEncipherment], [.keyEncipherment]),
            (
                .rsa2048, [.digitalSignature, .keyEncipherment], [.keyEncipherment, .cRLSign],
                [.digitalSignature, .keyEncipherment]
            ),
            (.rsa2048, [.digitalSignature, .keyEncipherment], [], [.digitalSignature, .keyEncipherment]),
            (.p256, [.keyEncipherment], [.keyEncipherment], nil), (.p256, [], [.digitalSignature], nil),
        ] as [(TestKey.Kind, KeyUsage, KeyUsage, KeyUsage?)])
    func ignoredKeyUsage(kind: TestKey.Kind, profile: KeyUsage, asked: KeyUsage, written: KeyUsage?) throws {
        let request = CertificateRequest(
            key: try TestKey.shared(kind).publicKey, extensions: [.keyUsage(asked)])
        let profile = try Profile.test {
            $0.keyUsage = profile
            $0.requestedExtensions = .ignoreAll
        }
        let template = try? profile.admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        #expect(
            template?.extensions.lazy.compactMap { if case .keyUsage(let usage) = $0 { usage } else { nil } }.first
                == written)
    }

    @Test("A profile without key usage or purposes writes neither")
    func nothingToWrite() throws {
        let profile = try Profile.test { profile in
            profile.keyUsage = []
            profile.extendedKeyUsages = []
        }
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey)
        let template = try profile.admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        #expect(
            template.extensions.map(\.kind) == [
                .authorityKeyIdentifier, .subjectKeyIdentifier, .subjectAlternativeName, .cRLDistributionPoints,
                .authorityInformationAccess,
            ])
    }

    @Test("Purposes are written in the profile's order, as many as were asked for")
    func purposesWritten() throws {
        let profile = try Profile.test { profile in
            profile.extendedKeyUsages = [.clientAuth, .emailProtection, .serverAuth]
            profile.isExtendedKeyUsageCritical = true
        }
        let request = CertificateRequest(
            key: try TestKey.shared(.p256).publicKey, extensions: [.purposes([.serverAuth, .clientAuth])])
        let template = try profile.admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        #expect(template.extensions.contains(.extendedKeyUsage([.clientAuth, .serverAuth], isCritical: true)))
    }

    @Test(
        "A key is one that the profile admits",
        arguments: [
            (.p256, true), (.p384, false), (.rsa2048, false), (.ed25519, false),
        ] as [(TestKey.Kind, Bool)])
    func keys(kind: TestKey.Kind, isAdmitted: Bool) throws {
        let profile = try Profile.test {
            $0.keys = KeyRules(curves: [.p256], rsaSizes: 3072...4096, admitsEd25519: false)
        }
        #expect(try rules(profile, kind: kind) == (isAdmitted ? [] : ["keyType csr.publicKey"]))
    }

    @Test(
        "Some purpose goes with the key usage, the one that was asked for included",
        arguments: [
            (nil, nil, true), ([.keyEncipherment], nil, true), ([.keyEncipherment], [.clientAuth], false),
            ([.keyEncipherment], [.serverAuth], true), ([.digitalSignature], [.clientAuth], true),
        ] as [(KeyUsage?, [ASN1ObjectIdentifier]?, Bool)])
    func purposes(usage: KeyUsage?, purposes: [ASN1ObjectIdentifier]?, isAdmitted: Bool) throws {
        let extensions = [usage.map { RequestedExtension.keyUsage($0) }, purposes.map { .purposes($0) }]
        #expect(
            try rules(.test(), kind: .rsa2048, extensions: extensions.compactMap(\.self))
                == (isAdmitted ? [] : ["purposeFitsKeyUsage profile.extendedKeyUsages"]))
    }

    @Test("The key of the issuer, or of a CA above it, is never certified")
    func issuersKey() throws {
        let authority = try TestAuthority.shared()
        for certificate in authority.issuer.chain {
            let request = CertificateRequest(key: certificate.publicKey)
            let rules = try broken { try Profile.test().admit(request, validity: .aDay, by: authority.issuer, at: now) }
            #expect(rules == ["issuerKey csr.publicKey"])
        }
    }

    @Test("Every violation is told at once")
    func all() throws {
        let rules = try rules(
            .test { $0.keys.curves = [] }, DistinguishedName([(.commonName, "x"), (.organizationalUnit, "y")]),
            names: [.dns("a_b"), .unsupported(tag: 0)],
            extensions: [.keyUsage([.cRLSign]), .basicConstraints(isCA: true), .other([1, 2, 3])],
            attributes: [[1, 2, 4]])
        #expect(
            rules == [
                "keyType csr.publicKey", "commonNameInSAN csr.subject.CN", "subjectField csr.subject.OU",
                "sanSyntax \(Self.path)[0]", "sanKind \(Self.path)[1]", "keyUsageAdmitted csr.extensions.keyUsage",
                "leafIsNoCA csr.extensions.basicConstraints", "extensionAdmitted csr.extensions.1.2.3",
                "attributeAdmitted csr.attributes.1.2.4",
            ])
    }
}
