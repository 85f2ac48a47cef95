import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

/// Every lint is shown a certificate with the one fault that it is there for.
struct LintTests {
    enum Role: Sendable { case leaf, authority }

    struct Fault: CustomTestStringConvertible, Sendable {
        let lint: String
        let says: String
        var role = Role.leaf
        let make: @Sendable (inout DERTree) -> Void

        var testDescription: String { "\(lint): \(says)" }

        init(_ lint: String, _ says: String, _ role: Role = .leaf, _ make: @escaping @Sendable (inout DERTree) -> Void)
        {
            (self.lint, self.says, self.role, self.make) = (lint, says, role, make)
        }
    }

    private static func utc(_ text: String) -> DERTree { DERTree(0x17, Array(text.utf8)) }
    private static let serverAuth: [UInt8] = [0x2b, 6, 1, 5, 5, 7, 3, 1]

    static let faults: [Fault] = [
        Fault("certificateSyntax", "not a sequence of these fields") { $0.children.removeLast(2) },
        Fault("certificateSyntax", "a time that does not exist") { $0.children[4].children[0] = utc("260231000000Z") },
        Fault("version", "version 1, left out") { $0.children.removeFirst() },
        Fault("version", "version 2") { $0.children[0].children[0].content = [1] },
        Fault("serialNumberForm", "a negative number") { $0.children[1].content[0] |= 0x80 },
        Fault("serialNumberForm", "21 octets, as half of swift-certificates' have") {
            $0.children[1].content[0] |= 0x80
            $0.children[1].content.insert(0, at: 0)
        },
        Fault("certificateSyntax", "a serial number with a zero in front") { $0.children[1].content.insert(0, at: 0) },
        Fault("serialNumberForm", "63 bits (EJBCA, 2019)") { $0.children[1].content.removeFirst(12) },
        Fault("serialNumberDrawn", "another number") { $0.children[1].content[7] ^= 1 },
        Fault("signatureAlgorithmOfIssuer", "SHA-384") { $0.children[2].children[0].content[7] ^= 1 },
        Fault("issuerName", "the same name in another string type") {
            $0.children[3].children[1].children[0].children[1].tag = 0x13
        },
        Fault("timeOrder", "the end before the start") { $0.children[4].children.swapAt(0, 1) },
        Fault("timeWithinIssuer", "beyond the issuer's end") { $0.children[4].children[1] = utc("491231235959Z") },
        Fault("timeWithinIssuer", "before the issuer's start") { $0.children[4].children[0] = utc("201231235959Z") },
        Fault("timeAsAdmitted", "a second too long (Let's Encrypt, 2021)") {
            $0.children[4].children[1].content[11] ^= 1
        },
        Fault("timeEncoding", "GeneralizedTime before 2050") {
            let content = $0.children[4].children[0].content
            $0.children[4].children[0] = DERTree(0x18, Array("20".utf8) + content)
        },
        Fault("subjectAsAdmitted", "another subject") {
            $0.children[5].children[0].children[0].children[1].content[0] ^= 1
        },
        Fault("subjectForm", "an empty RDN") { $0.children[5].children[0].children = [] },
        Fault("subjectForm", "a CA without a name", .authority) { $0.children[5].children = [] },
        Fault("subjectPublicKey", "another key") { $0.children[6].children[1].content[20] ^= 1 },
        Fault("uniqueIdentifiers", "a subjectUniqueID") { $0.children.insert(DERTree(0x82, [0, 1]), at: 7) },
        Fault("extensionsPresent", "no extensions") { $0.children.removeLast() },
        Fault("extensionsPresent", "an empty list") { $0.extensions = [] },
        Fault("extensionsUnique", "one twice") { $0.extensions.append($0.extensions[0]) },
        Fault("extensionsKnown", "one of another kind") { $0.extensions[0].children[0].content = [0x55, 0x1d, 99] },
        Fault("extensionSyntax", "a value that is not DER") {
            $0.change(.extendedKeyUsage) { $0.children[1].content.append(0) }
        },
        Fault("extensionsAsAdmitted", "a SAN that no one approved (Infisical #8056)") {
            $0.changeValue(.subjectAlternativeName) { $0.children.append(DERTree(0x82, Array("evil.example".utf8))) }
        },
        Fault("extensionsAsAdmitted", "a purpose more") {
            $0.changeValue(.extendedKeyUsage) { $0.children.append(DERTree(0x06, [0x2b, 6, 1, 5, 5, 7, 3, 3])) }
        },
        Fault("criticalityDefault", "an encoded FALSE") { $0.change(.subjectKeyIdentifier) { $0.setCritical(0) } },
        Fault("criticality", "keyUsage not critical") { $0.change(.keyUsage) { $0.setCritical(nil) } },
        Fault("criticality", "AKI critical") { $0.change(.authorityKeyIdentifier) { $0.setCritical(0xff) } },
        Fault("criticality", "a CA's basicConstraints not critical", .authority) {
            $0.change(.basicConstraints) { $0.setCritical(nil) }
        },
        Fault("criticality", "name constraints not critical", .authority) {
            $0.change(.nameConstraints) { $0.setCritical(nil) }
        },
        Fault("emptySequence", "an empty extendedKeyUsage") { $0.changeValue(.extendedKeyUsage) { $0.children = [] } },
        Fault("emptySequence", "an empty SAN") { $0.changeValue(.subjectAlternativeName) { $0.children = [] } },
        Fault("authorityKeyIdentifier", "recomputed instead of copied") {
            $0.changeValue(.authorityKeyIdentifier) { $0.children[0].content = [UInt8](repeating: 7, count: 20) }
        },
        Fault("authorityKeyIdentifier", "left out") { $0.extensions.removeFirst() },
        Fault("subjectKeyIdentifier", "of another key") {
            $0.changeValue(.subjectKeyIdentifier) { $0.content[0] ^= 1 }
        },
        Fault("subjectKeyIdentifier", "left out") { $0.extensions.remove(at: 1) },
        Fault("keyUsageEncoding", "wrong unused bits (Sectigo, Trustwave)") {
            $0.changeValue(.keyUsage) { $0.content[0] = 0 }
        },
        Fault("keyUsageEncoding", "a trailing zero octet") { $0.changeValue(.keyUsage) { $0.content.append(0) } },
        Fault("keyUsageEncoding", "no bit") { $0.changeValue(.keyUsage) { $0.content = [0] } },
        Fault("keyUsageOfCA", "keyCertSign in a leaf") { $0.changeValue(.keyUsage) { $0.content = [2, 0x84] } },
        Fault("keyUsageOfCA", "a CA without keyCertSign", .authority) {
            $0.changeValue(.keyUsage) { $0.content = [1, 0x02] }
        },
        Fault("keyUsageOfKey", "keyEncipherment for an EC key") {
            $0.changeValue(.keyUsage) { $0.content = [5, 0xa0] }
        },
        Fault("basicConstraintsOfLeaf", "an encoded FALSE") {
            $0.changeValue(.basicConstraints) { $0.children = [DERTree(0x01, [0])] }
        },
        Fault("basicConstraintsOfLeaf", "a leaf with CA bits (Türktrust)") {
            $0.changeValue(.basicConstraints) { $0.children = [DERTree(0x01, [0xff])] }
        },
        Fault("basicConstraintsOfCA", "cA left out", .authority) {
            $0.changeValue(.basicConstraints) { $0.children = [] }
        },
        Fault("basicConstraintsOfCA", "a path length that the chain does not leave", .authority) {
            $0.changeValue(.basicConstraints) { $0.children[1].content = [1] }
        },
        Fault("basicConstraintsOfCA", "no path length under a limited issuer", .authority) {
            $0.changeValue(.basicConstraints) { $0.children.removeLast() }
        },
        Fault("extendedKeyUsage", "a purpose twice") {
            $0.changeValue(.extendedKeyUsage) { $0.children.append(DERTree(0x06, serverAuth)) }
        },
        Fault("extendedKeyUsage", "a purpose that the issuer does not let pass") {
            $0.changeValue(.extendedKeyUsage) { $0.children = [DERTree(0x06, [0x2b, 6, 1, 5, 5, 7, 3, 3])] }
        },
        Fault("extendedKeyUsage", "none below an issuer that is limited") { tree in
            tree.extensions.removeAll { $0.children[0].content == [0x55, 0x1d, 37] }
        },
        Fault("certificatePolicies", "a policy twice") {
            $0.changeValue(.certificatePolicies) { $0.children.append($0.children[0]) }
        },
        Fault("nameConstraintsOfCA", "in a leaf", .authority) {
            $0.changeValue(.basicConstraints) { $0.children = [] }
        },
        Fault("nameConstraintsOfCA", "empty", .authority) { $0.changeValue(.nameConstraints) { $0.children = [] } },
        Fault("alternativeNameCriticality", "critical beside a subject") {
            $0.change(.subjectAlternativeName) { $0.setCritical(0xff) }
        },
        Fault("alternativeNameCriticality", "not critical without a subject (Infisical #6899)") {
            $0.children[5].children = []
        },
        Fault("alternativeNameCriticality", "neither subject nor SAN") { tree in
            tree.children[5].children = []
            tree.extensions.removeAll { $0.children[0].content == [0x55, 0x1d, 17] }
        },
        Fault("alternativeNames", "an underscore") {
            $0.changeValue(.subjectAlternativeName) { $0.children[0].content[0] = UInt8(ascii: "_") }
        },
        Fault("alternativeNames", "an upper-case letter") {
            $0.changeValue(.subjectAlternativeName) { $0.children[0].content[0] = UInt8(ascii: "W") }
        },
        Fault("alternativeNames", "a trailing dot") {
            $0.changeValue(.subjectAlternativeName) { $0.children[0].content.append(UInt8(ascii: ".")) }
        },
        Fault("alternativeNames", "an IP address in a dNSName") {
            $0.changeValue(.subjectAlternativeName) { $0.children[0].content = Array("10.0.0.1".utf8) }
        },
        Fault("alternativeNames", "an address of 8 octets") {
            $0.changeValue(.subjectAlternativeName) { $0.children[1].content += [255, 0, 0, 0] }
        },
        Fault("alternativeNames", "a kind that is not certified") {
            $0.changeValue(.subjectAlternativeName) { $0.children.append(DERTree(0x88, [0x2a, 3])) }
        },
        Fault("alternativeNamesUnique", "a name twice") {
            $0.changeValue(.subjectAlternativeName) { $0.children.append($0.children[0]) }
        },
        Fault("emailAddresses", "one that is no rfc822Name") {
            $0.children[5].children[0].children[0].children[0].content = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1]
        },
        Fault("cRLDistributionPoints", "an https URL") {
            $0.changeValue(.cRLDistributionPoints) {
                $0.children[0].children[0].children[0].children[0].content = Array("https://pki.example.org/".utf8)
            }
        },
        Fault("authorityInformationAccess", "an ldap URL") {
            $0.changeValue(.authorityInformationAccess) { $0.children[0].children[1].content = Array("ldap://a/".utf8) }
        },
    ]

    /// An issuer with a path length, purposes, and a child of each role that passes.
    private static func sample(_ role: Role) throws -> (Issuer, CertificateTemplate, SerialNumber, [UInt8]) {
        var form = TestAuthority.Form()
        form.pathLength = 1
        form.purposes = [.serverAuth, .clientAuth]
        let issuer = try TestAuthority(form, key: .sharedAuthority(.p256)).issuer
        let template: CertificateTemplate
        switch role {
        case .leaf:
            let profile = try Profile.test { profile in
                profile.basicConstraints = .emptySequence
                profile.certificatePolicies = [[1, 3, 6, 1, 4, 1, 99999, 1]]
            }
            let request = CertificateRequest(
                DistinguishedName([(.commonName, "www.internal.example")]), key: try TestKey(.p256).publicKey,
                names: [.dns("www.internal.example"), .ip([10, 0, 0, 1])])
            template = try profile.admit(request, validity: .aDay, by: issuer, at: now)
        case .authority:
            var constraints = NameConstraints()
            constraints.permitted.dns = ["example"]
            let rules = try IntermediateTests.rules { rules in
                rules.extendedKeyUsages = [.serverAuth]
                rules.nameConstraints = constraints
            }
            template = try rules.admit(
                IntermediateTests.request(), notBefore: nil, notAfter: IntermediateTests.end, pathLength: .unstated,
                by: issuer, at: now)
        }
        let serial = SerialNumber.random()
        return (issuer, template, serial, try issuer.prepare(template, serial: serial).tbs)
    }

    @Test("A lint bites where its fault is", arguments: faults)
    func bites(fault: Fault) throws {
        let (issuer, template, serial, tbs) = try Self.sample(fault.role)
        var tree = DERTree(tbs)
        #expect(tree.der == tbs)
        #expect(Lint.findings(in: tbs, of: template, serial: serial, by: issuer) == [])
        fault.make(&tree)
        let findings = Lint.findings(in: tree.der, of: template, serial: serial, by: issuer)
        #expect(findings.map(\.rule.name).contains(fault.lint), "\(findings.map(\.rule.name))")
    }

    @Test("Every lint has a fault that it was shown")
    func complete() {
        #expect(Set(Self.faults.map(\.lint)) == Set(Lint.all.map(\.rule.name)))
    }

    @Test("Every rule has a name of its own")
    func unique() {
        let lints = Lint.all.map(\.rule) + CRLLint.all.map(\.rule)
        let names = (Rule.request + Rule.admission + Rule.baseline + lints).map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test("A template of one issuer is not prepared by another")
    func otherIssuer() throws {
        let (_, template, serial, _) = try Self.sample(.leaf)
        let other = try TestAuthority.shared()
        #expect {
            _ = try other.issuer.prepare(template, serial: serial).serial
        } throws: { error in
            guard case IssuanceError.lintFailed(let findings) = error else { return false }
            return findings.map(\.rule.name).contains("authorityKeyIdentifier")
        }
    }

    @Test("No bit of a TBSCertificate can flip without a finding")
    func flips() throws {
        let (issuer, template, serial, tbs) = try Self.sample(.leaf)
        for index in tbs.indices {
            for bit in 0..<8 {
                var flipped = tbs
                flipped[index] ^= 1 << bit
                #expect(
                    !Lint.findings(in: flipped, of: template, serial: serial, by: issuer).isEmpty,
                    "octet \(index), bit \(bit)")
            }
        }
    }
}
