package import SwiftASN1

/// An extension that this service writes, with all that it says (RFC 5280 § 4.2).
package enum CertificateExtension: Hashable, Sendable {
    /// The issuer's own identifier, to the octet (§ 4.2.1.1).
    case authorityKeyIdentifier([UInt8])
    /// § 4.2.1.2.
    case subjectKeyIdentifier([UInt8])
    /// § 4.2.1.3.
    case keyUsage(KeyUsage)
    /// § 4.2.1.9; always critical: a CA's has to be, and a leaf's in public TLS (BR § 7.1.2.7.6).
    case basicConstraints(BasicConstraints)
    /// § 4.2.1.12.
    case extendedKeyUsage([ASN1ObjectIdentifier], isCritical: Bool)
    /// § 4.2.1.4, without qualifiers.
    case certificatePolicies([ASN1ObjectIdentifier])
    /// § 4.2.1.6: critical where the subject is empty.
    case subjectAlternativeName([GeneralName], isCritical: Bool)
    /// § 4.2.1.10.
    case nameConstraints(NameConstraints)
    /// § 4.2.1.13: one distribution point, its URLs alternatives.
    case cRLDistributionPoints([String])
    /// § 4.2.2.1.
    case authorityInformationAccess(ocsp: [String], caIssuers: [String])

    /// `leaf` is the empty SEQUENCE: cA FALSE is its DEFAULT.
    package enum BasicConstraints: Hashable, Sendable {
        case leaf
        case ca(pathLength: Int?)
    }

    package var identifier: ASN1ObjectIdentifier { kind.identifier }

    package var isCritical: Bool {
        switch self {
        case .keyUsage, .nameConstraints, .basicConstraints: true
        case .extendedKeyUsage(_, let isCritical), .subjectAlternativeName(_, let isCritical): isCritical
        default: false
        }
    }

    package var kind: Kind {
        switch self {
        case .authorityKeyIdentifier: .authorityKeyIdentifier
        case .subjectKeyIdentifier: .subjectKeyIdentifier
        case .keyUsage: .keyUsage
        case .basicConstraints: .basicConstraints
        case .extendedKeyUsage: .extendedKeyUsage
        case .certificatePolicies: .certificatePolicies
        case .subjectAlternativeName: .subjectAlternativeName
        case .nameConstraints: .nameConstraints
        case .cRLDistributionPoints: .cRLDistributionPoints
        case .authorityInformationAccess: .authorityInformationAccess
        }
    }
}
