import DERCoding
import Issuance
import PublicKeys
import SigningAPI
import Timekeeping

extension ProfileDescription {
    /// The rules of a profile, as the contract tells them.
    ///
    /// - Parameter locations: its authority's, written where the profile has none of its own.
    init(_ profile: Profile, authoritysLocations locations: Issuance.Locations) {
        self.init(
            id: profile.id, name: profile.name, authority: profile.authorityID, kind: profile.kind.rawValue,
            subject: SubjectDescription(profile.subject),
            subjectAlternativeNames: AlternativeNamesDescription(profile.subjectAlternativeNames),
            keys: profile.keys.descriptions, keyUsage: profile.keyUsage.names,
            extendedKeyUsages: profile.extendedKeyUsages.map(\.dotted),
            isExtendedKeyUsageCritical: profile.isExtendedKeyUsageCritical,
            certificatePolicies: profile.certificatePolicies.map(\.dotted),
            basicConstraints: profile.basicConstraints.rawValue, validity: Validity(profile.validity),
            requestedExtensions: RequestedExtensions(profile.requestedExtensions),
            locations: Locations(profile.locations ?? locations))
    }
}

extension ProfileDescription.Validity {
    fileprivate init(_ rules: ValidityRules) {
        self.init(
            maximum: rules.maximum.seconds, backdate: rules.backdate.seconds,
            maximumBackdate: rules.maximumBackdate.seconds, maximumDelay: rules.maximumDelay.seconds)
    }
}

extension ProfileDescription.RequestedExtensions {
    fileprivate init(_ rules: RequestedExtensionRules) {
        self =
            switch rules {
            case .refuse: .refuse
            case .ignoreAll: .ignoreAll
            case .ignore(let identifiers): .ignore(identifiers.map(\.dotted).sorted())
            }
    }
}

extension ProfileDescription.Locations {
    fileprivate init(_ locations: Issuance.Locations) {
        self.init(
            crlDistributionPoints: locations.cRLDistributionPoints, caIssuers: locations.caIssuers,
            ocsp: locations.ocsp)
    }
}

extension SubjectDescription {
    fileprivate init(_ rules: SubjectRules) {
        let fields = rules.fields.sorted { $0.key.rawValue < $1.key.rawValue }.map { field, rule in
            Field(
                name: field.rawValue, isRequired: rule.isRequired, maximumCount: rule.maximumCount,
                allowedValues: rule.allowedValues)
        }
        self.init(mayBeEmpty: rules.mayBeEmpty, admitsAnyField: rules.admitsAnyField, fields: fields)
    }
}

extension AlternativeNamesDescription {
    fileprivate init(_ rules: AlternativeNameRules) {
        let kinds = [
            rules.dns.map { Kind("dns", $0, \.text) }, rules.ip.map { Kind("ip", $0, \.text) },
            rules.email.map { Kind("email", $0, \.text) }, rules.uri.map { Kind("uri", $0, \.text) },
        ]
        self.init(
            isRequired: rules.isRequired, admitsWildcards: rules.admitsWildcards, kinds: kinds.compactMap(\.self))
    }
}

extension AlternativeNamesDescription.Kind {
    fileprivate init<Pattern>(
        _ name: String, _ rules: AlternativeNameRules.KindRules<Pattern>, _ text: (Pattern) -> String
    ) {
        self.init(
            name: name, allowed: rules.allowed.map(text), denied: rules.denied.map(text),
            minimumCount: rules.minimumCount, maximumCount: rules.maximumCount)
    }
}

extension KeyRules {
    fileprivate var descriptions: [String] {
        EllipticCurve.allCases.filter(curves.contains).map { "EC \($0.rawValue)" }
            + (rsaSizes.map { ["RSA \($0.lowerBound)-\($0.upperBound)"] } ?? []) + (admitsEd25519 ? ["Ed25519"] : [])
    }
}
