import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

/// What a profile or rules for intermediates have wrong with them before any request.
struct FaultTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let fault: String?
        let form: TestAuthority.Form
        let change: @Sendable (inout Profile) throws -> Void

        var testDescription: String { fault ?? "none" }

        init(
            _ fault: String?, _ change: @escaping @Sendable (inout Profile) throws -> Void,
            under authority: (inout TestAuthority.Form) -> Void = { _ in }
        ) {
            var form = TestAuthority.Form()
            authority(&form)
            (self.fault, self.form, self.change) = (fault, form, change)
        }
    }

    private static func constraints(
        _ subtrees: WritableKeyPath<NameConstraints, NameConstraints.Subtrees>,
        _ change: (inout NameConstraints.Subtrees) -> Void
    ) -> NameConstraints {
        var constraints = NameConstraints()
        change(&constraints[keyPath: subtrees])
        return constraints
    }

    /// Under constraints on DNS names, a profile for these.
    private static func dns(
        _ fault: String?, _ pattern: String, _ subtrees: WritableKeyPath<NameConstraints, NameConstraints.Subtrees>,
        _ base: String
    ) -> Row {
        Row(fault) {
            $0.subjectAlternativeNames = AlternativeNameRules(
                dns: .init(allowed: [try DNSPattern(parsing: pattern)]))
        } under: {
            $0.nameConstraints = constraints(subtrees) { $0.dns = [base] }
        }
    }

    private static func ip(
        _ fault: String?, _ pattern: String, _ subtrees: WritableKeyPath<NameConstraints, NameConstraints.Subtrees>,
        _ block: [UInt8]
    ) -> Row {
        Row(fault) {
            $0.subjectAlternativeNames = AlternativeNameRules(ip: .init(allowed: [try IPPattern(parsing: pattern)]))
        } under: {
            $0.nameConstraints = constraints(subtrees) { $0.ip = [block] }
        }
    }

    private static let names = "sanRequired profile.subjectAlternativeNames"

    static let rows: [Row] = [
        Row(nil) { _ in },
        // The validity.
        Row("validityOver backdate") { $0.validity = ValidityRules(maximum: .hour, backdate: .hour) },
        Row(nil) { $0.validity = ValidityRules(maximum: .hour, backdate: .minute) },
        // Purposes below a CA that is limited to some.
        Row("issuerExtendedKeyUsage profile.extendedKeyUsages") { _ in
        } under: {
            $0.purposes = [.serverAuth]
        },
        Row("issuerExtendedKeyUsage profile.extendedKeyUsages") {
            $0.extendedKeyUsages = []
        } under: {
            $0.purposes = [.serverAuth]
        },
        Row(nil) {
            $0.extendedKeyUsages = [.serverAuth]
        } under: {
            $0.purposes = [.serverAuth]
        },
        Row(nil) { _ in
        } under: {
            $0.purposes = [.anyExtendedKeyUsage]
        },
        // Key usage, purposes and keys.
        Row("leafIsNoCA profile.keyUsage") { $0.keyUsage.insert(.keyCertSign) },
        Row("keyUsageFitsKey profile.keyUsage") {
            $0.keyUsage = [.keyEncipherment]
            $0.keys = KeyRules(curves: [.p256], rsaSizes: nil, admitsEd25519: true)
        },
        Row(nil) { $0.keyUsage = [.keyEncipherment] },
        Row("purposeFitsKeyUsage profile.extendedKeyUsages") { $0.keyUsage = [.contentCommitment] },
        Row("purposeFitsKeyUsage profile.extendedKeyUsages") {
            $0.extendedKeyUsages = [.codeSigning]
            $0.keyUsage = [.keyEncipherment]
            $0.keys = KeyRules(curves: [], rsaSizes: 2048...4096, admitsEd25519: false)
        },
        Row(nil) {
            $0.extendedKeyUsages = [.codeSigning, .serverAuth]
            $0.keyUsage = [.keyEncipherment]
        },
        Row(nil) {
            $0.extendedKeyUsages = [[1, 3, 6, 1, 4, 1, 99999, 1]]
            $0.keyUsage = [.contentCommitment]
        },
        Row("keyType profile.keys") { $0.keys = KeyRules(curves: [], rsaSizes: nil, admitsEd25519: false) },
        // Subject and names.
        Row("subjectEmpty subject") { $0.subject = SubjectRules(fields: [:], mayBeEmpty: false) },
        Row(nil) { $0.subject = SubjectRules(fields: [:], mayBeEmpty: true) },
        Row(names) { $0.subjectAlternativeNames = AlternativeNameRules() },
        Row("commonNameInSAN profile.subject") {
            $0.subject = SubjectRules(fields: [.commonName: .init(isRequired: true)], mayBeEmpty: false)
            $0.subjectAlternativeNames = AlternativeNameRules(
                email: .init(allowed: [try EmailPattern(parsing: "*")]), isRequired: false)
        },
        dns(names, "*.internal.example", \.permitted, "example.org"),
        dns(nil, "*.internal.example", \.permitted, "INTERNAL.example"),
        dns(nil, "*.internal.example", \.permitted, "a.internal.example"),
        dns(nil, "*.internal.example", \.permitted, "example"), dns(nil, "*", \.permitted, "example"),
        dns(names, "internal.example", \.permitted, "a.internal.example"),
        dns(names, "internal.example", \.permitted, ".internal.example"),
        Row(nil) {
            $0.subjectAlternativeNames = AlternativeNameRules(
                dns: .init(allowed: [try DNSPattern(parsing: "internal.example")]), admitsWildcards: true)
        } under: {
            $0.nameConstraints = constraints(\.permitted) { $0.dns = [".internal.example"] }
        },
        dns(names, "*.internal.example", \.excluded, "example"),
        dns(names, "*.internal.example", \.excluded, "internal.example"),
        dns(nil, "*.internal.example", \.excluded, "a.internal.example"),
        dns(names, "internal.example", \.excluded, "internal.example"), dns(names, "*", \.excluded, ""),
        dns(nil, "*", \.excluded, "example"), dns(names, "a.example", \.excluded, "*.example"),
        ip(names, "10.0.0.0/8", \.permitted, [192, 168, 0, 0, 255, 255, 0, 0]),
        ip(nil, "10.0.0.0/8", \.permitted, [10, 1, 0, 0, 255, 255, 0, 0]),
        ip(nil, "10.1.0.0/16", \.permitted, [10, 0, 0, 0, 255, 0, 0, 0]),
        ip(names, "10.0.0.0/8", \.excluded, [0, 0, 0, 0, 0, 0, 0, 0]),
        ip(nil, "10.0.0.0/8", \.excluded, [10, 1, 0, 0, 255, 255, 0, 0]),
        ip(nil, "fd00::/8", \.excluded, [0, 0, 0, 0, 0, 0, 0, 0]), ip(nil, "*", \.excluded, [0, 0, 0, 0, 0, 0, 0, 0]),
        Row("sanCount profile.subjectAlternativeNames.dns") {
            $0.subjectAlternativeNames.dns?.minimumCount = 1
        } under: {
            $0.nameConstraints = constraints(\.permitted) { $0.dns = ["example.org"] }
        },
        Row(nil) { _ in
        } under: {
            $0.nameConstraints = constraints(\.permitted) { $0.dns = ["example.org"] }
        },
        // Its own URLs.
        Row("location profile.locations") { $0.locations = Locations(ocsp: ["https://ocsp.example.org"]) },
        Row("location profile.locations") { $0.locations = Locations(caIssuers: ["http://a_b.example.org"]) },
        Row("location profile.locations") { $0.locations = Locations(cRLDistributionPoints: ["http://ü.example"]) },
        Row(nil) { $0.locations = Locations() },
    ]

    @Test("A profile that could never issue says why", arguments: rows)
    func profiles(row: Row) throws {
        let authority = try TestAuthority(row.form, key: .sharedAuthority(.p256))
        let faults = try Profile.test(row.change).faults(under: authority.issuer)
        #expect(faults.map { "\($0.rule) \($0.path)" } == [row.fault].compactMap(\.self))
    }

    static let publicRows: [Row] = [
        Row(nil) { _ in }, Row("baselinePolicy profile.certificatePolicies") { $0.certificatePolicies = [] },
        Row("baselinePolicy profile.certificatePolicies") { $0.certificatePolicies = [[2, 23, 140, 1, 1]] },
        Row("baselineExtendedKeyUsage profile.extendedKeyUsages") { $0.extendedKeyUsages = [.clientAuth] },
        Row("baselineExtendedKeyUsage profile.extendedKeyUsageCritical") { $0.isExtendedKeyUsageCritical = true },
        Row("baselineInformationAccess profile.locations") { $0.locations = Locations() },
        Row("baselineKey profile.keys") { $0.keys = KeyRules(curves: [], rsaSizes: nil, admitsEd25519: true) },
        Row("baselineKeyUsage profile.keyUsage") {
            $0.keyUsage = [.digitalSignature, .contentCommitment]
            $0.keys.admitsEd25519 = false
        },
        Row("baselineSubject profile.subject") {
            $0.certificatePolicies = [[2, 23, 140, 1, 2, 2]]
            $0.subject = SubjectRules(fields: [.country: .init(), .organization: .init()], mayBeEmpty: false)
        },
        Row(nil) {
            $0.certificatePolicies = [[2, 23, 140, 1, 2, 2]]
            $0.subject = SubjectRules(
                fields: [.country: .init(), .organization: .init(), .locality: .init()], mayBeEmpty: false)
        },
        Row("baselineSubject profile.subject") {
            $0.subject = SubjectRules(fields: [.organization: .init(isRequired: true)], mayBeEmpty: false)
        },
        Row(names) {
            $0.subjectAlternativeNames = AlternativeNameRules(
                dns: .init(allowed: [try DNSPattern(parsing: "*.internal")]))
        },
        Row(names) {
            $0.subjectAlternativeNames = AlternativeNameRules(
                email: .init(allowed: [try EmailPattern(parsing: "*")]))
        },
        Row(nil) {
            $0.subjectAlternativeNames = AlternativeNameRules(
                dns: .init(allowed: [try DNSPattern(parsing: "*.com")]))
        },
    ]

    @Test("A profile for public TLS that could never issue says why", arguments: publicRows)
    func publicTLS(row: Row) throws {
        let faults = try BaselineTests.profile(row.change).faults(under: TestAuthority.shared().issuer)
        #expect(faults.map { "\($0.rule) \($0.path)" } == [row.fault].compactMap(\.self))
    }

    @Test("An authority that signs by a hash that is not its curve's makes no public TLS certificate")
    func signature() throws {
        let authority = try TestAuthority(key: .sharedAuthority(.p256), algorithm: .ecdsa(.sha384))
        let faults = try BaselineTests.profile().faults(under: authority.issuer)
        #expect(faults.map(\.rule) == [.baselineSignature])
    }

    @Test("Rules for intermediates that could never lead to one say why")
    func intermediates() throws {
        func faults(
            _ change: (inout IntermediateRules) -> Void = { _ in },
            under authority: (inout TestAuthority.Form) -> Void = { _ in }
        ) throws -> [String] {
            var form = TestAuthority.Form()
            authority(&form)
            let issuer = try TestAuthority(form, key: .sharedAuthority(.p256)).issuer
            return try IntermediateTests.rules(change).faults(under: issuer).map { "\($0.rule) \($0.path)" }
        }
        #expect(try faults() == [])
        #expect(try faults(under: { $0.pathLength = 1 }) == [])
        #expect(try faults(under: { $0.pathLength = 0 }) == ["pathLength intermediates"])
        #expect(
            try faults(under: { $0.purposes = [.serverAuth] }) == ["issuerExtendedKeyUsage profile.extendedKeyUsages"])
        #expect(try faults({ $0.extendedKeyUsages = [.serverAuth] }, under: { $0.purposes = [.serverAuth] }) == [])
        #expect(try faults { $0.subject.fields = [:] } == ["subjectEmpty subject"])
        #expect(try faults { $0.validity.backdate = $0.validity.maximum } == ["validityOver backdate"])
    }

    @Test("All faults are told at once")
    func all() throws {
        let profile = try BaselineTests.profile {
            $0.certificatePolicies = []
            $0.keyUsage = [.keyCertSign]
            $0.extendedKeyUsages = [.codeSigning]
            $0.validity.backdate = $0.validity.maximum
        }
        let rules = profile.faults(under: try TestAuthority.shared().issuer).map(\.rule)
        #expect(
            Set(rules) == [
                .leafIsNoCA, .keyUsageFitsKey, .baselineKey, .baselineKeyUsage, .validityOver, .baselineStart,
                .baselinePolicy, .baselineExtendedKeyUsage,
            ])
    }
}
