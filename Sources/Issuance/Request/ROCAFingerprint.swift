/// The mark of keys by Infineon's RSALib (CVE-2017-15361; Nemec et al., "The Return of Coppersmith's Attack", § 2.2): their
/// primes are k·M + (65537^a mod M), M a product of the first primes, so the modulus is a power of 65537 by each of those.
enum ROCAFingerprint {
    /// M holds at least these, for keys from 512 bits on.
    private static let largestPrime: UInt64 = 167

    /// For each such prime: which residues are powers of 65537.
    private static let powers: [[Bool]] = SmallPrimes.all.prefix { $0 <= largestPrime }.map { prime in
        var isPower = [Bool](repeating: false, count: Int(prime))
        var power: UInt64 = 1
        repeat {
            isPower[Int(power)] = true
            power = power * 65537 % prime
        } while power != 1
        return isPower
    }

    /// `residues`: by `SmallPrimes.all`. About one sound key in 2^28 bears the mark by chance.
    static func matches(_ residues: [UInt64]) -> Bool {
        zip(powers, residues).allSatisfy { isPower, residue in isPower[Int(residue)] }
    }
}
