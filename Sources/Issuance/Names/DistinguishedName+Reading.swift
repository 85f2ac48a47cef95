import DERCoding
package import SwiftASN1

extension DistinguishedName {
    /// A short name as in configuration, `CN`, or the OID.
    package static func name(of type: ASN1ObjectIdentifier) -> String {
        SubjectField(type)?.rawValue ?? type.dotted
    }

    /// ```
    /// Name ::= CHOICE { rdnSequence  RDNSequence }
    /// RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
    /// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
    /// AttributeTypeAndValue ::= SEQUENCE { type AttributeType, value AttributeValue }
    /// ```
    /// RFC 5280 § 4.1.2.4. Values that break a rule are told apart in `violations` and left out.
    init(reading element: DERElement, of buffer: DERReader, at path: String, violations: inout [Violation])
        throws(DERError)
    {
        var relativeNames: [[Attribute]] = []
        var sets = buffer.reader(of: element)
        while !sets.isAtEnd {
            let elements = try sets.elements(ofSet: sets.next(DERTag.set))
            guard !elements.isEmpty else { throw .emptySet }
            var attributes: [Attribute] = []
            var types: Set<ASN1ObjectIdentifier> = []
            for element in elements {
                guard element.identifier == DERTag.sequence else { throw .unexpectedTag }
                var parts = buffer.reader(of: element)
                let type = try parts.objectIdentifier()
                let value = try parts.next()
                try parts.finish()
                let path = "\(path).\(Self.name(of: type))"
                // X.501 § 9.3: the types within one RDN are distinct.
                if !types.insert(type).inserted {
                    violations.append(
                        Violation(.subjectRepeatedType, at: path, "A relative name of the subject has one type twice."))
                }
                if let attribute = Attribute(
                    type: type, tag: value.identifier, octets: buffer.contents(value), at: path, violations: &violations
                ) {
                    attributes.append(attribute)
                }
            }
            relativeNames.append(attributes)
        }
        self.init(der: Array(buffer.encoding(element)), relativeNames: relativeNames)
    }
}

extension DistinguishedName.Attribute {
    /// `nil` where the value breaks a rule, and a violation tells which.
    fileprivate init?(
        type: ASN1ObjectIdentifier, tag: UInt8, octets: ArraySlice<UInt8>, at path: String,
        violations: inout [Violation]
    ) {
        func violation(_ rule: Rule, _ message: String) -> Violation { Violation(rule, at: path, message) }
        let syntax = AttributeSyntax(of: type)
        let choices = syntax.encodings.map(\.name).joined(separator: " or ")
        guard let encoding = DistinguishedName.StringEncoding(tag: tag), syntax.encodings.contains(encoding) else {
            let found =
                DistinguishedName.StringEncoding(tag: tag)?.name
                ?? DistinguishedName.StringEncoding.retiredName(tag: tag) ?? "of another type"
            violations.append(
                violation(.subjectStringType, "The value is \(found); this attribute has to be \(choices)."))
            return nil
        }
        guard let value = encoding.text(of: octets) else {
            violations.append(
                violation(
                    .subjectCharacters,
                    "The value holds what \(encoding.name) cannot"
                        + (encoding == .utf8String
                            ? ": it is not valid UTF-8." : "; encode it as \(choices) that fits.")))
            return nil
        }
        let before = violations.count
        if let character = value.characterUnfitForNames {
            violations.append(
                violation(
                    .subjectCharacters,
                    "\(DistinguishedName.name(of: type)) holds the character \(character.codePoint), which no name may; leave it out."
                ))
        }
        if value.isBlank {
            violations.append(violation(.subjectEmptyValue, "The value is empty; leave the attribute out."))
        }
        if value.unicodeScalars.count > syntax.maximumLength {
            violations.append(
                violation(
                    .subjectLength,
                    "The value has \(value.unicodeScalars.count) characters; at most \(syntax.maximumLength) are allowed."
                ))
        } else if type == SubjectField.country.objectIdentifier, !value.isBlank,
            value.utf8.count != 2 || !value.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        {
            violations.append(violation(.subjectCountry, "A country is two upper-case letters, such as DE or JP."))
        }
        guard violations.count == before else { return nil }
        self.init(type: type, encoding: encoding, value: value)
    }
}
