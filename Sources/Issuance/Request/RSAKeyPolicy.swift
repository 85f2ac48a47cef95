import PublicKeys

/// What an RSA key has to be, from its public numbers alone.
enum RSAKeyPolicy {
    /// In bits: below is too weak, above would only be work.
    static let modulusSizes = 2048...8192

    static func violations(of numbers: RSAPublicNumbers) -> [(Rule, String)] {
        var violations: [(Rule, String)] = []
        let bits = numbers.bitCount
        if !modulusSizes.contains(bits) || bits % 8 != 0 {
            violations.append(
                (
                    .rsaModulusSize,
                    "The RSA key has \(bits) bits; it has to have \(modulusSizes.lowerBound) to \(modulusSizes.upperBound), "
                        + "and a multiple of 8."
                ))
        }
        if !isSoundExponent(numbers.exponent) {
            violations.append(
                (
                    .rsaExponent,
                    "The RSA key's public exponent has to be odd, at least 65537 and below 2^256; 65537 is usual."
                ))
        }
        // A number of any size may come; the checks below are for those that could be accepted.
        guard bits >= 512, bits <= modulusSizes.upperBound else { return violations }
        let modulus = RSAModulus(numbers.modulus)
        let residues = SmallPrimes.residues(of: modulus)
        if residues.contains(0) || modulus.isEven {
            violations.append(
                (
                    .rsaSmallFactor,
                    "The RSA key's modulus has a prime factor below 752, so it can be factored; make a new key."
                ))
        }
        if ROCAFingerprint.matches(residues) {
            violations.append(
                (
                    .rsaROCA,
                    "The RSA key was made by an Infineon chip whose keys can be factored (ROCA); make a new key elsewhere."
                ))
        }
        if FermatFactorization.succeeds(modulus) {
            violations.append(
                (.rsaFermat, "The RSA key's two primes are so close that it can be factored (Fermat); make a new key."))
        }
        return violations
    }

    /// BR § 6.1.6: odd, from 2^16 + 1 to 2^256 − 1. Big-endian, without leading zeros.
    private static func isSoundExponent(_ exponent: [UInt8]) -> Bool {
        guard let last = exponent.last, last % 2 == 1, exponent.count <= 32 else { return false }
        return exponent.count > 3
            || exponent.count == 3 && exponent.lexicographicallyPrecedes([0x01, 0x00, 0x01]) == false
    }
}
