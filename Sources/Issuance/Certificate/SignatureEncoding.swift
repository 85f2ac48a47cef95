import PublicKeys
import SwiftASN1

enum SignatureEncoding {
    /// Whether a signature has the one form that its algorithm gives it: what a verifier may let pass, an X.509 parser need not.
    static func isCanonical(_ signature: [UInt8], _ algorithm: SignatureAlgorithm, by key: PublicKey) -> Bool {
        switch (algorithm, key.material) {
        case (.ecdsa, .ellipticCurve(let curve, _)): isECDSA(signature, curve)
        case (.rsaPKCS1, .rsa(let numbers)), (.rsaPSS, .rsa(let numbers)): signature.count == numbers.modulus.count
        case (.ed25519, .ed25519): signature.count == 64
        default: false
        }
    }

    /// `Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 § 2.2.3), both positive and in the fewest octets.
    private static func isECDSA(_ signature: [UInt8], _ curve: EllipticCurve) -> Bool {
        guard var nodes = try? DER.parse(signature).children() else { return false }
        for _ in 0..<2 {
            guard
                // Refuses what is negative or padded, and takes the sign's octet off.
                let node = nodes.next(), let number = try? ArraySlice<UInt8>(derEncoded: node),
                number.contains(where: { $0 != 0 }), number.count <= curve.fieldSize
            else { return false }
        }
        return nodes.next() == nil
    }
}
