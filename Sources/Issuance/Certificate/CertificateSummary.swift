import DERCoding
package import Timekeeping

/// What a list of certificates shows of one, read from its TBSCertificate (RFC 5280 § 4.1), whoever made it.
///
/// It is for display and search, and decides nothing: what cannot be read is left out or `?`, and the rest is told all the same.
package struct CertificateSummary: Hashable, Sendable {
    /// One name of the subjectAltName extension (RFC 5280 § 4.2.1.6).
    package struct AlternativeName: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case dns, ip, email, uri, directory, registeredID
            /// otherName, x400Address, ediPartyName: their text is `?`.
            case other
        }

        package let kind: Kind
        /// A host's name, an address as people write it, a DN as `subject` has it, an OID.
        package let text: String

        package init(kind: Kind, text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// The content octets of the serial's DER INTEGER; any number of them.
    package private(set) var serial: [UInt8] = []
    /// In the order in which it stands, `O=Example, CN=Root`; empty where there is none.
    package private(set) var subject = ""
    package private(set) var alternativeNames: [AlternativeName] = []
    package private(set) var notBefore: Instant?
    /// The final second.
    package private(set) var notAfter: Instant?
    package private(set) var isCA = false

    /// `nil` for what is no TBSCertificate from the serial to the subject.
    package init?(tbs: [UInt8]) {
        var buffer = DERReader(tbs)
        guard var fields = try? buffer.sequence() else { return nil }
        do throws(DERError) {
            _ = try fields.optional(DERTag.constructedContext(0))
            serial = Array(fields.contents(try fields.next(DERTag.integer)))
            _ = try fields.next(DERTag.sequence)
            _ = try fields.next(DERTag.sequence)
            var validity = try fields.sequence()
            notBefore = try? ParsedTime(&validity).instant
            notAfter = try? ParsedTime(&validity).instant
            subject = fields.nameText(of: try fields.next(DERTag.sequence))
        } catch { return nil }
        // What follows is the key, unique identifiers and the extensions, which alone are looked into.
        while let element = try? fields.next() {
            if element.identifier == DERTag.constructedContext(3) { readExtensions(element, of: fields) }
        }
    }

    /// `Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`
    private mutating func readExtensions(_ tagged: DERElement, of buffer: DERReader) {
        var wrapped = buffer.reader(of: tagged)
        guard var list = try? wrapped.sequence() else { return }
        while var fields = try? list.sequence() {
            guard let identifier = try? fields.next(DERTag.objectIdentifier) else { continue }
            let kind = CertificateExtension.Kind(identifierDER: fields.encoding(identifier))
            guard kind == .subjectAlternativeName || kind == .basicConstraints else { continue }
            _ = try? fields.optional(DERTag.boolean)
            guard
                let value = try? fields.next(DERTag.octetString), case var content = fields.reader(of: value),
                var inner = try? content.sequence()
            else { continue }
            if kind == .basicConstraints {
                // A FALSE that is written out is no DER, but no CA either.
                isCA = (try? inner.boolean()) ?? false
            } else {
                while let name = try? inner.next() { alternativeNames.append(AlternativeName(name, of: inner)) }
            }
        }
    }
}

extension CertificateSummary.AlternativeName {
    /// A GeneralName by its context tag.
    fileprivate init(_ element: DERElement, of buffer: DERReader) {
        let octets = buffer.contents(element)
        switch element.identifier {
        case 0x81: self.init(kind: .email, text: .displayed(octets))
        case 0x82: self.init(kind: .dns, text: .displayed(octets))
        case 0x86: self.init(kind: .uri, text: .displayed(octets))
        case 0x87: self.init(kind: .ip, text: Self.address(Array(octets)))
        case 0xa4:
            // A CHOICE cannot be tagged implicitly (X.680 § 31.2.7), so a Name is wrapped.
            var wrapped = buffer.reader(of: element)
            self.init(
                kind: .directory, text: (try? wrapped.next(DERTag.sequence)).map { wrapped.nameText(of: $0) } ?? "?")
        case 0x88:
            var identifier = DERReader([DERTag.objectIdentifier, UInt8(truncatingIfNeeded: octets.count)] + octets)
            self.init(kind: .registeredID, text: (try? identifier.objectIdentifier())?.dotted ?? "?")
        default: self.init(kind: .other, text: "?")
        }
    }

    /// `192.0.2.1`, `2001:db8::1` (RFC 5952 § 4); hexadecimal for octets that are no address.
    static func address(_ octets: [UInt8]) -> String {
        switch octets.count {
        case 4: return octets.map { String($0) }.joined(separator: ".")
        case 16: break
        default: return octets.hex
        }
        let groups = (0..<8).map { Int(octets[2 * $0]) << 8 | Int(octets[2 * $0 + 1]) }
        // The longest run of at least two zeros, the first of those that are equal.
        var gap = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(1, gap.count) { gap = start..<index }
            start = index + 1
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return gap.isEmpty ? text(0..<8) : text(0..<gap.lowerBound) + "::" + text(gap.upperBound..<8)
    }
}

extension DERReader {
    /// A Name as `DistinguishedName.description(der:)` writes it, with the text of older string types as well.
    fileprivate func nameText(of name: DERElement) -> String {
        var text = ""
        var sets = reader(of: name)
        while !sets.isAtEnd {
            guard let set = try? sets.next(DERTag.set) else { return "?" }
            var attributes = reader(of: set)
            while !attributes.isAtEnd {
                guard var fields = try? attributes.sequence() else { return "?" }
                let type = fields.attributeName()
                let value = (try? fields.next()).map { fields.displayedText(of: $0) } ?? "?"
                if !text.isEmpty { text += ", " }
                text += type
                text += "="
                text += value
            }
        }
        return text
    }

    /// The name of an attribute's type, which comes next.
    private mutating func attributeName() -> String {
        // id-at is 2.5.4, 55 04: most are of that arc.
        if let element = try? next(DERTag.objectIdentifier) {
            let octets = contents(element)
            if octets.count == 3, octets.starts(with: [0x55, 4]),
                let name = octets.last.flatMap({ Self.names[Int($0)] })
            {
                return name
            }
            var identifier = DERReader(bytes, in: element.encoding)
            return (try? identifier.objectIdentifier()).map { DistinguishedName.name(of: $0) } ?? "?"
        }
        return "?"
    }

    /// The names under id-at, by their last arc.
    private static let names: [String?] = {
        var names = [String?](repeating: nil, count: 256)
        for field in SubjectField.allCases {
            let arcs = field.objectIdentifier.dotted.split(separator: ".").compactMap { Int($0) }
            if arcs.count == 4, arcs.starts(with: [2, 5, 4]), names.indices.contains(arcs[3]) {
                names[arcs[3]] = field.rawValue
            }
        }
        return names
    }()

    /// The text of an attribute's value, which may be of any type (X.520 § 6.2; RFC 5280 § 4.1.2.4).
    private func displayedText(of value: DERElement) -> String {
        let octets = contents(value)
        switch value.identifier {
        case DERTag.utf8String, DERTag.printableString, DERTag.ia5String, 0x12, 0x1a: return .displayed(octets)
        case 0x14, 0x15, 0x19, 0x1b:
            // TeletexString and its like: by the letter of T.61, in practice Latin-1, whose octets are its code points.
            return .displayed(octets.lazy.map { UInt32($0) })
        case 0x1c where octets.count % 4 == 0: return .displayed(Self.units(of: 4, in: octets))
        case 0x1e where octets.count % 2 == 0:
            let units = Self.units(of: 2, in: octets).map { UInt16(truncatingIfNeeded: $0) }
            return .displayed(String(decoding: units, as: UTF16.self).unicodeScalars.lazy.map(\.value))
        default: return "?"
        }
    }

    /// UniversalString and BMPString: big-endian numbers (X.690 § 8.23.7, § 8.23.8).
    private static func units(of width: Int, in octets: ArraySlice<UInt8>) -> [UInt32] {
        stride(from: octets.startIndex, to: octets.endIndex, by: width).map { start in
            octets[start..<(start + width)].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}

extension String {
    /// UTF-8, or ASCII; `?` for what is neither, and for each control character, which would do harm on a terminal.
    fileprivate static func displayed(_ octets: ArraySlice<UInt8>) -> String {
        if octets.allSatisfy({ (0x20..<0x7f).contains($0) }) { return String(decoding: octets, as: UTF8.self) }
        guard let text = String(validating: octets, as: UTF8.self) else { return "?" }
        return displayed(text.unicodeScalars.lazy.map(\.value))
    }

    /// Unicode's code points; `?` for what is none, and for each control character.
    fileprivate static func displayed(_ codePoints: some Sequence<UInt32>) -> String {
        var text = ""
        for codePoint in codePoints {
            let scalar = Unicode.Scalar(codePoint)
            text.unicodeScalars.append(scalar.flatMap { $0.properties.generalCategory == .control ? nil : $0 } ?? "?")
        }
        return text
    }
}
