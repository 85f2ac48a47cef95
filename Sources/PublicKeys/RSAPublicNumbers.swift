/// An RSA public key's two numbers, big-endian and without leading zeros (RFC 8017 § 3.1).
package struct RSAPublicNumbers: Hashable, Sendable {
    package let modulus: [UInt8]
    package let exponent: [UInt8]

    package init(modulus: [UInt8], exponent: [UInt8]) {
        self.modulus = Array(modulus.drop { $0 == 0 })
        self.exponent = Array(exponent.drop { $0 == 0 })
    }

    /// The modulus' length in bits, which is what a key's size means.
    package var bitCount: Int {
        guard let first = modulus.first else { return 0 }
        return modulus.count * 8 - first.leadingZeroBitCount
    }
}
