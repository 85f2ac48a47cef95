import TestSupport
import Testing
import Timekeeping

@testable import Issuance

struct CertificateRevocationListTests {
    private static let url = "http://pki.example.org/1.crl"

    private static func sample() throws -> CRLTemplate {
        try .test(
            [.test([1], .keyCompromise), .test([0x5a] + (1...19).map { $0 })], number: 0x1234,
            at: IssuingDistributionPoint(urls: [url], scope: .userCertificates))
    }

    @Test("A CRL of ours reads back as what was ordered")
    func readsBack() throws {
        let authority = try TestAuthority.shared()
        let template = try Self.sample()
        let issued = try authority.issue(crl: template)
        let read = try CertificateRevocationList(der: issued.der)
        #expect(read.der == issued.der)
        #expect(read.issuer == authority.issuer.certificate.subject)
        #expect(read.authorityKeyIdentifier == authority.issuer.keyIdentifier)
        #expect((read.number, read.numberOctets) == (0x1234, [0x12, 0x34]))
        #expect((read.thisUpdate, read.nextUpdate) == (template.thisUpdate, template.nextUpdate))
        #expect(read.entries == template.entries)
        #expect(read.limits == [.distributionPoint, .onlyUserCertificates])
        #expect(read.distributionPointURLs == [Self.url])
        #expect(read.unreadCriticalExtensions.isEmpty)
        #expect((read.signature, read.signatureAlgorithm) == (issued.signature, authority.issuer.signatureAlgorithm))
    }

    @Test("100,000 entries read back")
    func large() throws {
        let authority = try TestAuthority.shared()
        let template = try CRLTemplate.test(
            (0..<100_000).map { RevokedCertificate(.random(), at: now, for: RevocationReason.allCases[$0 % 6]) })
        let read = try CertificateRevocationList(der: authority.issue(crl: template).der)
        #expect(read.entries == template.entries)
        #expect(read.isSigned(by: authority.issuer.certificate))
    }

    @Test("It is read from DER, from PEM, and from PEM with text in front; from nothing else")
    func files() throws {
        let der = try TestAuthority.shared().issue(crl: Self.sample()).der
        let pem = PEM.encode(der, label: "X509 CRL")
        for contents in [der, Array(pem.utf8), Array(("Certificate Revocation List (CRL):\n" + pem).utf8)] {
            #expect(try CertificateRevocationList(contents: contents).der == der)
        }
        let faults: [(String, CRLError)] = [
            ("", .pem(.noBlock)), (pem + pem, .pem(.severalBlocks)),
            (PEM.encode(der, label: "CERTIFICATE"), .pem(.unexpectedLabel)),
            (String(pem.dropLast(5)), .pem(.malformedBoundary)),
        ]
        for (text, fault) in faults {
            #expect(throws: fault) { try CertificateRevocationList(contents: Array(text.utf8)) }
        }
        #expect(throws: CRLError.self) { try CertificateRevocationList(contents: der + [0]) }
        #expect(throws: CRLError.self) { try CertificateRevocationList(contents: der.dropLast()) }
    }

    @Test("It is signed by its own CA and by no other", arguments: TestKey.Kind.allCases)
    func signatures(kind: TestKey.Kind) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind))
        let certificate = authority.issuer.certificate
        let template = try Self.sample()
        let der = try authority.issue(crl: template).der
        #expect(try CertificateRevocationList(der: der).isSigned(by: certificate))

        let sameName = try TestAuthority(key: TestKey(kind))
        #expect(sameName.issuer.certificate.subject == certificate.subject)
        #expect(try !CertificateRevocationList(der: der).isSigned(by: sameName.issuer.certificate))

        func sameKey(_ change: (inout TestAuthority.Form) -> Void) throws -> IssuerCertificate {
            var form = TestAuthority.Form()
            change(&form)
            return try IssuerCertificate(der: TestAuthority.certificate(form, key: authority.key))
        }
        #expect(try !CertificateRevocationList(der: der).isSigned(by: sameKey { $0.name = "Other" }))
        #expect(try !CertificateRevocationList(der: der).isSigned(by: sameKey { $0.keyUsage = [.keyCertSign] }))
        // RFC 5280 § 7.1: it is one name.
        #expect(try CertificateRevocationList(der: der).isSigned(by: sameKey { $0.name = "ROOT" }))

        let touched = try authority.issue(crl: template) { $0.entries.removeFirst() }
        #expect(try CertificateRevocationList(der: touched).isSigned(by: certificate))
        let unsigned = TestAuthority.assemble(
            try CertificateRevocationList(der: touched).tbs, authority.issuer.signatureAlgorithm,
            try CertificateRevocationList(der: der).signature)
        #expect(try !CertificateRevocationList(der: unsigned).isSigned(by: certificate))
    }

    struct Form: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (inout DERTree) -> Void
        let check: @Sendable (CertificateRevocationList) -> Bool

        init(
            _ says: String, _ change: @escaping @Sendable (inout DERTree) -> Void,
            _ check: @escaping @Sendable (CertificateRevocationList) -> Bool
        ) {
            (testDescription, self.change, self.check) = (says, change, check)
        }
    }

    private static func addExtension(_ arc: UInt8, _ value: [UInt8], critical: Bool, to list: inout [DERTree]) {
        list.append(
            DERTree(
                0x30,
                children: [DERTree(0x06, [0x55, 0x1d, arc])] + (critical ? [DERTree(0x01, [0xff])] : [])
                    + [DERTree(0x04, value)]))
    }

    private static func changePoint(_ tree: inout DERTree, _ body: (inout DERTree) -> Void) {
        tree.changeValue(CRLExtension.issuingDistributionPoint.identifierDER, body)
    }

    private static func changeNumber(_ tree: inout DERTree, to octets: [UInt8]) {
        tree.changeValue(CRLExtension.cRLNumber.identifierDER) { $0.content = octets }
    }

    /// What other CAs write, and we do not.
    static let forms: [Form] = [
        Form("version 1", { $0.children.removeFirst() }, { $0.entries.count == 2 }),
        Form("no nextUpdate", { $0.children.remove(at: 4) }, { $0.nextUpdate == nil && $0.entries.count == 2 }),
        Form(
            "GeneralizedTime before 2050",
            {
                $0.children[3] = DERTree(0x18, Array("20".utf8) + $0.children[3].content)
            }, { $0.thisUpdate == now }),
        Form("no entries", { $0.children.remove(at: 5) }, { $0.entries.isEmpty }),
        Form("an empty list of entries", { $0.entries = [] }, { $0.entries.isEmpty }),
        Form(
            "no extensions", { $0.children.removeLast() },
            {
                $0.number == nil && $0.numberOctets == nil && $0.authorityKeyIdentifier == nil && $0.limits.isEmpty
            }),
        Form(
            "entries out of order, and one twice", { $0.entries = [$0.entries[1], $0.entries[0], $0.entries[0]] },
            {
                $0.entries.map(\.serialNumber.count) == [20, 1, 1]
            }),
        Form(
            "a serial number of 21 octets",
            {
                $0.entries[1].children[0].content = [0] + [UInt8](repeating: 0xff, count: 20)
            }, { $0.entries[1].serialNumber.count == 21 }),
        Form(
            "serial numbers that are zero and negative",
            {
                $0.entries[0].children[0].content = [0]
                $0.entries[1].children[0].content = [0x80]
            }, { $0.entries.map(\.serialNumber) == [[0], [0x80]] }),
        Form("a reason that says unspecified", { $0.setReason(0) }, { $0.entries[0].reason == nil }),
        Form("a hold", { $0.setReason(6) }, { $0.entries[0].reason == .certificateHold }),
        Form("a removal", { $0.setReason(8) }, { $0.entries[0].reason == .removeFromCRL }),
        Form("a reason that no standard gives", { $0.setReason(11) }, { $0.entries[0].reason == nil }),
        Form(
            "an empty list of an entry's extensions", { $0.entries[0].children[2].children = [] },
            {
                $0.entries[0].reason == nil
            }),
        Form(
            "an entry with an invalidity date",
            {
                addExtension(
                    24, [0x18, 0x0f] + Array("20260101000000Z".utf8), critical: false,
                    to: &$0.entries[0].children[2].children)
            }, { $0.entries[0].reason == .keyCompromise && $0.unreadCriticalExtensions.isEmpty }),
        Form(
            "an entry of another CA",
            {
                addExtension(29, [0x30, 0], critical: true, to: &$0.entries[0].children[2].children)
            }, { $0.isIndirect && $0.unreadCriticalExtensions.isEmpty }),
        Form(
            "an entry with something critical",
            {
                addExtension(99, [0x05, 0], critical: true, to: &$0.entries[0].children[2].children)
            }, { $0.unreadCriticalExtensions == ["2.5.29.99"] }),
        Form(
            "something critical", { addExtension(98, [0x05, 0], critical: true, to: &$0.extensions) },
            {
                $0.unreadCriticalExtensions == ["2.5.29.98"]
            }),
        Form(
            "a freshest CRL", { addExtension(46, [0x30, 0], critical: false, to: &$0.extensions) },
            {
                $0.unreadCriticalExtensions.isEmpty && !$0.isDelta
            }),
        Form(
            "a delta", { addExtension(27, [0x02, 1, 6], critical: true, to: &$0.extensions) },
            {
                $0.isDelta && $0.unreadCriticalExtensions.isEmpty
            }),
        Form("an indirect one", { changePoint(&$0) { $0.children.append(DERTree(0x84, [0xff])) } }, { $0.isIndirect }),
        Form(
            "one of some reasons", { changePoint(&$0) { $0.children.append(DERTree(0x83, [6, 0x40])) } },
            {
                $0.limits.contains(.onlySomeReasons)
            }),
        Form(
            "one of CAs", { changePoint(&$0) { $0.children = [DERTree(0x82, [0xff])] } },
            {
                $0.limits == [.onlyCACertificates] && $0.distributionPointURLs.isEmpty
            }),
        Form(
            "one of attribute certificates", { changePoint(&$0) { $0.children = [DERTree(0x85, [0xff])] } },
            {
                $0.limits == [.onlyAttributeCertificates]
            }),
        Form(
            "a distribution point in a directory",
            {
                changePoint(&$0) {
                    $0.children[0].children[0].children.insert(
                        DERTree(0xa4, children: [DERTree(0x30, children: [])]), at: 0)
                }
            }, { $0.limits.contains(.distributionPoint) && $0.distributionPointURLs == [url] }),
        Form(
            "a key identifier with a serial number beside",
            {
                $0.changeValue(.authorityKeyIdentifier) { $0.children.append(DERTree(0x82, [1])) }
            }, { $0.authorityKeyIdentifier?.count == 20 }),
        Form(
            "a key identifier that is a serial number alone",
            {
                $0.changeValue(.authorityKeyIdentifier) { $0.children = [DERTree(0x82, [1])] }
            }, { $0.authorityKeyIdentifier == nil }),
        Form(
            "a number of 64 bits", { changeNumber(&$0, to: [0] + [UInt8](repeating: 0xff, count: 8)) },
            {
                $0.number == .max
            }),
        Form(
            "a number of 65 bits", { changeNumber(&$0, to: [1, 0, 0, 0, 0, 0, 0, 0, 0]) },
            {
                $0.number == nil && $0.numberOctets?.count == 9
            }),
        Form("number zero", { changeNumber(&$0, to: [0]) }, { $0.number == 0 }),
        Form("a negative number", { changeNumber(&$0, to: [0xff]) }, { $0.number == nil && $0.numberOctets == [0xff] }),
    ]

    @Test("What other CAs write is read for what it says", arguments: forms)
    func readsForm(form: Form) throws {
        let authority = try TestAuthority.shared()
        let read = try CertificateRevocationList(der: authority.issue(crl: Self.sample(), form.change))
        #expect(form.check(read))
        #expect(read.isSigned(by: authority.issuer.certificate))
    }

    static let faults: [(String, @Sendable (inout DERTree) -> Void)] = [
        ("version 3", { $0.children[0].content = [2] }),
        ("two signature algorithms", { $0.children[1].children[0].content[7] ^= 1 }),
        ("a padded serial number", { $0.entries[0].children[0].content = [0, 1] }),
        ("an empty serial number", { $0.entries[0].children[0].content = [] }),
        ("a date without seconds", { $0.entries[0].children[1].content.removeSubrange(10...11) }),
        ("a reason of no octet", { tree in tree.entries[0].children[2].children[0].changeValue { $0.content = [] } }),
        ("a reason that is an INTEGER", { tree in tree.entries[0].children[2].children[0].changeValue { $0.tag = 2 } }),
        ("two reasons", { $0.entries[0].children[2].children.append($0.entries[0].children[2].children[0]) }),
        ("an extension twice", { $0.extensions.append($0.extensions[1]) }),
        ("a padded number", { changeNumber(&$0, to: [0, 1]) }),
        ("a distribution point that says FALSE", { changePoint(&$0) { $0.children[1].content = [0] } }),
        ("an entry that goes on", { $0.entries[0].children.append(DERTree(0x05, [])) }),
    ]

    @Test("What is not as the standard has it is refused", arguments: faults)
    func refusesFault(says: String, change: @Sendable (inout DERTree) -> Void) throws {
        let der = try TestAuthority.shared().issue(crl: Self.sample(), change)
        #expect {
            try CertificateRevocationList(der: der)
        } throws: { error in
            if case CRLError.malformed = error { true } else { false }
        }
    }
}
