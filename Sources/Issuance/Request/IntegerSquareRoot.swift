import BigInt

/// ⌊√n⌋ by Newton's method with a precision that doubles: each step divides numbers only as long as the digits it finds.
enum IntegerSquareRoot {
    /// The step is that of Python's `math.isqrt`, whose proof shows the root before the last line to be off by at most one.
    static func floor(_ n: BigUInt) -> BigUInt {
        guard n > 0 else { return 0 }
        let c = (n.bitWidth - 1) / 2
        var a: BigUInt = 1
        var d = 0
        for shift in stride(from: Int.bitWidth - c.leadingZeroBitCount - 1, through: 0, by: -1) {
            let e = d
            d = c >> shift
            a = (a << (d - e - 1)) + (n >> (2 * c - e - d + 1)) / a
        }
        return a * a > n ? a - 1 : a
    }
}
