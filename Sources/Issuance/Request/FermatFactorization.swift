import BigInt

/// Fermat's method: N = a² − b², where a lies near √N if the two primes are close (CVE-2022-26320).
enum FermatFactorization {
    /// BR § 6.1.1.3.
    static let rounds = 100

    /// Whether one of the first hundred a from ⌈√N⌉ on makes a² − N a square.
    static func succeeds(_ modulus: RSAModulus) -> Bool {
        let number = modulus.number
        let root = IntegerSquareRoot.floor(number)
        guard root * root != number else { return true }
        var filter = SquareFilter(root: root + 1, modulus: modulus)
        for round in 0..<rounds {
            if filter.passes {
                let a = root + BigUInt(round + 1)
                let square = a * a - number
                let b = IntegerSquareRoot.floor(square)
                if b * b == square { return true }
            }
            filter.advance()
        }
        return false
    }
}

/// Follows a² − N by a few small moduli while a climbs: a square is a quadratic residue by all of them, and of other numbers
/// two in ten thousand are, so the long arithmetic is for those alone.
private struct SquareFilter {
    private struct Residue {
        let modulus: UInt64
        let isSquare: [Bool]
        var a: UInt64
        let number: UInt64
    }

    /// Coprime, and poor in squares.
    private static let moduli: [UInt64] = [64, 63, 65, 11, 17, 19, 23, 29, 31]

    private static let squares: [[Bool]] = moduli.map { modulus in
        var isSquare = [Bool](repeating: false, count: Int(modulus))
        for root in 0..<modulus { isSquare[Int(root * root % modulus)] = true }
        return isSquare
    }

    private var residues: [Residue]

    init(root: BigUInt, modulus: RSAModulus) {
        // The product of them all fits a word: one long division each.
        let product = Self.moduli.reduce(1, *)
        let number = modulus.remainder(dividingBy: product)
        let a = UInt64(root % BigUInt(product))
        residues = zip(Self.moduli, Self.squares).map { modulus, isSquare in
            Residue(modulus: modulus, isSquare: isSquare, a: a % modulus, number: number % modulus)
        }
    }

    var passes: Bool {
        for residue in residues {
            let square = (residue.a * residue.a + residue.modulus - residue.number) % residue.modulus
            guard residue.isSquare[Int(square)] else { return false }
        }
        return true
    }

    mutating func advance() {
        for index in residues.indices {
            let next = residues[index].a + 1
            residues[index].a = next == residues[index].modulus ? 0 : next
        }
    }
}
