import BigInt

/// A modulus as words, least significant first.
struct RSAModulus: Sendable {
    let words: [UInt64]

    init(_ bigEndian: [UInt8]) {
        var words: [UInt64] = []
        words.reserveCapacity((bigEndian.count + 7) / 8)
        var end = bigEndian.count
        while end > 0 {
            let start = Swift.max(0, end - 8)
            words.append(bigEndian[start..<end].reduce(0) { $0 << 8 | UInt64($1) })
            end = start
        }
        self.words = words
    }

    var isEven: Bool { (words.first ?? 0) & 1 == 0 }

    var number: BigUInt { BigUInt(words: words.map { UInt($0) }) }

    /// `divisor` is not 0.
    func remainder(dividingBy divisor: UInt64) -> UInt64 {
        var remainder: UInt64 = 0
        for word in words.reversed() {
            // The remainder is below the divisor, so the quotient fits a word.
            remainder = divisor.dividingFullWidth((high: remainder, low: word)).remainder
        }
        return remainder
    }
}
