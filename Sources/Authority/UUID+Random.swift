package import FoundationEssentials

extension UUID {
    /// A version 4 UUID (RFC 9562 § 5.4) from the system's generator. Foundation's own initialiser opens a file for it, and does
    /// not notice where that fails.
    package static func random() -> UUID {
        var generator = SystemRandomNumberGenerator()
        let (high, low) = (generator.next(), generator.next())
        func octet(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        return UUID(
            uuid: (
                octet(high, 0), octet(high, 1), octet(high, 2), octet(high, 3), octet(high, 4), octet(high, 5),
                octet(high, 6) & 0x0f | 0x40, octet(high, 7), octet(low, 0) & 0x3f | 0x80, octet(low, 1), octet(low, 2),
                octet(low, 3), octet(low, 4), octet(low, 5), octet(low, 6), octet(low, 7)
            ))
    }
}
