/// The odd primes below 752, by which no modulus may be divisible (BR § 6.1.6, NIST SP 800-89 § 5.3.3).
enum SmallPrimes {
    static let all: [UInt64] = (3..<752).filter { candidate in
        !candidate.isMultiple(of: 2) && (3..<candidate).allSatisfy { $0 * $0 > candidate || candidate % $0 != 0 }
    }

    /// Runs of `all`, each with its product, which fits a word: one long division then serves ten primes.
    private static let groups: [(product: UInt64, primes: ArraySlice<UInt64>)] = {
        var groups: [(UInt64, ArraySlice<UInt64>)] = []
        var (product, start): (UInt64, Int) = (1, 0)
        for (index, prime) in all.enumerated() {
            let (next, overflow) = product.multipliedReportingOverflow(by: prime)
            if overflow {
                groups.append((product, all[start..<index]))
                (product, start) = (prime, index)
            } else {
                product = next
            }
        }
        return groups + [(product, all[start...])]
    }()

    /// The modulus by each of `all`, in their order.
    static func residues(of modulus: RSAModulus) -> [UInt64] {
        var residues: [UInt64] = []
        residues.reserveCapacity(all.count)
        for (product, primes) in groups {
            let remainder = modulus.remainder(dividingBy: product)
            for prime in primes { residues.append(remainder % prime) }
        }
        return residues
    }
}
