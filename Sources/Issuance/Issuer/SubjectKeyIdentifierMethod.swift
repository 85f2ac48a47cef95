import Crypto
package import PublicKeys

/// How a subject key identifier comes of a key (RFC 5280 § 4.2.1.2).
package enum SubjectKeyIdentifierMethod: String, Hashable, Sendable, CaseIterable {
    /// The left-most 160 bits of the SHA-256 of subjectPublicKey's bits: RFC 7093 § 2.
    case rfc7093Method1
    /// Their SHA-1: RFC 5280 § 4.2.1.2, method 1. An identifier, not a protection.
    case sha1

    /// 20 octets.
    package func identifier(of key: PublicKey) -> [UInt8] {
        switch self {
        case .rfc7093Method1: Array(SHA256.hash(data: key.subjectPublicKey).prefix(20))
        case .sha1: Array(Insecure.SHA1.hash(data: key.subjectPublicKey))
        }
    }
}
