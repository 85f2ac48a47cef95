import DERCoding
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
        // Three tags and lengths, two zeros for the signs, and the longer length that P-521 may need.
        var writer = DERWriter(reservingCapacity: 2 * width + 9)
        writer.constructed(DERTag.sequence) { numbers in
            numbers.integer(magnitude: r)
            numbers.integer(magnitude: s)
        }
        return writer.octets
    }
}
