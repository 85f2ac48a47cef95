import PublicKeys

/// Writes DER (X.690 § 10) into one growing buffer. A length is patched in when its content is complete, so nothing is
/// encoded apart and copied.
struct DERWriter: Sendable {
    private(set) var octets: [UInt8] = []

    init(reservingCapacity capacity: Int = 0) {
        octets.reserveCapacity(capacity)
    }

    /// A primitive value.
    mutating func primitive(_ tag: UInt8, _ content: some Collection<UInt8>) {
        octets.append(tag)
        appendLength(content.count)
        octets.append(contentsOf: content)
    }

    /// What is DER already.
    mutating func encoded(_ der: some Collection<UInt8>) {
        octets.append(contentsOf: der)
    }

    /// A value that is made of others, or an OCTET STRING or BIT STRING that wraps some.
    mutating func constructed(_ tag: UInt8, _ content: (inout DERWriter) -> Void) {
        octets.append(tag)
        let position = octets.count
        octets.append(0)
        content(&self)
        let length = octets.count - position - 1
        if length < 0x80 {
            octets[position] = UInt8(length)
        } else {
            octets.replaceSubrange(position...position, with: Self.longLength(length))
        }
    }

    /// BOOLEAN TRUE: X.690 § 11.1. FALSE is a DEFAULT wherever a certificate has a BOOLEAN, and so is never written (§ 11.5).
    mutating func booleanTrue() {
        octets.append(contentsOf: [DERTag.boolean, 1, 0xff])
    }

    /// A non-negative INTEGER in the fewest octets (X.690 § 8.3.2).
    mutating func integer(_ value: UInt64) {
        var content: [UInt8] = []
        var rest = value
        repeat {
            content.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        } while rest > 0
        if let top = content.last, top >= 0x80 { content.append(0) }
        primitive(DERTag.integer, content.reversed())
    }

    private mutating func appendLength(_ length: Int) {
        if length < 0x80 {
            octets.append(UInt8(length))
        } else {
            octets.append(contentsOf: Self.longLength(length))
        }
    }

    /// X.690 § 8.1.3.5: the number of length octets, then the length in the fewest of them (§ 10.1).
    private static func longLength(_ length: Int) -> [UInt8] {
        let width = (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
        var result = [0x80 | UInt8(width)]
        for shift in stride(from: (width - 1) * 8, through: 0, by: -8) {
            result.append(UInt8(truncatingIfNeeded: length >> shift))
        }
        return result
    }
}

extension DERTag {
    static let utcTime: UInt8 = 0x17
    static let generalizedTime: UInt8 = 0x18

    /// `[number]`, IMPLICIT over a primitive type.
    static func context(_ number: UInt8) -> UInt8 { 0x80 | number }
    /// `[number]`, EXPLICIT, or IMPLICIT over a constructed type.
    static func constructedContext(_ number: UInt8) -> UInt8 { 0xa0 | number }
}
