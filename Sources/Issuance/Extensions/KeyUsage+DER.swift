extension KeyUsage {
    /// The content of the BIT STRING: the number of unused bits, then the bits, trailing zeros cut off as X.690 § 11.2.2 wants of
    /// a named-bit list.
    var bitStringContent: [UInt8] {
        guard !isEmpty else { return [0] }
        let highest = UInt16.bitWidth - 1 - rawValue.leadingZeroBitCount
        // Bit 0 of the list is the top bit of the first octet.
        let octets = [UInt8(truncatingIfNeeded: rawValue).bitsReversed, UInt8(rawValue >> 8).bitsReversed]
        return [UInt8(7 - highest % 8)] + octets.prefix(highest / 8 + 1)
    }

    /// Reads the content of a BIT STRING. `nil` where bits beyond the ninth are set, or the encoding is not the shortest.
    init?(bitStringContent content: some Collection<UInt8>) {
        let octets = Array(content.dropFirst())
        guard octets.count <= 2 else { return nil }
        var value: UInt16 = 0
        for (index, octet) in octets.enumerated() { value |= UInt16(octet.bitsReversed) << (index * 8) }
        guard value <= 0x1ff else { return nil }
        self.init(rawValue: value)
        guard bitStringContent.elementsEqual(content) else { return nil }
    }
}

extension UInt8 {
    fileprivate var bitsReversed: UInt8 {
        var (result, rest): (UInt8, UInt8) = (0, self)
        for _ in 0..<8 {
            result = result << 1 | rest & 1
            rest >>= 1
        }
        return result
    }
}
