import Dispatch
package import PublicKeys

/// A private key in a token, tested and ready.
package struct TokenSigner: Signer {
    let token: Token
    let key: TokenKey
    /// `nil` before the key has made its first test signature.
    var profile: KeyProfile? { key.profile }

    package var publicKey: PublicKey { key.configuration.publicKey }
    package var algorithm: SignatureAlgorithm { key.configuration.algorithm }

    package func checkReady() throws(SigningError) {
        if let reason = key.lockReason { throw SigningError(.misconfigured, reason) }
        if let refusal = token.pool.refusal(of: key) { throw refusal }
    }

    package func sign(_ message: [UInt8]) async throws(SigningError) -> VerifiedSignature {
        if let reason = key.lockReason { throw SigningError(.misconfigured, reason) }
        guard let signature = try await token.pool.perform(.sign(message), key) else {
            throw SigningError(.failed, "the session answered without a signature", outcome: .possiblySigned)
        }
        return signature
    }

    package var status: SignerStatus {
        let token = token.status
        let reason =
            key.lockReason ?? self.token.pool.refusal(of: key)?.reason ?? self.token.pool.trouble(of: key)
        return SignerStatus(
            state: reason.map { .unavailable($0) } ?? .ready, sessions: token.sessions, queueDepth: token.queueDepth,
            signatures: key.signatureCount, testSignatures: key.testSignatureCount, lastError: key.lastError,
            outage: self.token.keeper.outage(of: key),
            provenance: profile?.provenance,
            latencies: key.latencies.latencies(now: DispatchTime.now().uptimeNanoseconds))
    }
}
