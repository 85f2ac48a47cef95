extension [UInt8] {
    /// Two lower-case digits an octet.
    package var hex: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * count)
        for octet in self {
            digits.append(Self.hexDigit(octet >> 4))
            digits.append(Self.hexDigit(octet & 0xf))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
