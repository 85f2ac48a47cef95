import PublicKeys

/// What a token's signature has to look like, and what X.509 makes of it.
enum SignatureFormat: Hashable, Sendable {
    /// r‖s at the curve's fixed width.
    case ecdsa(EllipticCurve)
    /// As many octets as the modulus has.
    case rsa(size: Int)
    case ed25519

    init(_ key: PublicKey) {
        self =
            switch key.material {
            case .ellipticCurve(let curve, _): .ecdsa(curve)
            case .rsa(let numbers): .rsa(size: numbers.modulus.count)
            case .ed25519: .ed25519
            }
    }

    /// Why octets are not a signature at all.
    struct Invalid: Error, Hashable {
        let reason: String
    }

    /// The X.509 form of the first `count` octets of what the token returned.
    func value(from buffer: [UInt8], count: Int) throws(Invalid) -> [UInt8] {
        switch self {
        case .ecdsa(let curve):
            try require(count, curve.fieldSize * 2)
            return try Self.ecdsaValue(from: buffer, curve)
        case .rsa(let size):
            try require(count, size)
            return Array(buffer[..<count])
        case .ed25519:
            try require(count, 64)
            return Array(buffer[..<count])
        }
    }

    private func require(_ count: Int, _ size: Int) throws(Invalid) {
        guard count == size else {
            throw Invalid(reason: "the token's signature has \(count) octets instead of \(size)")
        }
    }

    /// ```
    /// Ecdsa-Sig-Value  ::=  SEQUENCE  {
    ///      r     INTEGER,
    ///      s     INTEGER  }
    /// ```
    /// RFC 3279 § 2.2.3.
    private static func ecdsaValue(from buffer: [UInt8], _ curve: EllipticCurve) throws(Invalid) -> [UInt8] {
        let (width, order) = (curve.fieldSize, curve.order)
        let (r, s) = (buffer[..<width], buffer[width..<(2 * width)])
        for number in [r, s] {
            guard number.contains(where: { $0 != 0 }), number.lexicographicallyPrecedes(order) else {
                throw Invalid(reason: "the token's signature holds a number outside 1 ..< n")
            }
        }
        let (rDigits, sDigits) = (r.drop { $0 == 0 }, s.drop { $0 == 0 })
        let size = integerSize(rDigits) + integerSize(sDigits)
        var der: [UInt8] = []
        der.reserveCapacity(size + 3)
        der.append(0x30)
        // Two integers of P-521 come to 138 octets: the length takes two.
        if size >= 0x80 { der.append(0x81) }
        der.append(UInt8(truncatingIfNeeded: size))
        appendInteger(rDigits, to: &der)
        appendInteger(sDigits, to: &der)
        return der
    }

    private static func integerSize(_ digits: ArraySlice<UInt8>) -> Int {
        2 + digits.count + (isNegative(digits) ? 1 : 0)
    }

    private static func appendInteger(_ digits: ArraySlice<UInt8>, to der: inout [UInt8]) {
        der.append(0x02)
        der.append(UInt8(truncatingIfNeeded: integerSize(digits) - 2))
        if isNegative(digits) { der.append(0) }
        der.append(contentsOf: digits)
    }

    /// Whether the first bit would make a positive number a negative INTEGER.
    private static func isNegative(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.first.map { $0 >= 0x80 } ?? false
    }
}
