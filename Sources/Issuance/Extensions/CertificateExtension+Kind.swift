package import SwiftASN1

extension CertificateExtension {
    /// Which extension it is, in the order in which they are written.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case authorityKeyIdentifier
        case subjectKeyIdentifier
        case keyUsage
        case basicConstraints
        case extendedKeyUsage
        case certificatePolicies
        case subjectAlternativeName
        case nameConstraints
        case cRLDistributionPoints
        case authorityInformationAccess

        package var identifier: ASN1ObjectIdentifier {
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

        /// The extension with this OID, where it is one of these.
        package init?(_ identifier: ASN1ObjectIdentifier) {
            guard let kind = Self.allCases.first(where: { $0.identifier == identifier }) else { return nil }
            self = kind
        }

        /// The DER of the OID. id-ce is 2.5.29, 55 1d.
        var identifierDER: [UInt8] {
            switch self {
            case .authorityKeyIdentifier: [0x06, 3, 0x55, 0x1d, 35]
            case .subjectKeyIdentifier: [0x06, 3, 0x55, 0x1d, 14]
            case .keyUsage: [0x06, 3, 0x55, 0x1d, 15]
            case .basicConstraints: [0x06, 3, 0x55, 0x1d, 19]
            case .extendedKeyUsage: [0x06, 3, 0x55, 0x1d, 37]
            case .certificatePolicies: [0x06, 3, 0x55, 0x1d, 32]
            case .subjectAlternativeName: [0x06, 3, 0x55, 0x1d, 17]
            case .nameConstraints: [0x06, 3, 0x55, 0x1d, 30]
            case .cRLDistributionPoints: [0x06, 3, 0x55, 0x1d, 31]
            case .authorityInformationAccess: [0x06, 8, 0x2b, 6, 1, 5, 5, 7, 1, 1]
            }
        }

        /// The extension whose OID has this DER, where it is one of these.
        init?(identifierDER der: ArraySlice<UInt8>) {
            // All but one end in an octet of their own under id-ce; the comparison that follows is with one candidate.
            let candidate: Self? =
                switch der.last {
                case 35: .authorityKeyIdentifier
                case 14: .subjectKeyIdentifier
                case 15: .keyUsage
                case 19: .basicConstraints
                case 37: .extendedKeyUsage
                case 32: .certificatePolicies
                case 17: .subjectAlternativeName
                case 30: .nameConstraints
                case 31: .cRLDistributionPoints
                case 1: .authorityInformationAccess
                default: nil
                }
            guard let candidate, der.elementsEqual(candidate.identifierDER) else { return nil }
            self = candidate
        }
    }
}
