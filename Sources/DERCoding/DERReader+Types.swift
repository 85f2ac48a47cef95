package import SwiftASN1

extension DERReader {
    /// The elements of a SEQUENCE.
    package mutating func sequence() throws(DERError) -> DERReader {
        reader(of: try next(DERTag.sequence))
    }

    /// X.690 § 8.2, § 11.1.
    package mutating func boolean() throws(DERError) -> Bool {
        let contents = contents(try next(DERTag.boolean))
        switch (contents.count, contents.first) {
        case (1, 0x00): return false
        case (1, 0xff): return true
        default: throw .invalidBoolean
        }
    }

    /// `BOOLEAN DEFAULT FALSE`: the default is not written (X.690 § 11.5).
    package mutating func booleanDefaultFalse() throws(DERError) -> Bool {
        guard nextTag == DERTag.boolean else { return false }
        guard try boolean() else { throw .defaultEncoded }
        return true
    }

    /// Two's complement, big-endian, in its shortest form (X.690 § 8.3).
    ///
    /// - Parameter tag: another where the type is tagged IMPLICIT.
    package mutating func integer(_ tag: UInt8 = DERTag.integer) throws(DERError) -> ArraySlice<UInt8> {
        let contents = contents(try next(tag))
        guard let first = contents.first else { throw .invalidInteger }
        if contents.count > 1 {
            let secondIsNegative = contents[contents.startIndex + 1] >= 0x80
            guard !(first == 0x00 && !secondIsNegative), !(first == 0xff && secondIsNegative) else {
                throw .invalidInteger
            }
        }
        return contents
    }

    /// X.690 § 8.6, § 11.2.1: the unused bits of the last octet are zero.
    package mutating func bitString() throws(DERError) -> (octets: ArraySlice<UInt8>, unusedBits: Int) {
        let contents = contents(try next(DERTag.bitString))
        guard let unusedBits = contents.first, unusedBits < 8 else { throw .invalidBitString }
        let octets = contents.dropFirst()
        let mask: UInt8 = (1 << unusedBits) - 1
        guard octets.last.map({ $0 & mask == 0 }) ?? (unusedBits == 0) else { throw .invalidBitString }
        return (octets, Int(unusedBits))
    }

    /// A BIT STRING of whole octets: a key, a signature.
    package mutating func octetsOfBitString() throws(DERError) -> ArraySlice<UInt8> {
        let (octets, unusedBits) = try bitString()
        guard unusedBits == 0 else { throw .invalidBitString }
        return octets
    }

    package mutating func null() throws(DERError) {
        guard try next(DERTag.null).contents.isEmpty else { throw .invalidNull }
    }

    /// X.690 § 8.19: each arc in its fewest octets, and of 63 bits at most.
    package mutating func objectIdentifier() throws(DERError) -> ASN1ObjectIdentifier {
        let element = try next(DERTag.objectIdentifier)
        let contents = contents(element)
        if let common = CommonObjectIdentifiers.identifier(contents: contents) { return common }
        guard let last = contents.last, last < 0x80 else { throw .invalidObjectIdentifier }
        var octetsOfArc = 0
        for octet in contents {
            guard octetsOfArc > 0 || octet != 0x80, octetsOfArc < 9 else { throw .invalidObjectIdentifier }
            octetsOfArc = octet >= 0x80 ? octetsOfArc + 1 : 0
        }
        guard let identifier = try? ASN1ObjectIdentifier(derEncoded: encoding(element)) else {
            throw .invalidObjectIdentifier
        }
        return identifier
    }

    /// The elements of a SET OF, which DER sorts by their encodings (X.690 § 11.6). That an element stands there twice is no
    /// fault of DER's, but of every SET OF that X.509 knows.
    package func elements(ofSet set: DERElement) throws(DERError) -> [DERElement] {
        var inner = reader(of: set)
        var elements: [DERElement] = []
        while !inner.isAtEnd {
            let element = try inner.next()
            if let previous = elements.last {
                let (left, right) = (encoding(previous), encoding(element))
                guard left != right else { throw .repeatedInSet }
                // A shorter one that begins the longer one sorts first, as if padded with zeros; two elements' encodings
                // cannot be so related, for the length is part of them.
                guard left.lexicographicallyPrecedes(right) else { throw .unsortedSet }
            }
            elements.append(element)
        }
        return elements
    }
}

extension ASN1ObjectIdentifier {
    /// Such as `2.5.4.3`. SwiftASN1's own text is wrong where the second arc under 2 is 40 or more.
    package var dotted: String {
        var components = oidComponents
        if components.count > 1, components[0] > 2 {
            components[1] += (components[0] - 2) * 40
            components[0] = 2
        }
        return components.map(String.init).joined(separator: ".")
    }
}
