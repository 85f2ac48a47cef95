import PublicKeys

/// What a key is good for follows from its kind, whatever its size.
enum KeyKind: Hashable, Sendable, CaseIterable {
    case ellipticCurve, rsa, ed25519

    init(_ key: PublicKey) {
        self =
            switch key.material {
            case .ellipticCurve: .ellipticCurve
            case .rsa: .rsa
            case .ed25519: .ed25519
            }
    }

    /// The bits that a leaf's key can serve (RFC 3279 § 2.3.1 for RSA, RFC 5480 § 3 for EC, RFC 8410 § 5 for Ed25519), of those
    /// that a leaf may have.
    var servableUsage: KeyUsage {
        switch self {
        case .rsa: [.digitalSignature, .contentCommitment, .keyEncipherment, .dataEncipherment, .cRLSign]
        case .ellipticCurve:
            [.digitalSignature, .contentCommitment, .keyAgreement, .encipherOnly, .decipherOnly, .cRLSign]
        case .ed25519: [.digitalSignature, .contentCommitment, .cRLSign]
        }
    }
}

extension KeyRules {
    /// Those of which a key may be certified.
    var kinds: [KeyKind] {
        KeyKind.allCases.filter { kind in
            switch kind {
            case .ellipticCurve: !curves.isEmpty
            case .rsa: rsaSizes != nil
            case .ed25519: admitsEd25519
            }
        }
    }
}
