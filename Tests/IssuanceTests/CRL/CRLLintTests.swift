import Testing
import Timekeeping

@testable import Issuance

/// Every lint is shown a CRL with the one fault that it is there for.
struct CRLLintTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let lint: String
        let says: String
        let make: @Sendable (inout DERTree) -> Void

        var testDescription: String { "\(lint): \(says)" }

        init(_ lint: String, _ says: String, _ make: @escaping @Sendable (inout DERTree) -> Void) {
            (self.lint, self.says, self.make) = (lint, says, make)
        }
    }

    private static func utc(_ text: String) -> DERTree { DERTree(0x17, Array(text.utf8)) }
    private static let number = CRLExtension.cRLNumber.identifierDER
    private static let point = CRLExtension.issuingDistributionPoint.identifierDER

    static let faults: [Fault] = [
        Fault("crlSyntax", "not a sequence of these fields") { $0.children.removeSubrange(1...2) },
        Fault("crlSyntax", "a time that does not exist") { $0.children[3] = utc("260231000000Z") },
        Fault("crlSyntax", "something behind the extensions") { $0.children.append(DERTree(0x05, [])) },
        Fault("crlVersion", "version 1, left out") { $0.children.removeFirst() },
        Fault("crlVersion", "version 3") { $0.children[0].content = [2] },
        Fault("crlSignatureAlgorithm", "SHA-384") { $0.children[1].children[0].content[7] ^= 1 },
        Fault("crlIssuerName", "the same name in another string type") {
            $0.children[2].children[1].children[0].children[1].tag = 0x13
        },
        Fault("crlTimeOrder", "no nextUpdate") { $0.children.remove(at: 4) },
        Fault("crlTimeOrder", "nextUpdate before thisUpdate") { $0.children.swapAt(3, 4) },
        Fault("crlTimeOrder", "nextUpdate at thisUpdate") { $0.children[4] = $0.children[3] },
        Fault("crlTimesAsOrdered", "thisUpdate a second later") { $0.children[3].content[11] ^= 1 },
        Fault("crlTimesAsOrdered", "nextUpdate a second later") { $0.children[4].content[11] ^= 1 },
        Fault("crlTimeEncoding", "GeneralizedTime before 2050") {
            $0.children[4] = DERTree(0x18, Array("20".utf8) + $0.children[4].content)
        },
        Fault("crlTimeEncoding", "GeneralizedTime before 2050 in an entry") {
            $0.entries[0].children[1] = DERTree(0x18, Array("20".utf8) + $0.entries[0].children[1].content)
        },
        Fault("crlExtensionsKnown", "one of another kind") { $0.extensions[0].children[0].content = [0x55, 0x1d, 99] },
        Fault("crlExtensionsKnown", "one that says that it is a delta CRL") {
            $0.extensions[1].children[0].content = [0x55, 0x1d, 27]
        },
        Fault("crlExtensionsKnown", "one that is an entry's") {
            $0.extensions[1].children[0].content = [0x55, 0x1d, 21]
        },
        Fault("crlExtensionsUnique", "one twice") { $0.extensions.append($0.extensions[0]) },
        Fault("crlCriticality", "a distribution point that may be passed over") {
            $0.change(point) { $0.setCritical(nil) }
        },
        Fault("crlCriticality", "a distribution point that says FALSE") { $0.change(point) { $0.setCritical(0) } },
        Fault("crlCriticality", "a critical number") { $0.change(number) { $0.setCritical(0xff) } },
        Fault("crlCriticality", "an encoded FALSE") { $0.change(.authorityKeyIdentifier) { $0.setCritical(0) } },
        Fault("crlAuthorityKeyIdentifier", "recomputed instead of copied") {
            $0.changeValue(.authorityKeyIdentifier) { $0.children[0].content = [UInt8](repeating: 7, count: 20) }
        },
        Fault("crlAuthorityKeyIdentifier", "with a serial number") {
            $0.changeValue(.authorityKeyIdentifier) { $0.children.append(DERTree(0x82, [1])) }
        },
        Fault("crlAuthorityKeyIdentifier", "left out") { $0.extensions.removeFirst() },
        Fault("crlNumberForm", "left out") { $0.extensions.remove(at: 1) },
        Fault("crlNumberForm", "zero") { $0.changeValue(number) { $0.content = [0] } },
        Fault("crlNumberForm", "negative") { $0.changeValue(number) { $0.content = [0x87] } },
        Fault("crlNumberForm", "a zero in front") { $0.changeValue(number) { $0.content.insert(0, at: 0) } },
        Fault("crlNumberForm", "no octet") { $0.changeValue(number) { $0.content = [] } },
        Fault("crlNumberForm", "21 octets") {
            $0.changeValue(number) { $0.content = [UInt8](repeating: 7, count: 21) }
        },
        Fault("crlNumberForm", "no INTEGER") { $0.changeValue(number) { $0.tag = 0x0a } },
        Fault("crlNumberAsOrdered", "the next one") { $0.changeValue(number) { $0.content[0] += 1 } },
        Fault("crlNumberAsOrdered", "one that ends alike") {
            $0.changeValue(number) { $0.content = [1] + [UInt8](repeating: 0, count: 8) + $0.content }
        },
        Fault("crlDistributionPoint", "empty") { $0.changeValue(point) { $0.children = [] } },
        Fault("crlDistributionPoint", "no name") { $0.changeValue(point) { $0.children[0].children[0].children = [] } },
        Fault("crlDistributionPoint", "an https URL") {
            $0.changeValue(point) { $0.children[0].children[0].children[0].content = Array("https://a.example/".utf8) }
        },
        Fault("crlDistributionPoint", "a name that is no URL") {
            $0.changeValue(point) { $0.children[0].children[0].children.append(DERTree(0x82, Array("a".utf8))) }
        },
        Fault("crlDistributionPoint", "a name relative to the issuer's") {
            $0.changeValue(point) { $0.children[0].children[0].tag = 0xa1 }
        },
        Fault("crlDistributionPoint", "an encoded FALSE") { $0.changeValue(point) { $0.children[1].content = [0] } },
        Fault("crlDistributionPoint", "users' and CAs' only, which is nobody's") {
            $0.changeValue(point) { $0.children.append(DERTree(0x82, [0xff])) }
        },
        Fault("crlDistributionPoint", "some reasons only") {
            $0.changeValue(point) { $0.children.append(DERTree(0x83, [6, 0x40])) }
        },
        Fault("crlDistributionPoint", "indirect") {
            $0.changeValue(point) { $0.children.append(DERTree(0x84, [0xff])) }
        },
        Fault("crlDistributionPoint", "attribute certificates only") {
            $0.changeValue(point) { $0.children[1] = DERTree(0x85, [0xff]) }
        },
        Fault("crlDistributionPointAsOrdered", "left out: a part for the whole") { $0.extensions.removeLast() },
        Fault("crlDistributionPointAsOrdered", "another URL") {
            $0.changeValue(point) { $0.children[0].children[0].children[0].content[9] ^= 1 }
        },
        Fault("crlDistributionPointAsOrdered", "CAs' instead of users'") {
            $0.changeValue(point) { $0.children[1].tag = 0x82 }
        },
        Fault("crlDistributionPointAsOrdered", "anybody's instead of users'") {
            $0.changeValue(point) { $0.children.removeLast() }
        },
        Fault("crlEntriesPresent", "an empty list") { $0.entries = [] },
        Fault("crlEntrySerialNumbers", "a zero in front") { $0.entries[0].children[0].content.insert(0, at: 0) },
        Fault("crlEntrySerialNumbers", "ones in front") { $0.entries[0].children[0].content = [0xff, 0x80] },
        Fault("crlEntrySerialNumbers", "no octet") { $0.entries[0].children[0].content = [] },
        Fault("crlEntriesAscending", "the wrong way round") { $0.entries.swapAt(0, 1) },
        Fault("crlEntriesAscending", "one twice") { $0.entries.insert($0.entries[1], at: 1) },
        Fault("crlEntriesAscending", "a negative one behind positive ones") {
            $0.entries[2].children[0].content[0] |= 0x80
        },
        Fault("crlEntryDates", "a second after thisUpdate") {
            $0.entries[0].children[1] = $0.children[3]
            $0.entries[0].children[1].content[11] ^= 1
        },
        Fault("crlEntryExtensions", "an empty list") { $0.entries[0].children[2].children = [] },
        Fault("crlEntryExtensions", "one of another kind") {
            $0.entries[0].children[2].children[0].children[0].content = [0x55, 0x1d, 24]
        },
        Fault("crlEntryExtensions", "one more") { tree in
            tree.entries[0].children[2].children.append(
                DERTree(0x30, children: [DERTree(0x06, [0x55, 0x1d, 24]), DERTree(0x04, [0x05, 0])]))
        },
        Fault("crlEntryExtensions", "a critical reason") { $0.entries[0].children[2].children[0].setCritical(0xff) },
        Fault("crlEntryExtensions", "an encoded FALSE") { $0.entries[0].children[2].children[0].setCritical(0) },
        Fault("crlSyntax", "two reasons") { tree in
            tree.entries[0].children[2].children.append(tree.entries[0].children[2].children[0])
        },
        Fault("crlEntryReasons", "unspecified") { $0.setReason(0) },
        Fault("crlEntryReasons", "certificateHold") { $0.setReason(6) },
        Fault("crlEntryReasons", "7, which is not used") { $0.setReason(7) },
        Fault("crlEntryReasons", "removeFromCRL") { $0.setReason(8) },
        Fault("crlEntryReasons", "11, which does not exist") { $0.setReason(11) },
        Fault("crlEntriesAsOrdered", "one left out") { $0.entries.removeLast() },
        Fault("crlEntriesAsOrdered", "all left out") { $0.children.remove(at: 5) },
        Fault("crlEntriesAsOrdered", "another number") { $0.entries[1].children[0].content[7] ^= 1 },
        Fault("crlEntriesAsOrdered", "another date") { $0.entries[1].children[1].content[11] ^= 1 },
        Fault("crlEntriesAsOrdered", "another reason") { $0.setReason(4) },
        Fault("crlEntriesAsOrdered", "no reason") { $0.entries[0].children.removeLast() },
    ]

    private static func sample() throws -> (Issuer, CRLTemplate, [UInt8]) {
        let issuer = try TestAuthority.shared().issuer
        let template = try CRLTemplate.test(
            [
                .test([0x11] + (1...19).map { $0 }, .keyCompromise), .test([0x5a] + (1...19).map { $0 }),
                .test([0x7f] + (1...19).map { $0 }, .superseded),
            ], at: IssuingDistributionPoint(urls: ["http://pki.example.org/1.crl"], scope: .userCertificates))
        return (issuer, template, try issuer.prepare(crl: template).tbs)
    }

    @Test("A lint bites where its fault is", arguments: faults)
    func bites(fault: Fault) throws {
        let (issuer, template, tbs) = try Self.sample()
        var tree = DERTree(tbs)
        #expect(tree.der == tbs)
        #expect(CRLLint.findings(in: tbs, of: template, by: issuer) == [])
        fault.make(&tree)
        let findings = CRLLint.findings(in: tree.der, of: template, by: issuer)
        #expect(findings.map(\.rule.name).contains(fault.lint), "\(findings.map(\.rule.name))")
    }

    @Test("Every lint has a fault that it was shown")
    func complete() {
        // That of the signer is a fault of its certificate.
        #expect(Set(Self.faults.map(\.lint)) == Set(CRLLint.all.map(\.rule.name)).subtracting(["crlSigner"]))
    }

    @Test("A CA whose certificate is without cRLSign prepares no CRL")
    func signer() throws {
        var form = TestAuthority.Form()
        form.keyUsage = [.keyCertSign]
        let issuer = try TestAuthority(form, key: TestKey(.p256)).issuer
        #expect(throws: IssuerError.self) { try issuer.checkSignsCRLs() }
        #expect(throws: IssuerError.chain(position: 0, "may not sign CRLs: its keyUsage has no cRLSign")) {
            try issuer.checkSignsCRLs()
        }
        #expect(try refusals { try issuer.prepare(crl: .test()).number } == ["crlSigner"])
        try TestAuthority.shared().issuer.checkSignsCRLs()
    }

    struct Order: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let lints: Set<String>
        let template: @Sendable () throws -> CRLTemplate
    }

    static let orders = [
        Order(testDescription: "number 0", lints: ["crlNumberForm"]) { try .test(number: 0) },
        Order(testDescription: "no time at all", lints: ["crlTimeOrder"]) {
            CRLTemplate(number: 1, thisUpdate: now, nextUpdate: now, entries: [])
        },
        Order(testDescription: "a certificate twice", lints: ["crlEntriesAscending"]) {
            try .test([.test([1]), .test([2]), .test([1], .superseded)])
        },
        Order(testDescription: "a revocation to come", lints: ["crlEntryDates"]) {
            try .test([RevokedCertificate(.random(), at: #require(now.adding(seconds: 1)))])
        },
        Order(testDescription: "a hold", lints: ["crlEntryReasons"]) { try .test([.test([1], .certificateHold)]) },
        Order(testDescription: "a removal", lints: ["crlEntryReasons"]) { try .test([.test([1], .removeFromCRL)]) },
        Order(testDescription: "an https URL", lints: ["crlDistributionPoint"]) {
            try .test(at: IssuingDistributionPoint(urls: ["https://pki.example.org/1.crl"]))
        },
        Order(
            testDescription: "a URL of other letters", lints: ["crlDistributionPoint", "crlDistributionPointAsOrdered"]
        ) {
            try .test(at: IssuingDistributionPoint(urls: ["http://pki.example.org/ü.crl"]))
        },
        Order(testDescription: "a distribution point that says nothing", lints: ["crlDistributionPoint"]) {
            try .test(at: IssuingDistributionPoint(urls: []))
        },
    ]

    @Test("What must not be signed is not prepared, whoever orders it", arguments: orders)
    func refused(order: Order) throws {
        let template = try order.template()
        #expect(try refusals { try TestAuthority.shared().issuer.prepare(crl: template).number } == order.lints)
    }

    @Test("A finding names the entry that it lies with")
    func names() throws {
        let (issuer, template, tbs) = try Self.sample()
        var tree = DERTree(tbs)
        tree.setReason(6)
        let findings = CRLLint.findings(in: tree.der, of: template, by: issuer)
        #expect(findings.allSatisfy { $0.message.contains("110102030405060708090a0b0c0d0e0f10111213") })
    }

    @Test("No bit of a TBSCertList can flip without a finding")
    func flips() throws {
        let (issuer, template, tbs) = try Self.sample()
        for index in tbs.indices {
            for bit in 0..<8 {
                var flipped = tbs
                flipped[index] ^= 1 << bit
                #expect(
                    !CRLLint.findings(in: flipped, of: template, by: issuer).isEmpty, "octet \(index), bit \(bit)")
            }
        }
    }

    /// The lints that found something.
    private func refusals(_ body: () throws -> UInt64) throws -> Set<String> {
        do {
            _ = try body()
            return []
        } catch IssuanceError.lintFailed(let findings) {
            return Set(findings.map(\.rule.name))
        }
    }
}

extension DERTree {
    /// Of a TBSCertList that has all its fields: the entries.
    var entries: [DERTree] {
        get { children[5].children }
        set { children[5].children = newValue }
    }

    /// Of the first entry.
    mutating func setReason(_ number: UInt8) {
        entries[0].children[2].children[0].changeValue { $0.content = [number] }
    }
}
