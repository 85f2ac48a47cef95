/// A block of addresses: address octets, then mask octets.
struct AddressBase: Sendable {
    private let address: [UInt8]
    private let mask: [UInt8]

    /// `nil` unless there are 8 or 32.
    init?(_ octets: [UInt8]) {
        guard octets.count == 8 || octets.count == 32 else { return nil }
        address = Array(octets.prefix(octets.count / 2))
        mask = Array(octets.suffix(octets.count / 2))
    }

    func contains(_ other: IPAddress) -> Bool {
        guard other.octets.count == address.count else { return false }
        return zip(other.octets, zip(address, mask)).allSatisfy { octet, pair in (octet ^ pair.0) & pair.1 == 0 }
    }

    /// Also whether the address of the other family that stands for the same host (RFC 4291 § 2.5.5.2) lies in the block.
    func touches(_ other: IPAddress) -> Bool {
        if contains(other) || contains(other.unmapped) { return true }
        // Only a block of nothing but mapped addresses speaks of IPv4: ::/0 is all of IPv6.
        let fixed = IPAddress.mappedPrefix.count
        guard other.octets.count == 4, mask.prefix(fixed).allSatisfy({ $0 == 0xff }),
            let mapped = IPAddress(octets: IPAddress.mappedPrefix + other.octets)
        else { return false }
        return contains(mapped)
    }

    /// Whether all of a pattern's addresses lie in the block.
    func contains(_ pattern: IPPattern.Block) -> Bool {
        contains(pattern.address) && maskIsWithin(pattern.prefixLength)
    }

    /// Whether any of a pattern's addresses lies in the block.
    func meets(_ pattern: IPPattern.Block) -> Bool {
        guard pattern.address.octets.count == address.count else { return false }
        return zip(pattern.address.octets, zip(address, mask)).enumerated().allSatisfy { index, octets in
            (octets.0 ^ octets.1.0) & octets.1.1 & Self.mask(pattern.prefixLength, at: index) == 0
        }
    }

    private func maskIsWithin(_ prefixLength: Int) -> Bool {
        mask.enumerated().allSatisfy { $1 & ~Self.mask(prefixLength, at: $0) == 0 }
    }

    /// The octet at that place of the mask of a prefix.
    private static func mask(_ prefixLength: Int, at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: 0xff00 >> Swift.max(0, Swift.min(8, prefixLength - index * 8)))
    }
}
