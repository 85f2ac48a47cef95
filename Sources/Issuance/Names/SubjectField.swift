package import SwiftASN1

/// A kind of subject attribute that a profile can rule on, by its short name in configuration and messages.
package enum SubjectField: String, Hashable, Sendable, CaseIterable {
    case commonName = "CN"
    case surname = "SN"
    case serialNumber = "serialNumber"
    case country = "C"
    case locality = "L"
    case stateOrProvince = "ST"
    case street = "street"
    case organization = "O"
    case organizationalUnit = "OU"
    case title = "title"
    case givenName = "GN"
    case domainComponent = "DC"
    case userID = "UID"
    case emailAddress = "emailAddress"

    /// RFC 5280 appendix A.1; UID and DC: RFC 4519 § 2.39, § 2.4.
    package var objectIdentifier: ASN1ObjectIdentifier {
        switch self {
        case .commonName: [2, 5, 4, 3]
        case .surname: [2, 5, 4, 4]
        case .serialNumber: [2, 5, 4, 5]
        case .country: [2, 5, 4, 6]
        case .locality: [2, 5, 4, 7]
        case .stateOrProvince: [2, 5, 4, 8]
        case .street: [2, 5, 4, 9]
        case .organization: [2, 5, 4, 10]
        case .organizationalUnit: [2, 5, 4, 11]
        case .title: [2, 5, 4, 12]
        case .givenName: [2, 5, 4, 42]
        case .domainComponent: [0, 9, 2342, 19_200_300, 100, 1, 25]
        case .userID: [0, 9, 2342, 19_200_300, 100, 1, 1]
        case .emailAddress: [1, 2, 840, 113549, 1, 9, 1]
        }
    }

    /// The field with this OID, where it is one that a profile can rule on.
    package init?(_ type: ASN1ObjectIdentifier) {
        guard let field = Self.byIdentifier[type] else { return nil }
        self = field
    }

    private static let byIdentifier = Dictionary(uniqueKeysWithValues: allCases.map { ($0.objectIdentifier, $0) })
}
