import BigInt

/// RSASSA-PKCS1-v1_5 verification (RFC 8017 § 8.2.2) for the public exponents between 2^33 and 2^256, which the Baseline
/// Requirements (§ 6.1.6) admit and BoringSSL does not. Works on public numbers only, so its timing tells nothing.
struct LargeExponentVerifier: Sendable {
    private let numbers: RSAPublicNumbers

    /// The costs of an exponentiation stay bounded, whatever a stranger sends.
    private static let maximumExponentOctets = 33
    private static let maximumModulusOctets = 1024

    init(_ numbers: RSAPublicNumbers) {
        self.numbers = numbers
    }

    func isValidSignature(_ signature: [UInt8], digest: [UInt8], _ hash: HashAlgorithm) -> Bool {
        let size = numbers.modulus.count
        guard
            numbers.exponent.count <= Self.maximumExponentOctets, size <= Self.maximumModulusOctets,
            signature.count == size,
            let expected = Self.encodedMessage(digest, hash, size: size)
        else { return false }
        let (modulus, value) = (BigUInt(bigEndian: numbers.modulus), BigUInt(bigEndian: signature))
        guard value < modulus, let arithmetic = MontgomeryModulus(modulus) else { return false }
        return BigUInt(bigEndian: expected) == arithmetic.power(value, numbers.exponent)
    }

    /// EMSA-PKCS1-v1_5 (RFC 8017 § 9.2); `nil` where the modulus has no room for it.
    private static func encodedMessage(_ digest: [UInt8], _ hash: HashAlgorithm, size: Int) -> [UInt8]? {
        let digestInfo = hash.digestInfoPrefix + digest
        let padding = size - digestInfo.count - 3
        guard padding >= 8 else { return nil }
        return [0x00, 0x01] + [UInt8](repeating: 0xff, count: padding) + [0x00] + digestInfo
    }
}

extension BigUInt {
    fileprivate init(bigEndian octets: [UInt8]) {
        var words: [Word] = []
        var index = octets.count
        while index > 0 {
            let start = Swift.max(0, index - Word.bitWidth / 8)
            words.append(octets[start..<index].reduce(0) { $0 << 8 | Word($1) })
            index = start
        }
        self.init(words: words)
    }
}
