/// The kinds of key pair that can be made in a token.
package enum KeyPairType: Hashable, Sendable {
    case p256
    case p384
    case p521
    /// The size of the modulus; the public exponent is 65537.
    case rsa(bits: Int)
    case ed25519

    /// What makes such a pair.
    package var mechanism: Mechanism {
        switch self {
        case .p256, .p384, .p521: .ecKeyPairGeneration
        case .rsa: .rsaKeyPairGeneration
        case .ed25519: .edwardsKeyPairGeneration
        }
    }

    /// What has to stand in the public key's template: the curve, or modulus size and exponent.
    var parameters: [Attribute] {
        if case .rsa(let bits) = self {
            return [.number(.modulusBits, UInt(clamping: bits)), .octets(.publicExponent, [0x01, 0x00, 0x01])]
        }
        return curve.map { [$0] } ?? []
    }

    /// `CKA_EC_PARAMS`; RSA keys have none.
    package var curve: Attribute? {
        let curve: NamedCurve
        switch self {
        case .p256: curve = .p256
        case .p384: curve = .p384
        case .p521: curve = .p521
        case .ed25519: curve = .ed25519
        case .rsa: return nil
        }
        return .octets(.ecParameters, curve.objectIdentifier)
    }
}

extension KeyPairType {
    /// What CAs have.
    package static let ofCAs: [KeyPairType] = [
        .p256, .p384, .p521, .rsa(bits: 2048), .rsa(bits: 3072), .rsa(bits: 4096), .ed25519,
    ]
}

extension KeyPairType: CustomStringConvertible {
    /// As people write it: `p256`, `rsa3072`, `ed25519`.
    package var description: String {
        switch self {
        case .p256: "p256"
        case .p384: "p384"
        case .p521: "p521"
        case .rsa(let bits): "rsa\(bits)"
        case .ed25519: "ed25519"
        }
    }
}

/// Both halves of a key in a token.
package struct KeyPair: Sendable {
    package let publicKey: ObjectHandle
    package let privateKey: ObjectHandle
}
