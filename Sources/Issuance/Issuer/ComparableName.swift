import SwiftASN1

/// A Name in the form in which names are compared (RFC 5280 § 7.1): without case, and a run of spaces as one.
struct ComparableName: Hashable, Sendable {
    struct Attribute: Hashable, Sendable {
        /// The DER of the OID.
        let type: [UInt8]
        /// The folded text, or the DER of a value that is no text.
        let value: [UInt8]
    }

    /// An RDN is a SET: its attributes have no order.
    let relativeNames: [Set<Attribute>]

    init(der: [UInt8]) throws {
        relativeNames = try DER.parse(der).children().map { relativeName in
            Set(
                try relativeName.children(.set).map { attribute in
                    var nodes = try attribute.children()
                    let type = try nodes.required()
                    return Attribute(type: Array(type.encodedBytes), value: Self.fold(try nodes.required()))
                })
        }
    }

    /// Whether this name lies in the subtree below `base`, itself included (RFC 5280 § 4.2.1.10).
    func isWithin(_ base: ComparableName) -> Bool {
        relativeNames.starts(with: base.relativeNames)
    }

    private static func fold(_ node: ASN1Node) -> [UInt8] {
        let texts: [ASN1Identifier] = [.utf8String, .printableString, .ia5String, .teletexString]
        guard texts.contains(node.identifier), case .primitive(let octets) = node.content else {
            return Array(node.encodedBytes)
        }
        let words = String(decoding: octets, as: UTF8.self).lowercased().split(separator: " ")
        return Array(words.joined(separator: " ").utf8)
    }
}
