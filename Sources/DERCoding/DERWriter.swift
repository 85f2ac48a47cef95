/// Writes DER (X.690 § 10) into one growing buffer. A length is patched in when its content is complete, so nothing is
/// encoded apart and copied.
package struct DERWriter: Sendable {
    /// All that is written so far. What has no tag is appended here: the digits of a time, the frame of a record.
    package var octets: [UInt8] = []

    package init(reservingCapacity capacity: Int = 0) {
        octets.reserveCapacity(capacity)
    }

    /// A primitive value.
    package mutating func primitive(_ tag: UInt8, _ content: [UInt8]) {
        appendHeader(tag, content.count)
        octets.append(contentsOf: content)
    }

    /// A string in the octets of its UTF-8.
    package mutating func primitive(_ tag: UInt8, _ content: String.UTF8View) {
        appendHeader(tag, content.count)
        octets.append(contentsOf: content)
    }

    /// What is DER already.
    package mutating func encoded(_ der: [UInt8]) {
        octets.append(contentsOf: der)
    }

    /// A value that is made of others, or an OCTET STRING or BIT STRING that wraps some.
    package mutating func constructed(_ tag: UInt8, _ content: (inout DERWriter) -> Void) {
        octets.append(tag)
        let position = octets.count
        octets.append(0)
        content(&self)
        let length = octets.count - position - 1
        guard length >= 0x80 else { return octets[position] = UInt8(truncatingIfNeeded: length) }
        let width = Self.width(ofLength: length)
        octets[position] = 0x80 | UInt8(truncatingIfNeeded: width)
        octets.insert(contentsOf: repeatElement(0, count: width), at: position + 1)
        for index in 0..<width {
            octets[position + width - index] = UInt8(truncatingIfNeeded: length >> (index * 8))
        }
    }

    /// BOOLEAN TRUE: X.690 § 11.1. FALSE is a DEFAULT wherever a certificate has a BOOLEAN, and so is never written (§ 11.5).
    package mutating func booleanTrue() {
        octets.append(contentsOf: [DERTag.boolean, 1, 0xff])
    }

    /// A non-negative INTEGER in the fewest octets (X.690 § 8.3.2).
    ///
    /// - Parameter tag: another where the type is tagged IMPLICIT.
    package mutating func integer(_ value: UInt64, tag: UInt8 = DERTag.integer) {
        // One bit more than the value has, so that the first is a zero: the sign.
        let count = (UInt64.bitWidth - value.leadingZeroBitCount) / 8 + 1
        appendHeader(tag, count)
        for index in stride(from: count - 1, through: 0, by: -1) {
            octets.append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8)))
        }
    }

    /// A non-negative INTEGER of these big-endian octets, in the fewest: zeros in front are left out, but for that of the sign.
    package mutating func integer(magnitude: ArraySlice<UInt8>) {
        let digits = magnitude.drop { $0 == 0 }
        // Zero is one octet as well.
        let needsZero = digits.first.map { $0 >= 0x80 } ?? true
        appendHeader(DERTag.integer, digits.count + (needsZero ? 1 : 0))
        if needsZero { octets.append(0) }
        octets.append(contentsOf: digits)
    }

    /// A BIT STRING of whole octets: a key, a signature (X.690 § 8.6.2).
    package mutating func bitString(_ content: [UInt8]) {
        appendHeader(DERTag.bitString, content.count + 1)
        octets.append(0)
        octets.append(contentsOf: content)
    }

    /// Tag and length.
    private mutating func appendHeader(_ tag: UInt8, _ length: Int) {
        octets.append(tag)
        guard length >= 0x80 else { return octets.append(UInt8(truncatingIfNeeded: length)) }
        let width = Self.width(ofLength: length)
        octets.append(0x80 | UInt8(truncatingIfNeeded: width))
        for index in stride(from: width - 1, through: 0, by: -1) {
            octets.append(UInt8(truncatingIfNeeded: length >> (index * 8)))
        }
    }

    /// X.690 § 8.1.3.5: from 128 on, the number of length octets comes first, then the length in the fewest of them (§ 10.1).
    private static func width(ofLength length: Int) -> Int {
        (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
    }
}
