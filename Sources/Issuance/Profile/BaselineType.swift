import SwiftASN1

/// The types of public TLS certificates, each by its reserved policy identifier (BR § 7.1.6.1). Extended validation is known, to be
/// refused: its own guidelines are not kept here.
enum BaselineType: Hashable, Sendable, CaseIterable {
    case domainValidated, organizationValidated, individualValidated, extendedValidation

    init?(_ policy: ASN1ObjectIdentifier) {
        guard let type = Self.allCases.first(where: { $0.policy == policy }) else { return nil }
        self = type
    }

    var policy: ASN1ObjectIdentifier {
        switch self {
        case .domainValidated: [2, 23, 140, 1, 2, 1]
        case .organizationValidated: [2, 23, 140, 1, 2, 2]
        case .individualValidated: [2, 23, 140, 1, 2, 3]
        case .extendedValidation: [2, 23, 140, 1, 1]
        }
    }

    /// BR § 7.1.2.7.2 for domain validation: nothing but the country and the common name. In the others, organizationalUnitName
    /// is the field that is gone for good. Domain components, which would have to spell one whole domain name (§ 7.1.4.3), are not
    /// supported.
    func admits(_ field: SubjectField) -> Bool {
        switch self {
        case .domainValidated: [.country, .commonName].contains(field)
        case .organizationValidated: ![.organizationalUnit, .domainComponent, .givenName, .surname].contains(field)
        case .individualValidated, .extendedValidation: ![.organizationalUnit, .domainComponent].contains(field)
        }
    }

    /// BR § 7.1.2.7.3, § 7.1.2.7.4. A locality or a state goes with them.
    var requiredFields: [SubjectField] {
        switch self {
        case .domainValidated: []
        case .organizationValidated, .extendedValidation: [.country, .organization]
        case .individualValidated: [.country, .givenName, .surname]
        }
    }

    /// BR § 7.1.2.7.3, § 7.1.2.7.4: one of these at least.
    var requiredPlaces: [SubjectField] {
        self == .domainValidated ? [] : [.locality, .stateOrProvince]
    }

    /// BR § 7.1.4.2: those of these fields that a subject has stand in this order.
    static let order: [SubjectField] = [
        .country, .stateOrProvince, .locality, .street, .organization, .surname, .givenName,
        .commonName,
    ]
}
