import SwiftASN1

/// What the value of one kind of subject attribute may be (RFC 5280 appendix A.1).
struct AttributeSyntax: Sendable {
    let encodings: [DistinguishedName.StringEncoding]
    /// In characters, not octets.
    let maximumLength: Int

    /// `DirectoryString`, without the choices that new certificates may not take.
    private static func directoryString(_ maximumLength: Int) -> AttributeSyntax {
        AttributeSyntax(encodings: [.utf8String, .printableString], maximumLength: maximumLength)
    }

    private static func printableString(_ maximumLength: Int) -> AttributeSyntax {
        AttributeSyntax(encodings: [.printableString], maximumLength: maximumLength)
    }

    private static func ia5String(_ maximumLength: Int) -> AttributeSyntax {
        AttributeSyntax(encodings: [.ia5String], maximumLength: maximumLength)
    }

    /// For an attribute that we know nothing of.
    private static let anyString = AttributeSyntax(
        encodings: [.utf8String, .printableString, .ia5String], maximumLength: 32_768)

    init(of type: ASN1ObjectIdentifier) {
        if let field = SubjectField(type) {
            self = Self.syntax(of: field)
        } else {
            self = Self.others[type] ?? .anyString
        }
    }

    private init(encodings: [DistinguishedName.StringEncoding], maximumLength: Int) {
        self.encodings = encodings
        self.maximumLength = maximumLength
    }

    private static func syntax(of field: SubjectField) -> AttributeSyntax {
        switch field {
        case .commonName, .organization, .organizationalUnit, .title: directoryString(64)
        case .locality, .stateOrProvince: directoryString(128)
        // ub-street-address of X.520 (10/2012) annex C.
        case .street: directoryString(128)
        case .surname, .givenName: directoryString(32_768)
        case .serialNumber: printableString(64)
        case .country: printableString(2)
        case .emailAddress: ia5String(255)
        // A label of a host name: RFC 1034 § 3.1.
        case .domainComponent: ia5String(63)
        // RFC 4524 § 2.19's bound for such an identifier.
        case .userID: directoryString(256)
        }
    }

    private static let others: [ASN1ObjectIdentifier: AttributeSyntax] = [
        [2, 5, 4, 15]: directoryString(128),  // businessCategory, X.520 § 6.5.5
        [2, 5, 4, 17]: directoryString(40),  // postalCode, X.520 § 6.6.2
        [2, 5, 4, 41]: directoryString(32_768),  // name
        [2, 5, 4, 43]: directoryString(32_768),  // initials
        [2, 5, 4, 44]: directoryString(32_768),  // generationQualifier
        [2, 5, 4, 46]: printableString(32_768),  // dnQualifier
        [2, 5, 4, 65]: directoryString(128),  // pseudonym
    ]
}
