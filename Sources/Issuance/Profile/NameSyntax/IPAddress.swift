/// An IPv4 or IPv6 address: 4 or 16 octets in network order (RFC 5280 § 4.2.1.6).
package struct IPAddress: Hashable, Sendable {
    package let octets: [UInt8]

    /// `nil` unless there are 4 or 16.
    package init?(octets: [UInt8]) {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        self.octets = octets
    }

    /// Reads dotted decimal of four numbers without leading zeros (RFC 6943 § 3.1.1's strict form), or RFC 4291 § 2.2; `nil`
    /// for any other text, a zone identifier included.
    package init?(parsing text: String) {
        // Most texts that come here are host names: their first character tells.
        guard let first = text.utf8.first, first.hexDigitValue != nil || first == UInt8(ascii: ":") else { return nil }
        let octets = Array(text.utf8)
        if octets.contains(UInt8(ascii: ":")) {
            guard let parsed = Self.version6(octets[...]) else { return nil }
            self.octets = parsed
        } else {
            guard let parsed = Self.version4(octets[...]) else { return nil }
            self.octets = parsed
        }
    }

    private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard
                part.count == 1 || part.first != UInt8(ascii: "0"), part.allSatisfy(\.isASCIIDigit),
                let octet = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            octets.append(octet)
        }
        return octets
    }

    private static func version6(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        guard let gap = text.indices.first(where: { text[$0...].starts(with: [colon, colon]) }) else {
            return groups(text, mayEndInVersion4: true).flatMap { $0.count == 16 ? $0 : nil }
        }
        guard
            let head = groups(text[..<gap], mayEndInVersion4: false),
            let tail = groups(text[(gap + 2)...], mayEndInVersion4: true), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Groups of one to four hexadecimal digits, the last possibly an IPv4 address; empty for an empty text.
    private static func groups(_ text: ArraySlice<UInt8>, mayEndInVersion4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var octets: [UInt8] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInVersion4, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let tail = version4(part) else { return nil }
                octets += tail
            } else {
                guard (1...4).contains(part.count), part.allSatisfy({ $0.hexDigitValue != nil }) else { return nil }
                let value = part.reduce(UInt16(0)) { $0 << 4 | UInt16($1.hexDigitValue ?? 0) }
                octets += [UInt8(value >> 8), UInt8(value & 0xff)]
            }
        }
        return octets
    }

    /// Of the IPv6 addresses that stand for IPv4 ones (RFC 4291 § 2.5.5.2).
    static let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

    /// The IPv4 address of an IPv4-mapped IPv6 address; any other address is itself.
    var unmapped: IPAddress {
        guard octets.count == 16, octets.starts(with: Self.mappedPrefix) else { return self }
        return IPAddress(octets: Array(octets.suffix(4))) ?? self
    }

    /// Whether the first `length` bits are those of `other`, and the family is the same.
    package func shares(first length: Int, with other: IPAddress) -> Bool {
        guard octets.count == other.octets.count else { return false }
        return zip(octets, other.octets).enumerated().allSatisfy { index, pair in
            let bits = Swift.max(0, Swift.min(8, length - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> bits)
            return (pair.0 ^ pair.1) & mask == 0
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the one form that RFC 5952 § 4 has for an IPv6 address; a mapped one in hexadecimal too.
    package var description: String {
        guard octets.count == 16 else { return octets.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
        var gap = 0..<0
        for start in groups.indices {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.endIndex
            if end - start > gap.count { gap = start..<end }
        }
        let texts = groups.map { String($0, radix: 16) }
        guard gap.count > 1 else { return texts.joined(separator: ":") }
        return texts[..<gap.lowerBound].joined(separator: ":") + "::" + texts[gap.upperBound...].joined(separator: ":")
    }
}
