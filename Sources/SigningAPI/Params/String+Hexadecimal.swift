extension String {
    /// The octets of a text in hex, two digits each in either case; `nil` for anything else, and for no octet at all.
    ///
    /// - Parameter separator: what may stand between two octets.
    package func hexOctets(separator: UInt8? = nil) -> [UInt8]? {
        var octets: [UInt8] = []
        var rest = utf8[...]
        while let high = rest.popFirst() {
            if high == separator, !octets.isEmpty {
                guard let digit = rest.popFirst(), let octet = Self.octet(digit, rest.popFirst()) else { return nil }
                octets.append(octet)
            } else {
                guard let octet = Self.octet(high, rest.popFirst()) else { return nil }
                octets.append(octet)
            }
        }
        return octets.isEmpty ? nil : octets
    }

    private static func octet(_ high: UInt8, _ low: UInt8?) -> UInt8? {
        guard let high = digit(high), let low = low.flatMap(digit) else { return nil }
        return high << 4 | low
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
