/// The decoder of RFC 3492 § 6.2, which is what tells an xn-- label from letters that only look like one.
enum Punycode {
    /// `nil` where `encoded` is not Punycode in lower case.
    static func decode(_ encoded: ArraySlice<UInt8>) -> [Unicode.Scalar]? {
        var output: [Unicode.Scalar] = []
        var rest = encoded
        if let delimiter = encoded.lastIndex(of: UInt8(ascii: "-")) {
            // RFC 3492 § 3.1: the delimiter stands behind basic code points, and is left away where there are none.
            guard delimiter > encoded.startIndex else { return nil }
            for octet in encoded[..<delimiter] {
                guard octet < 0x80 else { return nil }
                output.append(Unicode.Scalar(octet))
            }
            rest = encoded[encoded.index(after: delimiter)...]
        }
        var codePoint = initialCodePoint
        var index = 0
        var bias = initialBias
        while !rest.isEmpty {
            let start = index
            guard let delta = readInteger(&rest, bias: bias) else { return nil }
            index += delta
            let count = output.count + 1
            bias = adapt(delta, count: count, isFirst: start == 0)
            codePoint += index / count
            index %= count
            guard codePoint <= 0x10ffff, let scalar = Unicode.Scalar(UInt32(codePoint)) else { return nil }
            output.insert(scalar, at: index)
            index += 1
        }
        return output
    }

    // RFC 3492 § 5.
    private static let base = 36
    private static let minimumThreshold = 1
    private static let maximumThreshold = 26
    private static let skew = 38
    private static let damp = 700
    private static let initialBias = 72
    private static let initialCodePoint = 0x80
    /// Above any delta of a valid label (0x10ffff × 64), and far enough below `Int.max` for every sum and product here.
    private static let maximumDelta = 1 << 32

    /// A generalised variable-length integer (RFC 3492 § 3.3).
    private static func readInteger(_ rest: inout ArraySlice<UInt8>, bias: Int) -> Int? {
        var value = 0
        var weight = 1
        var position = base
        while let octet = rest.popFirst() {
            guard let digit = digitValue(octet) else { return nil }
            value += digit * weight
            guard value <= maximumDelta else { return nil }
            let threshold = Swift.max(minimumThreshold, Swift.min(maximumThreshold, position - bias))
            if digit < threshold { return value }
            weight *= base - threshold
            guard weight <= maximumDelta else { return nil }
            position += base
        }
        return nil
    }

    /// RFC 3492 § 6.1.
    private static func adapt(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var steps = 0
        while delta > (base - minimumThreshold) * maximumThreshold / 2 {
            delta /= base - minimumThreshold
            steps += base
        }
        return steps + (base - minimumThreshold + 1) * delta / (delta + skew)
    }

    private static func digitValue(_ octet: UInt8) -> Int? {
        if octet.isASCIILowercase { return Int(octet - UInt8(ascii: "a")) }
        if octet.isASCIIDigit { return Int(octet - UInt8(ascii: "0")) + 26 }
        return nil
    }
}
