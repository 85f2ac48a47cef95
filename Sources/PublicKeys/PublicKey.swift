import Crypto
import CryptoExtras

/// A public key as a SubjectPublicKeyInfo carries it, checked to be a key at all: an EC point lies on its curve, RSA numbers
/// are positive. Whether it is strong enough for a certificate is for the one who certifies to say.
package struct PublicKey: Sendable {
    package enum Material: Hashable, Sendable {
        /// `point` is uncompressed, as of SEC 1 § 2.3.3: 0x04, x, y.
        case ellipticCurve(EllipticCurve, point: [UInt8])
        case rsa(RSAPublicNumbers)
        /// The 32 octets of RFC 8032 § 5.1.5.
        case ed25519([UInt8])
    }

    /// The DER from which the key was read.
    package let subjectPublicKeyInfo: [UInt8]
    /// What the BIT STRING `subjectPublicKey` holds: the input of a subject key identifier (RFC 5280 § 4.2.1.2).
    package let subjectPublicKey: [UInt8]
    package let material: Material
    let verifier: Verifier

    /// Reads a SubjectPublicKeyInfo (RFC 5280 § 4.1.2.7; algorithms of RFC 3279 § 2.3.1, RFC 5480 § 2, RFC 8410 § 4).
    package init(subjectPublicKeyInfo der: [UInt8]) throws(PublicKeyError) {
        let structure = try SubjectPublicKeyInfo(der: der)
        subjectPublicKeyInfo = der
        subjectPublicKey = structure.key
        material = try structure.material()
        verifier = try Verifier(material)
    }
}

extension PublicKey: Hashable {
    package static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.subjectPublicKeyInfo == right.subjectPublicKeyInfo
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(subjectPublicKeyInfo)
    }
}

extension PublicKey: CustomStringConvertible {
    /// Kind and size: `EC P-256`, `RSA 2048`, `Ed25519`.
    package var description: String {
        switch material {
        case .ellipticCurve(let curve, _): "EC \(curve.rawValue)"
        case .rsa(let numbers): "RSA \(numbers.bitCount)"
        case .ed25519: "Ed25519"
        }
    }
}
