import DERCoding

extension IssuerCertificate {
    /// The subject for people to read.
    package var subjectDescription: String { DistinguishedName.description(der: subject) }
}

extension DistinguishedName {
    /// A Name's DER for people to read, much as RFC 4514 writes it but in the order in which it stands: `O=Example, CN=Root`. What
    /// is no text is `?`; this is for display, and decides nothing.
    static func description(der: [UInt8]) -> String { parts(der: der).joined(separator: ", ") }

    /// The same, an attribute each.
    static func parts(der: [UInt8]) -> [String] {
        var reader = DERReader(der)
        guard let name = try? reader.next(DERTag.sequence) else { return ["?"] }
        var sets = reader.reader(of: name)
        var parts: [String] = []
        while !sets.isAtEnd {
            guard let set = try? sets.next(DERTag.set) else { return ["?"] }
            var attributes = reader.reader(of: set)
            while !attributes.isAtEnd {
                guard
                    let attribute = try? attributes.next(DERTag.sequence),
                    case var fields = reader.reader(of: attribute), let type = try? fields.objectIdentifier(),
                    let value = try? fields.next()
                else { return ["?"] }
                let text = String(validating: reader.contents(value), as: UTF8.self) ?? "?"
                parts.append("\(Self.name(of: type))=\(text)")
            }
        }
        return parts
    }

    /// The same without doubt, an RDN each: a value that is no text of one of today's string types (RFC 5280 § 4.1.2.4) in hexadecimal, and the attributes of
    /// an RDN that has several with " + " between them.
    static func exactParts(der: [UInt8]) -> [String] {
        var reader = DERReader(der)
        guard let name = try? reader.next(DERTag.sequence) else { return ["#" + der.hex] }
        var sets = reader.reader(of: name)
        var parts: [String] = []
        while !sets.isAtEnd {
            guard let set = try? sets.next(DERTag.set) else { return ["#" + der.hex] }
            var attributes = reader.reader(of: set)
            var texts: [String] = []
            while !attributes.isAtEnd {
                guard
                    let attribute = try? attributes.next(DERTag.sequence),
                    case var fields = reader.reader(of: attribute), let type = try? fields.objectIdentifier(),
                    let value = try? fields.next()
                else { return ["#" + der.hex] }
                let octets = reader.contents(value)
                // UTF8String, PrintableString, IA5String.
                let text =
                    [0x0c, 0x13, 0x16].contains(value.identifier) ? String(validating: octets, as: UTF8.self) : nil
                texts.append("\(Self.name(of: type))=\(text ?? "#" + Array(octets).hex)")
            }
            parts.append(texts.joined(separator: " + "))
        }
        return parts
    }
}
