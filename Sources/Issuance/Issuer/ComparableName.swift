import DERCoding

/// A Name in the form in which names are compared (RFC 5280 § 7.1): its values prepared as RFC 4518 § 2 has it, whatever the string
/// types.
struct ComparableName: Sendable {
    struct Attribute: Hashable, Sendable {
        /// The DER of the OID.
        let type: [UInt8]
        let value: Value
    }

    enum Value: Hashable, Sendable {
        /// Prepared. Texts that Unicode holds for the same are equal, as `String` compares.
        case text(String)
        /// The DER of a value that is no text.
        case other([UInt8])
    }

    /// An RDN is a SET: its attributes have no order.
    let relativeNames: [Set<Attribute>]
    /// The same with no more folded than ASCII's letters and runs of spaces: what every verifier takes for equal.
    private let exactNames: [Set<Attribute>]
    /// False where a text is in a string type whose characters readers do not agree on, such as TeletexString, or is not valid in
    /// its own, or has a character of which no plain form is known: that the name differs from another then proves nothing, nor that it
    /// is the same.
    let isCertain: Bool
    /// Whether a text has characters that RFC 4518's preparation (NFKC, ignored characters) would change: verifiers that prepare and
    /// those that do not may take it for different names.
    let isAmbiguous: Bool

    init(der: [UInt8]) throws(DERError) {
        var (relativeNames, exactNames) = ([Set<Attribute>](), [Set<Attribute>]())
        var (isCertain, isAmbiguous) = (true, false)
        var buffer = DERReader(der)
        var sets = try buffer.sequence()
        try buffer.finish()
        while !sets.isAtEnd {
            var attributes = buffer.reader(of: try sets.next(DERTag.set))
            var (relativeName, exactName) = (Set<Attribute>(), Set<Attribute>())
            while !attributes.isAtEnd {
                var parts = try attributes.sequence()
                let (type, value) = (try parts.next(DERTag.objectIdentifier), try parts.next())
                try parts.finish()
                let typeDER = Array(parts.encoding(type))
                relativeName.insert(
                    Attribute(type: typeDER, value: Self.value(value, of: parts, &isCertain, &isAmbiguous)))
                exactName.insert(Attribute(type: typeDER, value: Self.exactValue(value, of: parts)))
            }
            relativeNames.append(relativeName)
            exactNames.append(exactName)
        }
        (self.relativeNames, self.exactNames) = (relativeNames, exactNames)
        (self.isCertain, self.isAmbiguous) = (isCertain, isAmbiguous)
    }

    /// Whether this name lies in the subtree below `base`, itself included (RFC 5280 § 4.2.1.10).
    func isWithin(_ base: ComparableName) -> Bool {
        relativeNames.starts(with: base.relativeNames)
    }

    /// As `isWithin`, where no verifier could think otherwise.
    func isCertainlyWithin(_ base: ComparableName) -> Bool {
        exactNames.starts(with: base.exactNames)
    }

    /// Whether some verifier may think that this name lies in the subtree.
    func mayBeWithin(_ base: ComparableName) -> Bool {
        !isCertain || isAmbiguous || base.isAmbiguous || isWithin(base)
    }

    private static func exactValue(_ element: DERElement, of parts: DERReader) -> Value {
        let type = element.identifier
        guard stringTypes.contains(type), let text = text(type, parts.contents(element)) else {
            return .other(Array(parts.encoding(element)))
        }
        let words = text.utf8.split(separator: UInt8(ascii: " "))
        // No element begins with a zero: a text is never equal to what is none.
        return .other([0] + Array(words.joined(separator: " ".utf8)).map { $0 | ($0.isASCIIUppercase ? 0x20 : 0) })
    }

    private static func value(
        _ element: DERElement, of parts: DERReader, _ isCertain: inout Bool, _ isAmbiguous: inout Bool
    ) -> Value {
        // Of the universal class, whether or not it is constructed.
        let type = element.identifier & ~0x20
        guard stringTypes.contains(type) else { return .other(Array(parts.encoding(element))) }
        guard !element.isConstructed else {
            isCertain = false
            return .other(Array(parts.encoding(element)))
        }
        let octets = parts.contents(element)
        let text = text(type, octets)
        // As most readers take it.
        let readable = text ?? String(String.UnicodeScalarView(octets.lazy.map { Unicode.Scalar($0) }))
        let prepared = readable.prepared
        isCertain = isCertain && text != nil && !prepared.isPreparedInPart
        isAmbiguous = isAmbiguous || readable.changesWhenPrepared
        return .text(prepared)
    }

    /// UTF8String, NumericString, PrintableString, TeletexString, VideotexString, IA5String, GraphicString, VisibleString,
    /// GeneralString, UniversalString, BMPString.
    private static let stringTypes: Set<UInt8> = [12, 18, 19, 20, 21, 22, 25, 26, 27, 28, 30]

    /// `nil` where the octets are not valid in their type, or there is no telling what they mean.
    private static func text(_ type: UInt8, _ octets: ArraySlice<UInt8>) -> String? {
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
}
