package import SwiftASN1

/// A Name (RFC 5280 § 4.1.2.4): its parts to be judged, and its own bytes to be copied.
package struct DistinguishedName: Hashable, Sendable {
    /// One AttributeTypeAndValue.
    package struct Attribute: Hashable, Sendable {
        package let type: ASN1ObjectIdentifier
        package let encoding: StringEncoding
        package let value: String

        package init(type: ASN1ObjectIdentifier, encoding: StringEncoding, value: String) {
            self.type = type
            self.encoding = encoding
            self.value = value
        }
    }

    /// The string types that a new certificate may hold (RFC 5280 § 4.1.2.4).
    package enum StringEncoding: Hashable, Sendable {
        case utf8String, printableString, ia5String
    }

    /// The DER of the whole SEQUENCE.
    package let der: [UInt8]
    /// Outer: the RDNs in order; inner: a multi-valued RDN's attributes in their DER order.
    package let relativeNames: [[Attribute]]

    package init(der: [UInt8], relativeNames: [[Attribute]]) {
        self.der = der
        self.relativeNames = relativeNames
    }

    package var isEmpty: Bool { relativeNames.isEmpty }
    package var attributes: [Attribute] { relativeNames.flatMap(\.self) }
}
