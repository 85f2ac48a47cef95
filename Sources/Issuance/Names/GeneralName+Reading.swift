import DERCoding

extension GeneralName {
    /// ```
    /// GeneralName ::= CHOICE {
    ///      otherName                 [0]  OtherName,
    ///      rfc822Name                [1]  IA5String,
    ///      dNSName                   [2]  IA5String,
    ///      x400Address               [3]  ORAddress,
    ///      directoryName             [4]  Name,
    ///      ediPartyName              [5]  EDIPartyName,
    ///      uniformResourceIdentifier [6]  IA5String,
    ///      iPAddress                 [7]  OCTET STRING,
    ///      registeredID              [8]  OBJECT IDENTIFIER }
    /// ```
    /// RFC 5280 § 4.2.1.6. What a name of its kind may say is for the profile; here it is of its type's characters.
    /// `nil` where it is not, and a violation tells why.
    init?(
        reading element: DERElement, of buffer: DERReader, at path: String, violations: inout [Violation]
    ) throws(DERError) {
        let octets = buffer.contents(element)
        switch element.identifier {
        case 0x81:
            guard let text = Self.text(octets, at: path, &violations) else { return nil }
            self = .email(text)
        case 0x82:
            guard let text = Self.text(octets, at: path, &violations) else { return nil }
            self = .dns(text)
        case 0x86:
            guard let text = Self.text(octets, at: path, &violations) else { return nil }
            self = .uri(text)
        case 0x87:
            guard octets.count == 4 || octets.count == 16 else {
                violations.append(
                    Violation(
                        .ipAddressLength, at: path,
                        "An IP address has 4 or 16 octets, not \(octets.count); a mask has no place here."))
                return nil
            }
            self = .ip(Array(octets))
        case 0xa0, 0xa3, 0xa4, 0xa5, 0x88:
            try buffer.checkContents(of: element)
            self = .unsupported(tag: UInt(element.identifier & 0x1f))
        default:
            throw .unexpectedTag
        }
    }

    private static func text(_ octets: ArraySlice<UInt8>, at path: String, _ violations: inout [Violation]) -> String? {
        guard !octets.isEmpty else {
            violations.append(Violation(.emptyAlternativeName, at: path, "The name is empty; leave it out."))
            return nil
        }
        guard octets.allSatisfy({ (0x20..<0x7f).contains($0) }) else {
            violations.append(
                Violation(
                    .alternativeNameCharacters, at: path,
                    "The name holds a control character or one outside ASCII; write international names in their ASCII form."
                ))
            return nil
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
