internal import FoundationEssentials

// A serializer that appends to the buffer which will be written to disk: no tree, and no allocation of its own.
extension [UInt8] {
    mutating func appendDER(_ tag: DERTag, _ content: some Collection<UInt8>) {
        append(tag.rawValue)
        appendDERLength(content.count)
        append(contentsOf: content)
    }

    mutating func appendDER(_ tag: DERTag, _ content: UUID) {
        appendDER(tag, content.octets)
    }

    /// A positive INTEGER in the fewest octets (X.690 § 8.3.2).
    mutating func appendDERInteger(_ value: UInt64) {
        // One bit more than the value has, so that the first is a zero: the sign.
        let octets = (UInt64.bitWidth - value.leadingZeroBitCount) / 8 + 1
        append(DERTag.integer.rawValue)
        appendDERLength(octets)
        for index in stride(from: octets - 1, through: 0, by: -1) {
            append(index == 8 ? 0 : UInt8(truncatingIfNeeded: value >> UInt64(index * 8)))
        }
    }

    /// Elements whose length is known only when they have been written, and is put before them then: moving a kilobyte
    /// takes less time than measuring it beforehand.
    mutating func appendDER(_ tag: DERTag, containing elements: (inout [UInt8]) -> Void) {
        append(tag.rawValue)
        let start = count
        elements(&self)
        let length = count - start
        guard length >= 0x80 else { return insert(UInt8(truncatingIfNeeded: length), at: start) }
        var rest = length
        var octets: UInt8 = 0
        while rest > 0 {
            insert(UInt8(truncatingIfNeeded: rest), at: start)
            rest >>= 8
            octets += 1
        }
        insert(0x80 | octets, at: start)
    }

    /// The definite form in the fewest octets (X.690 § 10.1).
    private mutating func appendDERLength(_ length: Int) {
        guard length >= 0x80 else { return append(UInt8(truncatingIfNeeded: length)) }
        let bytes = (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
        append(0x80 | UInt8(truncatingIfNeeded: bytes))
        for index in stride(from: bytes - 1, through: 0, by: -1) {
            append(UInt8(truncatingIfNeeded: length >> (index * 8)))
        }
    }
}
