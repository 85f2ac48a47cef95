/// A signature algorithm that this service makes or checks.
package enum SignatureAlgorithm: Hashable, Sendable {
    /// RFC 5758 § 3.2.
    case ecdsa(HashAlgorithm)
    /// RFC 4055 § 5, RFC 8017 § 8.2.
    case rsaPKCS1(HashAlgorithm)
    /// RFC 4055 § 3.1: MGF1 with the same hash, a salt as long as the digest.
    case rsaPSS(HashAlgorithm)
    /// RFC 8410 § 3.
    case ed25519

    package static let all: [SignatureAlgorithm] =
        HashAlgorithm.allCases.map { .ecdsa($0) } + HashAlgorithm.allCases.map { .rsaPKCS1($0) }
        + HashAlgorithm.allCases.map { .rsaPSS($0) } + [.ed25519]

    /// `nil` for Ed25519, which hashes by itself.
    package var hash: HashAlgorithm? {
        switch self {
        case .ecdsa(let hash), .rsaPKCS1(let hash), .rsaPSS(let hash): hash
        case .ed25519: nil
        }
    }

    /// The name in configuration and output: `ecdsa-with-SHA256`, `sha256WithRSAEncryption`, `RSASSA-PSS-SHA256`, `Ed25519`.
    package var name: String {
        switch self {
        case .ecdsa(let hash): "ecdsa-with-\(hash.rawValue)"
        case .rsaPKCS1(let hash): "\(hash.rawValue.lowercased())WithRSAEncryption"
        case .rsaPSS(let hash): "RSASSA-PSS-\(hash.rawValue)"
        case .ed25519: "Ed25519"
        }
    }

    /// Case does not matter. `nil` for a name that is none of ours.
    package init?(name: String) {
        guard let match = Self.all.first(where: { $0.name.lowercased() == name.lowercased() }) else { return nil }
        self = match
    }

    /// Whether a key of this kind can make such a signature.
    package func fits(_ key: PublicKey) -> Bool {
        switch (self, key.material) {
        case (.ecdsa, .ellipticCurve), (.rsaPKCS1, .rsa), (.rsaPSS, .rsa), (.ed25519, .ed25519): true
        default: false
        }
    }

    /// What a CA of this key signs with where its configuration names nothing: the hash as strong as the curve, SHA-256 for RSA.
    package static func `default`(for key: PublicKey) -> SignatureAlgorithm {
        switch key.material {
        case .ellipticCurve(.p256, _): .ecdsa(.sha256)
        case .ellipticCurve(.p384, _): .ecdsa(.sha384)
        case .ellipticCurve(.p521, _): .ecdsa(.sha512)
        case .rsa: .rsaPKCS1(.sha256)
        case .ed25519: .ed25519
        }
    }
}

extension SignatureAlgorithm: CustomStringConvertible {
    package var description: String { name }
}
