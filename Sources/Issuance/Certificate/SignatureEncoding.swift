import DERCoding
import PublicKeys

enum SignatureEncoding {
    /// Whether a signature has the one form that its algorithm gives it: what a verifier may let pass, an X.509 parser need not.
    static func isCanonical(_ signature: [UInt8], _ algorithm: SignatureAlgorithm, by key: PublicKey) -> Bool {
        switch (algorithm, key.material) {
        case (.ecdsa, .ellipticCurve(let curve, _)): (try? checkECDSA(signature, curve)) != nil
        case (.rsaPKCS1, .rsa(let numbers)), (.rsaPSS, .rsa(let numbers)): signature.count == numbers.modulus.count
        case (.ed25519, .ed25519): signature.count == 64
        default: false
        }
    }

    /// `Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 § 2.2.3), both positive and in the fewest octets.
    private static func checkECDSA(_ signature: [UInt8], _ curve: EllipticCurve) throws(DERError) {
        var buffer = DERReader(signature)
        var numbers = try buffer.sequence()
        try buffer.finish()
        for _ in 0..<2 {
            let number = try numbers.integer()
            // One octet more may hold the sign of a number whose top bit is set.
            let magnitude = number.first == 0 ? number.dropFirst() : number
            guard number.first.map({ $0 < 0x80 }) ?? false, !magnitude.isEmpty, magnitude.count <= curve.fieldSize
            else { throw .invalidInteger }
        }
        try numbers.finish()
    }
}
