import SwiftASN1

/// A Name in the form in which names are compared (RFC 5280 § 7.1): without case, and a run of spaces as one, whatever the
/// string types.
struct ComparableName: Sendable {
    struct Attribute: Hashable, Sendable {
        /// The DER of the OID.
        let type: [UInt8]
        let value: Value
    }

    enum Value: Hashable, Sendable {
        /// Folded. Texts that Unicode holds for the same are equal, as `String` compares.
        case text(String)
        /// The DER of a value that is no text.
        case other([UInt8])
    }

    /// An RDN is a SET: its attributes have no order.
    let relativeNames: [Set<Attribute>]
    /// False where a text is in a string type whose characters readers do not agree on, such as TeletexString, or is not valid in
    /// its own: that the name differs from another then proves nothing, nor that it is the same.
    let isCertain: Bool

    init(der: [UInt8]) throws {
        var isCertain = true
        relativeNames = try DER.parse(der).children().map { relativeName in
            Set(
                try relativeName.children(.set).map { attribute in
                    var nodes = try attribute.children()
                    let type = try nodes.required()
                    let value = try nodes.required()
                    return Attribute(type: Array(type.encodedBytes), value: Self.value(value, &isCertain))
                })
        }
        self.isCertain = isCertain
    }

    /// Whether this name lies in the subtree below `base`, itself included (RFC 5280 § 4.2.1.10).
    func isWithin(_ base: ComparableName) -> Bool {
        relativeNames.starts(with: base.relativeNames)
    }

    private static func value(_ node: ASN1Node, _ isCertain: inout Bool) -> Value {
        guard node.identifier.tagClass == .universal, stringTypes.contains(node.identifier.tagNumber) else {
            return .other(Array(node.encodedBytes))
        }
        guard case .primitive(let octets) = node.content else {
            isCertain = false
            return .other(Array(node.encodedBytes))
        }
        if let text = text(node.identifier.tagNumber, octets) { return .text(fold(text)) }
        isCertain = false
        // As most readers take it.
        return .text(fold(String(String.UnicodeScalarView(octets.lazy.map { Unicode.Scalar($0) }))))
    }

    /// UTF8String, NumericString, PrintableString, TeletexString, VideotexString, IA5String, GraphicString, VisibleString,
    /// GeneralString, UniversalString, BMPString.
    private static let stringTypes: Set<UInt> = [12, 18, 19, 20, 21, 22, 25, 26, 27, 28, 30]

    /// `nil` where the octets are not valid in their type, or there is no telling what they mean.
    private static func text(_ type: UInt, _ octets: ArraySlice<UInt8>) -> String? {
        switch type {
        case 12: String(validating: octets, as: UTF8.self)
        case 18, 19, 22, 26: octets.allSatisfy { $0 < 0x80 } ? String(decoding: octets, as: UTF8.self) : nil
        case 28: text(octets, octetsEach: 4)
        // Two octets a character, none of them half of a surrogate pair (X.680 § 41.15).
        case 30: text(octets, octetsEach: 2)
        default: nil
        }
    }

    private static func text(_ octets: ArraySlice<UInt8>, octetsEach size: Int) -> String? {
        var (text, rest) = (String.UnicodeScalarView(), octets)
        while !rest.isEmpty {
            let value = rest.prefix(size)
            guard value.count == size, let scalar = Unicode.Scalar(value.reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            else { return nil }
            text.append(scalar)
            rest = rest.dropFirst(size)
        }
        return String(text)
    }

    private static func fold(_ text: String) -> String {
        text.lowercased().split(separator: " ").joined(separator: " ")
    }
}
