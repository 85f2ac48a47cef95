import FoundationEssentials
import PublicKeys
import SwiftASN1
import Timekeeping

@testable import Issuance

extension CertificateRequest {
    /// A request whose signature someone else has checked.
    init(
        _ subject: DistinguishedName = .empty, key: PublicKey, names: [GeneralName]? = [.dns("www.internal.example")],
        extensions: [RequestedExtension] = [], attributes: [ASN1ObjectIdentifier] = []
    ) {
        var all = extensions
        if let names {
            all.insert(
                RequestedExtension(
                    identifier: .subjectAlternativeName, isCritical: false, value: .subjectAlternativeName(names)),
                at: 0)
        }
        self.init(der: [], subject: subject, publicKey: key, extensions: all, otherAttributes: attributes)
    }
}

extension RequestedExtension {
    static func keyUsage(_ usage: KeyUsage) -> RequestedExtension {
        RequestedExtension(identifier: .keyUsage, isCritical: true, value: .keyUsage(usage))
    }

    static func purposes(_ purposes: [ASN1ObjectIdentifier]) -> RequestedExtension {
        RequestedExtension(identifier: .extendedKeyUsage, isCritical: false, value: .extendedKeyUsage(purposes))
    }

    static func basicConstraints(isCA: Bool, pathLength: Int? = nil) -> RequestedExtension {
        RequestedExtension(
            identifier: .basicConstraints, isCritical: true,
            value: .basicConstraints(isCA: isCA, pathLength: pathLength))
    }

    static func other(_ identifier: ASN1ObjectIdentifier) -> RequestedExtension {
        RequestedExtension(identifier: identifier, isCritical: false, value: .other)
    }
}

extension KeyRules {
    static let any = KeyRules(curves: Set(EllipticCurve.allCases), rsaSizes: 2048...8192, admitsEd25519: true)
}

extension Profile {
    /// Much like the one that a newcomer's set-up has.
    static func test(_ change: (inout Profile) throws -> Void = { _ in }) throws -> Profile {
        var profile = Profile(
            id: UUID(), name: "test", authorityID: "issuing",
            subject: SubjectRules(fields: [.commonName: .init()], mayBeEmpty: true),
            subjectAlternativeNames: AlternativeNameRules(
                dns: .init(allowed: [
                    try DNSPattern(parsing: "internal.example"), try DNSPattern(parsing: "*.internal.example"),
                ]),
                ip: .init(allowed: [try IPPattern(parsing: "10.0.0.0/8")])),
            keys: .any, keyUsage: [.digitalSignature, .keyEncipherment],
            extendedKeyUsages: [.serverAuth, .clientAuth],
            validity: ValidityRules(maximum: try Lifetime(parsing: "90d")))
        profile.kind = .tls
        try change(&profile)
        return profile
    }

    /// Takes any subject and any name.
    static func open(_ change: (inout Profile) throws -> Void = { _ in }) throws -> Profile {
        try test { profile in
            profile.kind = .general
            profile.subject = SubjectRules(fields: [:], admitsAnyField: true, mayBeEmpty: true)
            profile.subjectAlternativeNames = AlternativeNameRules(
                dns: .init(allowed: [try DNSPattern(parsing: "*")]), admitsWildcards: true,
                ip: .init(allowed: [try IPPattern(parsing: "*")]),
                email: .init(allowed: [try EmailPattern(parsing: "*")]),
                uri: .init(allowed: [try URIPattern(parsing: "*")]), isRequired: false)
            try change(&profile)
        }
    }
}

/// When the tests take place, where a test does not say otherwise.
let now = Instant(secondsSinceEpoch: 1_780_000_000) ?? .earliest

extension ValidityOrder {
    static let aDay = ValidityOrder(ttl: .day)
}

/// What came of an admission: the rules that were broken, with their places; none where it was admitted.
func broken(_ body: () throws -> CertificateTemplate) throws -> Set<String> {
    do {
        _ = try body()
        return []
    } catch IssuanceError.refused(let violations) {
        return Set(violations.map { "\($0.rule.name) \($0.path)" })
    }
}
