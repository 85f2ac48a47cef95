package import PublicKeys

/// Stands in for a key that could not be opened: the service starts without it and says why. Whatever the cause, only another start
/// tries again.
package struct UnavailableSigner: Signer {
    package let publicKey: PublicKey
    package let algorithm: SignatureAlgorithm
    private let error: SigningError

    package init(publicKey: PublicKey, algorithm: SignatureAlgorithm, because error: SigningError) {
        self.publicKey = publicKey
        self.algorithm = algorithm
        self.error = SigningError(.notOpened, error.reason)
    }

    package var status: SignerStatus {
        SignerStatus(state: .unavailable(error.reason), lastError: error.reason)
    }

    package func checkReady() throws(SigningError) {
        throw error
    }

    package func sign(_ message: [UInt8]) async throws(SigningError) -> VerifiedSignature {
        throw error
    }
}
