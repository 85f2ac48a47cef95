import DERCoding
import PKCS11
import PublicKeys

extension KeyPairType {
    /// `CKA_KEY_TYPE`.
    var keyType: KeyType {
        switch self {
        case .p256, .p384, .p521: .ec
        case .rsa: .rsa
        case .ed25519: .ecEdwards
        }
    }

    /// What a public key object of that key is made from.
    func publicAttributes(of key: PublicKey) -> [Attribute] {
        [.keyType(keyType)] + privateAttributes(of: key) + point(of: key)
    }

    /// What of the public key a private key object is made from, too: its modulus and exponent, or its curve.
    func privateAttributes(of key: PublicKey) -> [Attribute] {
        if case .rsa(let numbers) = key.material {
            return [.octets(.modulus, numbers.modulus), .octets(.publicExponent, numbers.exponent)]
        }
        return curve.map { [$0] } ?? []
    }

    /// `CKA_EC_POINT` is the DER of an OCTET STRING.
    private func point(of key: PublicKey) -> [Attribute] {
        switch key.material {
        case .rsa: return []
        case .ellipticCurve(_, let point), .ed25519(let point):
            var writer = DERWriter()
            writer.primitive(DERTag.octetString, point)
            return [.octets(.ecPoint, writer.octets)]
        }
    }
}
