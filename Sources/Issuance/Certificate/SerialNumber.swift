import DERCoding

/// A certificate's serial number (RFC 5280 § 4.1.2.2): the content octets of its DER INTEGER, at most 20 and positive.
package struct SerialNumber: Hashable, Sendable {
    package let octets: [UInt8]

    /// Octets of every number that we draw.
    package static let size = 20

    /// First octets that a host puts into all its numbers, so that hosts that do not know of each other never draw the same.
    package struct Prefix: Hashable, Sendable {
        let octets: [UInt8]

        package static let none = Prefix(unchecked: [])

        /// `nil` for more than four octets, which would leave less than 128 random bits, and for a first octet outside 01–7f.
        package init?(_ octets: [UInt8]) {
            guard octets.count <= 4, octets.first.map({ (0x01...0x7f).contains($0) }) ?? true else { return nil }
            self.octets = octets
        }

        private init(unchecked octets: [UInt8]) { self.octets = octets }
    }

    /// Reads back a number: `nil` unless these are the octets of a positive DER INTEGER, 20 at most.
    package init?(octets: [UInt8]) {
        guard let first = octets.first, octets.count <= Self.size, first < 0x80 else { return nil }
        // X.690 § 8.3.2: a leading zero only where the number would be negative without it; and zero is not positive.
        if first == 0, octets.count < 2 || octets[1] < 0x80 { return nil }
        self.octets = octets
    }

    private init(unchecked octets: [UInt8]) { self.octets = octets }

    /// 20 octets, the first 01–7f, so that the DER INTEGER has exactly 20; at least 128 bits of them from the system's CSPRNG.
    package static func random(prefix: Prefix = .none) -> SerialNumber {
        var generator = SystemRandomNumberGenerator()
        var octets = prefix.octets
        octets.reserveCapacity(size)
        if octets.isEmpty { octets.append(UInt8.random(in: 0x01...0x7f, using: &generator)) }
        while octets.count < size {
            var word = generator.next()
            for _ in 0..<Swift.min(8, size - octets.count) {
                octets.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return SerialNumber(unchecked: octets)
    }

    /// Lower-case, two digits an octet.
    package var hex: String { octets.hex }
}

extension SerialNumber: CustomStringConvertible {
    package var description: String { hex }
}
