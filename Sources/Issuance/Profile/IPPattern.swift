/// `10.0.0.0/8`, `fd00::/8`, or one address. `*`: any address.
package struct IPPattern: Hashable, Sendable {
    struct Block: Hashable, Sendable {
        let address: IPAddress
        let prefixLength: Int

        fileprivate var isAligned: Bool {
            address.octets.enumerated().allSatisfy { index, octet in
                let bits = Swift.max(0, Swift.min(8, prefixLength - index * 8))
                return octet & UInt8(truncatingIfNeeded: 0xff >> bits) == 0
            }
        }
    }

    /// As it was written.
    package let text: String
    /// `nil` for every address.
    let block: Block?

    package init(parsing text: String) throws(PatternSyntaxError) {
        self.text = text
        if text == "*" {
            block = nil
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(parsing: String(first)) else {
            throw PatternSyntaxError("is not an IP address, or one with a prefix length such as 10.0.0.0/8")
        }
        let bits = address.octets.count * 8
        var prefixLength = bits
        if parts.count == 2 {
            guard
                parts[1].utf8.allSatisfy(\.isASCIIDigit), let length = Int(parts[1]), length <= bits,
                String(length) == parts[1]
            else { throw PatternSyntaxError("has a prefix length that is not a number from 0 to \(bits)") }
            prefixLength = length
        }
        let block = Block(address: address, prefixLength: prefixLength)
        // 10.1.0.0/8 may be meant as 10.1.0.0/16 or as 10.0.0.0/8: better asked than guessed.
        guard block.isAligned else { throw PatternSyntaxError("has bits set behind its prefix") }
        self.block = block
    }

    package func matches(_ address: IPAddress) -> Bool {
        guard let block else { return true }
        return address.shares(first: block.prefixLength, with: block.address)
    }

    /// Whether the address, or the one of the other family that stands for the same host (RFC 4291 § 2.5.5.2), matches:
    /// what a denied pattern has to look at.
    package func touches(_ address: IPAddress) -> Bool {
        guard let block else { return true }
        if matches(address) || matches(address.unmapped) { return true }
        // Only a block of nothing but mapped addresses speaks of IPv4: ::/0 is all of IPv6.
        let own = block.address.unmapped
        guard block.prefixLength >= 96, own != block.address else { return false }
        return address.shares(first: block.prefixLength - 96, with: own)
    }
}
