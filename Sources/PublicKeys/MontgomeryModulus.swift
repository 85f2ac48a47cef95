import BigInt

/// Multiplication modulo an odd number without division (Montgomery, 1985; the CIOS order of Koç, Acar and Kaliski, 1996).
/// About nine times as fast here as dividing BigInts, which bounds what a stranger's key can cost.
struct MontgomeryModulus: Sendable {
    /// Least significant first, as all numbers here.
    private let modulus: [UInt64]
    /// −modulus⁻¹ modulo 2^64.
    private let negativeInverse: UInt64
    /// R² by the modulus, where R = 2^(64 · words).
    private let squareOfR: [UInt64]

    /// `nil` for an even number, and for 1.
    init?(_ number: BigUInt) {
        modulus = number.words.map { UInt64($0) }
        guard let lowest = modulus.first, lowest & 1 == 1, number > 1 else { return nil }
        // Newton's iteration doubles the bits that are right: 3, 6, 12, 24, 48, 96.
        var inverse = lowest
        for _ in 0..<5 { inverse = inverse &* (2 &- lowest &* inverse) }
        negativeInverse = 0 &- inverse
        squareOfR = Self.words((BigUInt(1) << (128 * modulus.count)) % number, count: modulus.count)
    }

    /// `base` to the power of `exponent`, which is big-endian and not 0; `base` is below the modulus.
    func power(_ base: BigUInt, _ exponent: [UInt8]) -> BigUInt {
        let base = product(Self.words(base, count: modulus.count), squareOfR)
        var one = [UInt64](repeating: 0, count: modulus.count)
        one[0] = 1
        var result = product(one, squareOfR)
        for octet in exponent {
            for bit in stride(from: UInt8(7), through: 0, by: -1) {
                result = product(result, result)
                if octet >> bit & 1 == 1 { result = product(result, base) }
            }
        }
        return BigUInt(words: product(result, one).map { UInt($0) })
    }

    /// a · b · R⁻¹ by the modulus; both below it.
    private func product(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
        let count = modulus.count
        var result = [UInt64](repeating: 0, count: count)
        // The word above `result`: at most 1 between rounds.
        var top: UInt64 = 0
        do {
            let (n, a, b) = (modulus.span, a.span, b.span)
            var t = result.mutableSpan
            for i in 0..<count {
                let factor = UInt128(b[i])
                let first = UInt128(a[0]) &* factor &+ UInt128(t[0])
                let m = UInt128(UInt64(truncatingIfNeeded: first) &* negativeInverse)
                let reduced = UInt128(n[0]) &* m &+ UInt128(UInt64(truncatingIfNeeded: first))
                // The lowest word is 0 by now, and falls away.
                var (carry, borrowed) = (first >> 64, reduced >> 64)
                for j in 1..<count {
                    let sum = UInt128(a[j]) &* factor &+ UInt128(t[j]) &+ carry
                    carry = sum >> 64
                    let less = UInt128(n[j]) &* m &+ UInt128(UInt64(truncatingIfNeeded: sum)) &+ borrowed
                    borrowed = less >> 64
                    t[j &- 1] = UInt64(truncatingIfNeeded: less)
                }
                let last = UInt128(top) &+ carry &+ borrowed
                t[count &- 1] = UInt64(truncatingIfNeeded: last)
                top = UInt64(truncatingIfNeeded: last >> 64)
            }
        }
        return top == 0 && Self.isBelow(result, modulus) ? result : Self.difference(result, modulus)
    }

    private static func isBelow(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        left.reversed().lexicographicallyPrecedes(right.reversed())
    }

    /// Where `left` has a word above, it is borrowed from.
    private static func difference(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var borrow = false
        return zip(left, right).map { left, right in
            let (partial, first) = left.subtractingReportingOverflow(right)
            let (word, second) = partial.subtractingReportingOverflow(borrow ? 1 : 0)
            borrow = first || second
            return word
        }
    }

    private static func words(_ number: BigUInt, count: Int) -> [UInt64] {
        let words = number.words.map { UInt64($0) }
        return words + [UInt64](repeating: 0, count: Swift.max(0, count - words.count))
    }
}
