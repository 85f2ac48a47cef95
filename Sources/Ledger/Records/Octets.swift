package import FoundationEssentials

extension [UInt8] {
    /// Most significant octet first.
    mutating func appendBigEndian<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    /// Reads a number where there are octets enough for it.
    func bigEndian<Number: FixedWidthInteger & UnsignedInteger>(at offset: Int) -> Number {
        var number: Number = 0
        for index in offset..<(offset + Number.bitWidth / 8) { number = number << 8 | Number(self[index]) }
        return number
    }

    /// Puts a number in the place of what is there.
    mutating func replaceBigEndian<Number: FixedWidthInteger & UnsignedInteger>(at offset: Int, with number: Number) {
        for index in 0..<(Number.bitWidth / 8) {
            self[offset + index] = UInt8(truncatingIfNeeded: number >> Number(Number.bitWidth - 8 - index * 8))
        }
    }
}

extension UUID {
    /// The 16 octets, in the order in which they are written.
    package var octets: [UInt8] {
        let u = uuid
        return [
            u.0, u.1, u.2, u.3, u.4, u.5, u.6, u.7, u.8, u.9, u.10, u.11, u.12, u.13, u.14, u.15,
        ]
    }

    /// `nil` unless there are 16 octets.
    package init?(octets: [UInt8]) {
        guard octets.count == 16 else { return nil }
        self.init(octets, at: 0)
    }

    /// `nil` unless there are 16 octets from `offset` on.
    init?(_ bytes: [UInt8], at offset: Int) {
        guard offset >= 0, bytes.count - offset >= 16 else { return nil }
        let b = bytes[offset..<(offset + 16)]
        let o = offset
        self.init(
            uuid: (
                b[o], b[o + 1], b[o + 2], b[o + 3], b[o + 4], b[o + 5], b[o + 6], b[o + 7], b[o + 8], b[o + 9],
                b[o + 10], b[o + 11], b[o + 12], b[o + 13], b[o + 14], b[o + 15]
            ))
    }
}
