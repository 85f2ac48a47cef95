import DERCoding

/// ```
/// SubjectPublicKeyInfo  ::=  SEQUENCE  {
///      algorithm            AlgorithmIdentifier,
///      subjectPublicKey     BIT STRING  }
/// ```
/// RFC 5280 § 4.1.
struct SubjectPublicKeyInfo {
    let algorithm: KeyAlgorithm
    let key: [UInt8]

    init(der: [UInt8]) throws(PublicKeyError) {
        let parts: (algorithm: ArraySlice<UInt8>, key: ArraySlice<UInt8>)
        do throws(DERError) {
            var reader = DERReader(der)
            var inner = try reader.sequence()
            try reader.finish()
            parts = (inner.encoding(try inner.next(DERTag.sequence)), try inner.octetsOfBitString())
            try inner.finish()
        } catch {
            throw .malformed(error.description)
        }
        algorithm = try KeyAlgorithm(algorithmIdentifier: parts.algorithm)
        key = Array(parts.key)
    }

    func material() throws(PublicKeyError) -> PublicKey.Material {
        switch algorithm {
        case .rsa: .rsa(try rsaNumbers())
        case .ellipticCurve(let curve): .ellipticCurve(curve, point: try point(of: curve))
        case .ed25519: .ed25519(try ed25519Point())
        }
    }

    /// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 3279 § 2.3.1).
    private func rsaNumbers() throws(PublicKeyError) -> RSAPublicNumbers {
        let numbers: (modulus: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>)
        do throws(DERError) {
            var reader = DERReader(key)
            var inner = try reader.sequence()
            try reader.finish()
            numbers = (try inner.integer(), try inner.integer())
            try inner.finish()
        } catch {
            throw .malformed("not an RSAPublicKey: \(error)")
        }
        for number in [numbers.modulus, numbers.exponent] {
            guard let first = number.first, first < 0x80, number != [0] else {
                throw .malformed("an RSA number that is not positive")
            }
        }
        return RSAPublicNumbers(modulus: Array(numbers.modulus), exponent: Array(numbers.exponent))
    }

    /// RFC 5480 § 2.2: the key is the point as of SEC 1 § 2.3.3; its compressed form is optional, and not taken here.
    private func point(of curve: EllipticCurve) throws(PublicKeyError) -> [UInt8] {
        switch (key.first, key.count) {
        case (0x04, 1 + 2 * curve.fieldSize): return key
        case (0x02, 1 + curve.fieldSize), (0x03, 1 + curve.fieldSize): throw .invalidPoint(.compressed)
        case (0x00, 1): throw .invalidPoint(.infinity)
        default: throw .invalidPoint(.wrongLength)
        }
    }

    /// RFC 8410 § 4: the key is the octets themselves.
    private func ed25519Point() throws(PublicKeyError) -> [UInt8] {
        guard key.count == 32 else { throw .invalidPoint(.wrongLength) }
        guard !Ed25519Points.isOfSmallOrder(key) else { throw .invalidPoint(.smallOrder) }
        return key
    }
}
