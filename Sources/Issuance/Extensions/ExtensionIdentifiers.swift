package import SwiftASN1

/// The extensions' OIDs (RFC 5280 § 4.2).
extension ASN1ObjectIdentifier {
    package static let subjectKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 14]
    package static let keyUsage: ASN1ObjectIdentifier = [2, 5, 29, 15]
    package static let subjectAlternativeName: ASN1ObjectIdentifier = [2, 5, 29, 17]
    package static let basicConstraints: ASN1ObjectIdentifier = [2, 5, 29, 19]
    package static let nameConstraints: ASN1ObjectIdentifier = [2, 5, 29, 30]
    package static let cRLDistributionPoints: ASN1ObjectIdentifier = [2, 5, 29, 31]
    package static let certificatePolicies: ASN1ObjectIdentifier = [2, 5, 29, 32]
    package static let authorityKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 35]
    package static let extendedKeyUsage: ASN1ObjectIdentifier = [2, 5, 29, 37]
    package static let authorityInformationAccess: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 1, 1]
}
