package import PKCS11
package import PublicKeys

/// Which private key of a token a signer uses, and for whom.
package struct KeyConfiguration: Hashable, Sendable {
    /// Names the private key by `object`, `id` or both.
    package let uri: URI
    /// From the CA's certificate: what the private key has to belong to.
    package let publicKey: PublicKey
    package let algorithm: SignatureAlgorithm
    /// Whether to refuse a key that was made elsewhere and imported.
    package let requireGeneratedInToken: Bool

    package init(
        uri: URI, publicKey: PublicKey, algorithm: SignatureAlgorithm, requireGeneratedInToken: Bool = false
    ) {
        self.uri = uri
        self.publicKey = publicKey
        self.algorithm = algorithm
        self.requireGeneratedInToken = requireGeneratedInToken
    }
}

/// What the token says of how a key came to be; what it does not say counts as false.
package struct KeyProvenance: Hashable, Sendable, Codable {
    /// `CKA_LOCAL`: made in the token.
    package let isLocal: Bool
    /// `CKA_ALWAYS_SENSITIVE`.
    package let wasAlwaysSensitive: Bool
    /// `CKA_NEVER_EXTRACTABLE`.
    package let wasNeverExtractable: Bool

    package init(isLocal: Bool, wasAlwaysSensitive: Bool, wasNeverExtractable: Bool) {
        self.isLocal = isLocal
        self.wasAlwaysSensitive = wasAlwaysSensitive
        self.wasNeverExtractable = wasNeverExtractable
    }

    /// Made in the token, and at no time able to leave it.
    package var wasGeneratedInToken: Bool { isLocal && wasAlwaysSensitive && wasNeverExtractable }
}
