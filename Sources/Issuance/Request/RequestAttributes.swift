import DERCoding
import SwiftASN1

/// What the attributes of a request ask for.
struct RequestAttributes {
    private(set) var extensions: [RequestedExtension] = []
    private(set) var others: [ASN1ObjectIdentifier] = []

    init(_ structure: CertificationRequestStructure, violations: inout [Violation]) {
        var seen: Set<ASN1ObjectIdentifier> = []
        for attribute in structure.attributes {
            let path = "csr.attributes.\(Self.names[attribute.type] ?? attribute.type.dotted)"
            // RFC 2986 § 4.1 has a set of attributes; two of one type would leave it open which one counts.
            guard seen.insert(attribute.type).inserted else {
                violations.append(
                    Violation(.duplicateAttribute, at: path, "The attribute stands there twice; send it once."))
                continue
            }
            guard attribute.values.count == 1, let value = attribute.values.first else {
                violations.append(
                    Violation(
                        .attributeValueCount, at: path,
                        "The attribute has \(attribute.values.count) values; it has to have exactly one."))
                continue
            }
            switch attribute.type {
            case .extensionRequest: readExtensions(value, of: structure.buffer, violations: &violations)
            // A secret between its sender and a CA that agreed on it: not read, so that it is never kept or logged.
            case .challengePassword: break
            default: others.append(attribute.type)
            }
        }
    }

    private static let names: [ASN1ObjectIdentifier: String] = [
        .extensionRequest: "extensionRequest", .challengePassword: "challengePassword",
    ]

    /// `ExtensionRequest ::= Extensions` (RFC 2985 § 5.4.2); `Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension`
    /// (RFC 5280 § 4.1).
    private mutating func readExtensions(
        _ element: DERElement, of buffer: DERReader, violations: inout [Violation]
    ) {
        do throws(DERError) {
            guard element.identifier == DERTag.sequence else { throw .unexpectedTag }
            var list = buffer.reader(of: element)
            guard !list.isAtEnd else { throw .emptySequence }
            var seen: Set<ASN1ObjectIdentifier> = []
            while !list.isAtEnd {
                var parts = try list.sequence()
                let identifier = try parts.objectIdentifier()
                let path = "csr.extensions.\(RequestedExtension.name(of: identifier))"
                let isNew = seen.insert(identifier).inserted
                if !isNew {
                    violations.append(
                        Violation(.duplicateExtension, at: path, "The extension stands there twice; send it once."))
                }
                guard
                    let requested = try RequestedExtension(
                        identifier: identifier, rest: &parts, at: path, violations: &violations), isNew
                else { continue }
                extensions.append(requested)
            }
        } catch {
            violations.append(
                Violation(
                    .malformedExtension, at: "csr.extensions", "The requested extensions are malformed: \(error)."))
        }
    }
}

extension ASN1ObjectIdentifier {
    /// RFC 2985 § 5.4.2.
    static let extensionRequest: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 14]
    /// RFC 2985 § 5.4.1.
    static let challengePassword: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 7]
}
