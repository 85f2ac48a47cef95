import SwiftASN1
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
        Row(\.excluded, { $0.email = ["a@example.org"] }, [.email("A@example.org")], true),
        Row(
            \.excluded, { $0.email = ["a@example.org"] }, [.email("\"a\"@example.org")], false,
            stricter: "the quotes are no part of the mailbox"),
        Row(
            \.excluded, { $0.email = ["\"\\a\"@example.org"] }, [.email("a@example.org")], false,
            stricter: "the quotes are no part of the mailbox"),
        Row(
            \.permitted, { $0.email = ["example.org"] }, [.dns("x.example")], false,
            subject: DistinguishedName([(.emailAddress, "a@example.com")])),
        Row(
            \.permitted, { $0.email = ["example.org"] }, [.dns("x.example")], true,
            subject: DistinguishedName([(.emailAddress, "a@example.org")])),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("https://example.org/path")], true),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("https://a.example.org/path")], false),
        Row(\.permitted, { $0.uri = [".example.org"] }, [.uri("https://a.example.org:8443/path")], true),
        Row(\.permitted, { $0.uri = [".example.org"] }, [.uri("https://example.org/path")], false),
        Row(\.permitted, { $0.uri = ["example.org"] }, [.uri("urn:a:b")], false),
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
        Row(
            \.permitted, { $0.dns = ["example.org"] }, [.ip([10, 0, 0, 1])], true,
            subject: DistinguishedName([(.commonName, "A. Person")])),
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

    @Test("An intermediate's subject is held to the directoryName constraints above it")
    func intermediate() throws {
        var form = TestAuthority.Form()
        var constraints = NameConstraints()
        constraints.permitted.directoryNames = [Self.organization.der]
        form.nameConstraints = constraints
        let authority = try TestAuthority(form, key: TestKey(.p256))
        let inside = DistinguishedName([(.country, "DE"), (.organization, "Example"), (.commonName, "Sub")])
        let outside = DistinguishedName([(.country, "DE"), (.organization, "Other"), (.commonName, "Sub")])
        let rows: [(DistinguishedName, Set<String>)] = [(inside, []), (outside, ["nameConstraints csr.subject"])]
        for (name, breaks) in rows {
            let rules = try broken {
                try IntermediateTests.rules { $0.subject.admitsAnyField = true }.admit(
                    IntermediateTests.request(name), notBefore: nil, notAfter: IntermediateTests.end,
                    pathLength: .unstated,
                    by: authority.issuer, at: now)
            }
            #expect(rules == breaks)
        }
    }
}
