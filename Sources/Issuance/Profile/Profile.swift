package import FoundationEssentials
package import SwiftASN1
package import Timekeeping

/// What a leaf certificate may say, and what it says by itself.
package struct Profile: Sendable {
    package var id: UUID
    package var name: String
    /// The authority that signs by this profile.
    package var authorityID: String
    package var kind: Kind = .general
    package var subject: SubjectRules
    package var subjectAlternativeNames: AlternativeNameRules
    package var keys: KeyRules
    /// Written where the request asks for none; a request may ask for fewer bits, never for others.
    package var keyUsage: KeyUsage
    /// In the order in which they are written; a request may ask for fewer, never for others.
    package var extendedKeyUsages: [ASN1ObjectIdentifier]
    package var isExtendedKeyUsageCritical = false
    package var certificatePolicies: [ASN1ObjectIdentifier] = []
    package var basicConstraints: LeafBasicConstraints = .absent
    package var validity: ValidityRules
    package var requestedExtensions: RequestedExtensionRules = .refuse
    /// In place of the authority's, where given.
    package var locations: Locations?

    /// How far beyond RFC 5280 the rules go.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case general
        /// A common name is one of the SANs.
        case tls
        /// Also the CA/Browser Forum Baseline Requirements, § 7.1.2.7 and § 6.3.2.
        case publicTLS
    }

    /// How a leaf says that it is no CA: RFC 5280 § 4.2.1.9 lets it say nothing.
    package enum LeafBasicConstraints: String, Hashable, Sendable, CaseIterable {
        case absent
        case emptySequence
    }

    package init(
        id: UUID, name: String, authorityID: String, subject: SubjectRules,
        subjectAlternativeNames: AlternativeNameRules,
        keys: KeyRules, keyUsage: KeyUsage, extendedKeyUsages: [ASN1ObjectIdentifier], validity: ValidityRules
    ) {
        self.id = id
        self.name = name
        self.authorityID = authorityID
        self.subject = subject
        self.subjectAlternativeNames = subjectAlternativeNames
        self.keys = keys
        self.keyUsage = keyUsage
        self.extendedKeyUsages = extendedKeyUsages
        self.validity = validity
    }
}

/// Where a certificate tells its readers to look; `http` URLs only (RFC 5280 § 4.2.1.13, § 4.2.2.1).
package struct Locations: Hashable, Sendable {
    package var cRLDistributionPoints: [String]
    package var caIssuers: [String]
    package var ocsp: [String]

    package init(cRLDistributionPoints: [String] = [], caIssuers: [String] = [], ocsp: [String] = []) {
        self.cRLDistributionPoints = cRLDistributionPoints
        self.caIssuers = caIssuers
        self.ocsp = ocsp
    }
}

/// When a certificate may begin and end.
package struct ValidityRules: Hashable, Sendable {
    /// From notBefore to notAfter, both counted (RFC 5280 § 4.1.2.5).
    package var maximum: Lifetime
    /// How long before now a certificate begins where the order names no start.
    package var backdate: Lifetime
    /// How far in the past a requested notBefore may lie.
    package var maximumBackdate: Lifetime
    /// How far ahead a requested notBefore may lie.
    package var maximumDelay: Lifetime

    package init(
        maximum: Lifetime, backdate: Lifetime = .minute, maximumBackdate: Lifetime = .hour,
        maximumDelay: Lifetime = .week
    ) {
        self.maximum = maximum
        self.backdate = backdate
        self.maximumBackdate = maximumBackdate
        self.maximumDelay = maximumDelay
    }
}

/// What becomes of an extension or attribute that a request asks for and that has no rule of its own.
package enum RequestedExtensionRules: Hashable, Sendable {
    case refuse
    /// These are passed over; any other is refused.
    case ignore(Set<ASN1ObjectIdentifier>)
    case ignoreAll
}
