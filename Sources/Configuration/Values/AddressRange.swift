import Glibc

/// A range of IP addresses in CIDR notation (RFC 4632 § 3.1, RFC 4291 § 2.3).
struct AddressRange {
    /// In network order, 4 or 16 octets each (RFC 5280 § 4.2.1.10).
    let addressAndMask: [UInt8]

    /// `nil` for another text, and where the address has a bit outside its mask.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard
            parts.count == 2, let address = Self.address(parts[0]), parts[1].utf8.allSatisfy(\.isDecimalDigit),
            parts[1] == "0" || parts[1].utf8.first != UInt8(ascii: "0"), let length = Int(parts[1]),
            length <= address.count * 8
        else { return nil }
        let mask = address.indices.map { index -> UInt8 in
            let bits = min(8, max(0, length - index * 8))
            return bits == 0 ? 0 : 0xff << UInt8(8 - bits)
        }
        guard zip(address, mask).allSatisfy({ $0 & ~$1 == 0 }) else { return nil }
        addressAndMask = address + mask
    }

    private static func address(_ text: String) -> [UInt8]? {
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var octets = [UInt8](repeating: 0, count: size)
            let result = unsafe octets.withUnsafeMutableBytes { unsafe inet_pton(family, text, $0.baseAddress) }
            if result == 1 { return octets }
        }
        return nil
    }
}
