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
}
