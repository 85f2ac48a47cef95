import PublicKeys
import Signing
import Synchronization

/// A key of a token that has a process of its own. What comes from there is verified here once more.
struct IsolatedSigner: Signer {
    let token: IsolatedToken
    let key: IsolatedKey

    var publicKey: PublicKey { key.configuration.publicKey }
    var algorithm: SignatureAlgorithm { key.configuration.algorithm }

    func checkReady() throws(SigningError) {
        if let refusal = token.keeper.refusal(of: key) { throw refusal }
    }

    func sign(_ message: [UInt8]) async throws(SigningError) -> VerifiedSignature {
        try checkReady()
        let keeper = token.keeper
        let octets = try await keeper.perform(within: keeper.signingTime) { .sign($0, key: key.index, message) }
        guard let signature = VerifiedSignature(octets, over: message, by: publicKey, algorithm: algorithm) else {
            throw SigningError(
                .invalidSignature, "what the token's process returned does not verify", outcome: .possiblySigned)
        }
        key.signatures.add(1, ordering: .relaxed)
        return signature
    }

    var status: SignerStatus { token.keeper.status(of: key) }
}

/// A key, and how many signatures it made, whatever process made them.
final class IsolatedKey: Sendable {
    let index: UInt32
    let configuration: KeyConfiguration
    let signatures = Atomic<UInt64>(0)

    init(index: UInt32, configuration: KeyConfiguration) {
        self.index = index
        self.configuration = configuration
    }
}
