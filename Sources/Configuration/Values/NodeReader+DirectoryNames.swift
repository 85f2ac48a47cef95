import Issuance
import SwiftASN1

extension NodeReader {
    /// A Name as a list of its parts in their order, such as `[{C: SE}, {O: Example}]`; the result is its DER.
    ///
    /// ```
    /// RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
    /// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
    /// AttributeTypeAndValue ::= SEQUENCE { type AttributeType, value AttributeValue }
    /// ```
    func directoryName() -> [UInt8]? {
        guard let parts = list({ $0.namePart() }) else { return nil }
        do {
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { name in
                for part in parts {
                    try name.appendConstructedNode(identifier: .set) { set in
                        try set.appendConstructedNode(identifier: .sequence) { attribute in
                            try attribute.serialize(part.field.objectIdentifier)
                            try part.serializeValue(into: &attribute)
                        }
                    }
                }
            }
            return serializer.serializedBytes
        } catch {
            refuse("holds a value with characters that its attribute cannot have")
            return nil
        }
    }

    private func namePart() -> NamePart? {
        mapping { part in
            let parts = SubjectField.allCases.compactMap { field in
                part.optional(field.rawValue) { $0.subjectValue() }.map { NamePart(field: field, value: $0) }
            }
            guard SubjectField.allCases.filter({ part.contains($0.rawValue) }).count == 1 else {
                refuse("is not one attribute, such as {O: Example}")
                return nil
            }
            return parts.first
        }
    }
}

private struct NamePart {
    let field: SubjectField
    let value: String

    /// RFC 5280 appendix A.1: PrintableString for C and serialNumber, IA5String for DC and emailAddress, UTF8String elsewhere.
    func serializeValue(into serializer: inout DER.Serializer) throws {
        switch field {
        case .country, .serialNumber: try serializer.serialize(ASN1PrintableString(value))
        case .domainComponent, .emailAddress: try serializer.serialize(ASN1IA5String(value))
        default: try serializer.serialize(ASN1UTF8String(value))
        }
    }
}
