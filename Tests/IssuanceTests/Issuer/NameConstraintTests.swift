import DERCoding
import SwiftASN1
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

/// Our verdict beside OpenSSL's: a root with constraints, a CA below it, and a leaf.
struct NameConstraintTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let constraints: NameConstraints
        let subject: DistinguishedName
        let names: [GeneralName]
        let isAdmitted: Bool
        /// Where we are stricter than OpenSSL, why.
        var stricter: String?

        var testDescription: String { "\(names) \(isAdmitted)" }

        init(
            _ subtrees: WritableKeyPath<NameConstraints, NameConstraints.Subtrees>,
            _ change: (inout NameConstraints.Subtrees) -> Void, _ names: [GeneralName], _ isAdmitted: Bool,
            subject: DistinguishedName = .empty, stricter: String? = nil
        ) {
            var constraints = NameConstraints()
            change(&constraints[keyPath: subtrees])
            self.constraints = constraints
            (self.subject, self.names, self.isAdmitted, self.stricter) = (subject, names, isAdmitted, stricter)
        }
    }

    private static func permitted(_ dns: String, _ name: String, _ isAdmitted: Bool, stricter: String? = nil) -> Row {
        Row(\.permitted, { $0.dns = [dns] }, [.dns(name)], isAdmitted, stricter: stricter)
    }

    private static func excluded(_ dns: String, _ name: String, _ isAdmitted: Bool, stricter: String? = nil) -> Row {
        Row(\.excluded, { $0.dns = [dns] }, [.dns(name)], isAdmitted, stricter: stricter)
    }

    /// A leaf's common name under a constraint, beside alternative names that pass it.
    private static func common(
        _ value: String, _ subtrees: WritableKeyPath<NameConstraints, NameConstraints.Subtrees>,
        _ change: (inout NameConstraints.Subtrees) -> Void, _ isAdmitted: Bool,
        beside names: [GeneralName] = [.dns("a.example.org")], stricter: String? = nil
    ) -> Row {
        Row(
            subtrees, change, names, isAdmitted, subject: DistinguishedName([(.commonName, value)]), stricter: stricter)
    }

    /// `C=DE, O=`, the latter in the string type of that tag.
    private static func organization(_ tag: UInt8, _ octets: [UInt8]) -> [UInt8] {
        DERBuilder.sequence(
            DERBuilder.set(
                DERBuilder.sequence(DERBuilder.objectIdentifier(2, 5, 4, 6), DERBuilder.element(0x13, Array("DE".utf8)))
            ),
            DERBuilder.set(
                DERBuilder.sequence(DERBuilder.objectIdentifier(2, 5, 4, 10), DERBuilder.element(tag, octets))))
    }

    private static func bmp(_ text: String) -> [UInt8] {
        organization(0x1e, text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] })
    }

    private static func directory(
        _ subtrees: WritableKeyPath<NameConstraints, NameConstraints.Subtrees>, _ base: [UInt8],
        _ isAdmitted: Bool, subject organization: String = "example", stricter: String? = nil
    ) -> Row {
        Row(
            subtrees, { $0.directoryNames = [base] }, [.dns("a.example")], isAdmitted,
            subject: DistinguishedName([(.country, "DE"), (.organization, organization)]), stricter: stricter)
    }

    private static let asLeaf = "verifiers may take a common name for what it looks like"
    private static let asHost = "GnuTLS and NSS take any common name for a host where there is no DNS name"
    private static let ambiguous = "a verifier that prepares names by RFC 4518 takes them for the same"
    private static let unreadable = "a base that cannot be read fails closed"
    private static let mapped: [UInt8] = IPAddress.mappedPrefix + [10, 9, 8, 7]

    private static let organization = DistinguishedName([(.country, "DE"), (.organization, "Example")])
    private static let ten: [UInt8] = [10, 0, 0, 0, 255, 0, 0, 0]

    static let rows: [Row] = [
        permitted("example.org", "example.org", true), permitted("example.org", "a.b.example.org", true),
        permitted("Example.ORG", "a.example.org", true), permitted("example.org", "xexample.org", false),
        permitted("example.org", "example.com", false), permitted("example.org", "*.example.org", true),
        permitted("a.example.org", "*.example.org", false), permitted(".example.org", "a.example.org", true),
        permitted("", "anything.example", true),
        permitted(".example.org", "example.org", false), excluded("example.org", "a.example.org", false),
        excluded("example.org", "example.org", false), excluded("example.org", "example.com", true),
        excluded("secret.example.org", "*.example.org", false, stricter: "the wildcard stands for the excluded host"),
        excluded("a.b.example.org", "*.example.org", true),
        Row(\.permitted, { $0.ip = [ten] }, [.ip([10, 9, 8, 7])], true),
        Row(\.permitted, { $0.ip = [ten] }, [.ip([11, 9, 8, 7])], false),
        Row(\.excluded, { $0.ip = [ten] }, [.ip([10, 9, 8, 7])], false),
        Row(\.permitted, { $0.ip = [ten] }, [.dns("example.org")], true),
        Row(\.permitted, { $0.ip = [ten] }, [.ip([UInt8](repeating: 0, count: 16))], false),
        Row(\.permitted, { $0.email = ["example.org"] }, [.email("a@example.org")], true),
        Row(\.permitted, { $0.email = ["example.org"] }, [.email("a@EXAMPLE.org")], true),
        Row(\.permitted, { $0.email = ["example.org"] }, [.email("a@b.example.org")], false),
        Row(\.permitted, { $0.email = [".example.org"] }, [.email("a@b.example.org")], true),
        Row(\.permitted, { $0.email = [".example.org"] }, [.email("a@example.org")], false),
        Row(\.permitted, { $0.email = ["a@example.org"] }, [.email("a@example.org")], true),
        Row(\.permitted, { $0.email = ["a@example.org"] }, [.email("b@example.org")], false),
        Row(\.permitted, { $0.email = ["a@example.org"] }, [.email("A@example.org")], false),
        Row(\.excluded, { $0.email = ["a@example.org"] }, [.email("a@EXAMPLE.org")], false),
        Row(
            \.excluded, { $0.email = ["a@example.org"] }, [.email("A@example.org")], false,
            stricter: "some compare the local part without case"),
        Row(
            \.excluded, { $0.email = ["a@example.org"] }, [.email("\"a\"@example.org")], false,
            stricter: "the quotes are no part of the mailbox"),
        Row(
            \.excluded, { $0.email = ["\"\\a\"@example.org"] }, [.email("a@example.org")], false,
            stricter: "the quotes are no part of the mailbox"),
        Row(
            \.permitted, { $0.email = ["example.org"] }, [.email("a@example.com")], false,
            subject: DistinguishedName([(.emailAddress, "a@example.com")])),
        Row(
            \.permitted, { $0.email = ["example.org"] }, [.email("a@example.org")], true,
            subject: DistinguishedName([(.emailAddress, "a@example.org")])),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("https://example.org/path")], true),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("https://a.example.org/path")], false),
        Row(\.permitted, { $0.uri = [".example.org"] }, [.uri("https://a.example.org:8443/path")], true),
        Row(\.permitted, { $0.uri = [".example.org"] }, [.uri("https://example.org/path")], false),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("urn:a:b")], false),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("https://u@example.org/x")], false),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("https://example.org?x")], false),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("https://example.org/?x")], true),
        Row(
            \.excluded, { $0.uri = ["example.org"] }, [.uri("https://192.0.2.1/")], false,
            stricter: "RFC 5280 § 4.2.1.10: a URI without a domain name does not pass any constraint"),
        Row(\.permitted, { $0.directoryNames = [organization.der] }, [.dns("a.example")], true),
        Row(
            \.permitted, { $0.directoryNames = [organization.der] }, [.dns("a.example")], true,
            subject: DistinguishedName([(.country, "DE"), (.organization, "EXAMPLE"), (.commonName, "x")])),
        Row(
            \.permitted, { $0.directoryNames = [organization.der] }, [.dns("a.example")], false,
            subject: DistinguishedName([(.country, "DE"), (.commonName, "x")])),
        Row(
            \.excluded, { $0.directoryNames = [organization.der] }, [.dns("a.example")], false,
            subject: DistinguishedName([(.country, "DE"), (.organization, " example "), (.commonName, "x")])),
        Row(
            \.permitted, { $0.dns = ["example.org"] }, [.ip([10, 0, 0, 1])], false,
            subject: DistinguishedName([(.commonName, "evil.example.com")])),
        common(
            "A. Person", \.permitted, { $0.dns = ["example.org"] }, false, beside: [.ip([10, 0, 0, 1])],
            stricter: asHost),
        common(
            "alice", \.permitted, { $0.dns = ["example.org"] }, false, beside: [.email("a@example.org")],
            stricter: asHost),
        common("Alice Smith", \.permitted, { $0.dns = ["example.org"] }, false, beside: [], stricter: asHost),
        common("a.example.org", \.permitted, { $0.dns = ["example.org"] }, true, beside: [.email("a@example.org")]),
        common("alice", \.excluded, { $0.dns = ["example.org"] }, true, beside: [.email("a@example.org")]),
        common("evil.example.com", \.permitted, { $0.dns = ["example.org"] }, false, stricter: asLeaf),
        common("EVIL.example.com", \.excluded, { $0.dns = ["evil.example.com"] }, false, beside: [.ip([10, 0, 0, 1])]),
        common("evil_a.example.com", \.permitted, { $0.dns = ["example.org"] }, false, beside: [.ip([10, 0, 0, 1])]),
        common("evil_a.example.com", \.permitted, { $0.dns = ["example.org"] }, false, stricter: asLeaf),
        common(" evil.example.com ", \.permitted, { $0.dns = ["example.org"] }, false, stricter: asLeaf),
        common("evil.example.com.", \.permitted, { $0.dns = ["example.org"] }, false, stricter: asLeaf),
        common("B.example.ORG", \.permitted, { $0.dns = ["example.org"] }, true),
        common("Example 2.0", \.permitted, { $0.dns = ["example.org"] }, true),
        common("host", \.permitted, { $0.dns = ["example.org"] }, true),
        common("11.9.8.7", \.permitted, { $0.ip = [ten] }, false, stricter: asLeaf),
        common("10.9.8.7", \.permitted, { $0.ip = [ten] }, true),
        common("10.9.8.7", \.excluded, { $0.ip = [ten] }, false, stricter: asLeaf),
        common("::ffff:10.9.8.7", \.excluded, { $0.ip = [ten] }, false, stricter: asLeaf),
        common("2001:db8::1", \.permitted, { $0.ip = [ten] }, false, stricter: asLeaf),
        common("10.9.8.07", \.excluded, { $0.ip = [ten] }, false, stricter: asLeaf),
        common("a_b.example.com", \.excluded, { $0.ip = [ten] }, false, stricter: asLeaf),
        common("a_b.example.com", \.excluded, { $0.uri = ["example.org"] }, true),
        Row(\.excluded, { $0.ip = [ten] }, [.ip(mapped)], false, stricter: "10.9.8.7 in its IPv6 form"),
        Row(\.permitted, { $0.ip = [ten] }, [.ip(mapped)], false),
        Row(
            \.excluded, { $0.ip = [mapped + [UInt8](repeating: 0xff, count: 13) + [0, 0, 0]] }, [.ip([10, 9, 8, 7])],
            false, stricter: "the IPv4 form of an excluded address"),
        Row(
            \.excluded, { $0.ip = [mapped + [UInt8](repeating: 0xff, count: 13) + [0, 0, 0]] }, [.ip([11, 9, 8, 7])],
            true),
        Row(\.excluded, { $0.ip = [[UInt8](repeating: 0, count: 32)] }, [.ip([10, 9, 8, 7])], true),
        Row(\.excluded, { $0.dns = ["*.example.org"] }, [.dns("example.com")], false, stricter: unreadable),
        Row(\.permitted, { $0.dns = ["*.example.org"] }, [.dns("a.example.org")], false),
        Row(\.excluded, { $0.email = ["a b@example.org"] }, [.email("a@example.com")], false, stricter: unreadable),
        Row(\.excluded, { $0.email = ["@example.org"] }, [.email("a@example.com")], false, stricter: unreadable),
        Row(\.excluded, { $0.email = ["@example.org"] }, [.dns("a.example.com")], true),
        Row(\.permitted, { $0.email = ["a@"] }, [.email("a@example.com")], false),
        Row(
            \.excluded, { $0.uri = ["https://example.org"] }, [.uri("https://example.com/")], false,
            stricter: unreadable),
        Row(
            \.permitted, { $0.dns = ["example.org"] }, [.email("a@example.com"), .dns("example.org")], true,
            subject: DistinguishedName([(.emailAddress, "a@example.com")])),
        Row(
            \.excluded, { $0.email = ["example.org"] }, [.email("a@example.org")], false,
            subject: DistinguishedName([(.emailAddress, "a@EXAMPLE.org")])),
        directory(\.permitted, organization(0x13, Array("Kelvin".utf8)), false, subject: "\u{212A}elvin"),
        directory(
            \.excluded, organization(0x13, Array("Kelvin".utf8)), false, subject: "\u{212A}elvin", stricter: ambiguous),
        directory(
            \.excluded, organization(0x13, Array("Example".utf8)), false, subject: "Exam\u{ad}ple", stricter: ambiguous),
        directory(
            \.excluded, organization(0x13, Array("Example".utf8)), false, subject: "\u{ff45}xample", stricter: ambiguous
        ),
        directory(\.excluded, organization(0x13, Array("Example".utf8)), true, subject: "Exämple"),
        directory(\.excluded, bmp("EXAMPLE"), false), directory(\.excluded, bmp("Exampel"), true),
        directory(\.permitted, bmp(" Example"), true), directory(\.permitted, bmp("Other"), false),
        directory(\.excluded, organization(0x1c, "Ex".utf8.flatMap { [0, 0, 0, $0] }), false, subject: "eX"),
        directory(
            \.excluded, organization(0x1e, [0xd8, 0, 0xdc, 0]), false),
        directory(\.excluded, organization(0x14, Array("Elsewhere".utf8)), false, stricter: unreadable),
        directory(\.permitted, organization(0x14, Array("Example".utf8)), false, stricter: unreadable),
    ]

    @Test("Name constraints of a root hold for a leaf two levels below, and OpenSSL agrees", arguments: rows)
    func holds(row: Row) throws {
        let (upper, lower) = Self.forms(row.constraints, areImposed: true)
        let root = try TestAuthority(upper, key: .sharedAuthority(.p256))
        let authority = try TestAuthority(lower, key: .sharedAuthority(.p384), below: root)
        let request = CertificateRequest(row.subject, key: try TestKey.shared(.p256).publicKey, names: row.names)
        let rules = try broken { try Profile.open().admit(request, validity: .aDay, by: authority.issuer, at: now) }
        #expect(rules.isEmpty == row.isAdmitted, "\(rules)")
        #expect(rules.allSatisfy { $0.hasPrefix("nameConstraints ") })

        // For OpenSSL's word the same leaf is signed by the same keys without the constraints in our way.
        let (plainUpper, plainLower) = Self.forms(row.constraints, areImposed: false)
        let plainRoot = try TestAuthority(plainUpper, key: .sharedAuthority(.p256))
        let plain = try TestAuthority(plainLower, key: .sharedAuthority(.p384), below: plainRoot)
        let template = try Profile.open().admit(request, validity: .aDay, by: plain.issuer, at: now)
        let leaf = try plain.issue(template).der
        let chain = authority.issuer.chain.map(\.der)
        if row.isAdmitted || row.stricter != nil {
            try OpenSSL.verify(leaf, chain: chain, at: now.secondsSinceEpoch)
        } else {
            #expect(throws: (any Error).self) { try OpenSSL.verify(leaf, chain: chain, at: now.secondsSinceEpoch) }
        }
    }

    private static func forms(
        _ constraints: NameConstraints, areImposed: Bool
    ) -> (TestAuthority.Form, TestAuthority.Form) {
        var (upper, lower) = (TestAuthority.Form(), TestAuthority.Form())
        if areImposed { upper.nameConstraints = constraints }
        // The CA below the root is subject to directoryName constraints itself.
        let organization = constraints.excluded.directoryNames.isEmpty ? "Example" : "Other"
        lower.subject = DistinguishedName([
            (.country, "DE"), (.organization, organization), (.commonName, "Issuing"),
        ])
        return (upper, lower)
    }

    @Test("Subtrees that stand there twice, or hold none, are no name constraints", arguments: [0xa0, 0xa1] as [UInt8])
    func malformed(tag: UInt8) throws {
        func read(_ subtrees: [UInt8]...) throws -> CertificateExtension {
            try CertificateExtension(
                .nameConstraints, DERReader(DERBuilder.sequence(subtrees.flatMap(\.self))), isCritical: true)
        }
        let subtrees = DERBuilder.element(tag, DERBuilder.sequence(DERBuilder.text(0x82, "example.org")))
        _ = try read(subtrees)
        #expect(throws: (any Error).self) { try read(subtrees, subtrees) }
        #expect(throws: (any Error).self) { try read(DERBuilder.element(tag)) }
        // A kind that this service never certifies is passed over, what only looks like one is not.
        func base(_ tag: UInt8) -> [UInt8] { DERBuilder.element(tag, DERBuilder.text(0x16, "example.org")) }
        _ = try read(DERBuilder.element(tag, DERBuilder.sequence(base(0xa5))))
        for odd in [0xa2, 0x84, 0x80, 0xa8] as [UInt8] {
            #expect(throws: (any Error).self) { try read(DERBuilder.element(tag, DERBuilder.sequence(base(odd)))) }
        }
    }

    @Test(
        "An intermediate's subject is held to the constraints above it, its common name never taken for a host",
        arguments: [
            ([(.organization, "Example")], []), ([(.organization, "Other")], ["nameConstraints csr.subject"]),
            ([(.organization, "Example"), (.commonName, "evil.example")], []),
            ([(.organization, "Example"), (.commonName, "10.0.0.1")], []),
            (
                [(.organization, "Example"), (.emailAddress, "a@example.org")],
                ["emailAddressInSAN csr.subject.emailAddress"]
            ),
            (
                [(.organization, "Example"), (.emailAddress, "a@evil.example")],
                ["emailAddressInSAN csr.subject.emailAddress", "nameConstraints csr.subject.emailAddress"]
            ),
        ] as [([(SubjectField, String)], Set<String>)])
    func intermediate(fields: [(SubjectField, String)], breaks: Set<String>) throws {
        var form = TestAuthority.Form()
        var constraints = NameConstraints()
        constraints.permitted.directoryNames = [Self.organization.der]
        constraints.permitted.dns = ["example.org"]
        constraints.permitted.email = ["example.org"]
        constraints.excluded.ip = [Self.ten]
        form.nameConstraints = constraints
        let authority = try TestAuthority(form, key: .sharedAuthority(.p256))
        let rules = try broken {
            try IntermediateTests.rules {
                $0.subject = SubjectRules(fields: [:], admitsAnyField: true, mayBeEmpty: false)
            }
            .admit(
                IntermediateTests.request(DistinguishedName([(.country, "DE")] + fields)), notBefore: nil,
                notAfter: IntermediateTests.end, pathLength: .unstated, by: authority.issuer, at: now)
        }
        #expect(rules == breaks)
    }
}
