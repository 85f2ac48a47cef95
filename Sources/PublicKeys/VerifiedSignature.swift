/// A signature with what it is of: there is none of these that was not verified. Whoever is handed one has only to look
/// whether key, algorithm and message are those that are meant.
package struct VerifiedSignature: Hashable, Sendable {
    /// In the form that X.509 carries: ECDSA as the DER of Ecdsa-Sig-Value (RFC 3279 § 2.2.3), RSA and Ed25519 as they are.
    package let octets: [UInt8]
    /// The whole message, not its digest.
    package let message: [UInt8]
    package let publicKey: PublicKey
    package let algorithm: SignatureAlgorithm

    /// `nil` where `octets` are no signature by this key over exactly this message.
    package init?(
        _ octets: [UInt8], over message: [UInt8], by publicKey: PublicKey, algorithm: SignatureAlgorithm
    ) {
        guard publicKey.isValidSignature(octets, over: message, algorithm: algorithm) else { return nil }
        self.octets = octets
        self.message = message
        self.publicKey = publicKey
        self.algorithm = algorithm
    }
}
