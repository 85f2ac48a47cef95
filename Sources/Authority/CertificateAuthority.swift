package import Issuance
import PublicKeys
package import Signing

/// A CA: its certificate chain, and the key in a token that goes with it.
package final class CertificateAuthority: Sendable {
    /// How far its key is in use.
    package enum State: String, Hashable, Sendable, CaseIterable {
        case active
        /// Known, looked up, and signs nothing.
        case disabled
    }

    package let id: String
    package let state: State
    package let issuer: Issuer
    /// `nil`: the CA signs no intermediates.
    package let intermediates: IntermediateRules?
    /// Its key. One that could not be opened says so at each signature: it stops this authority, not the daemon.
    package let signer: any Signer
    /// The token's name in the configuration.
    package let tokenName: String
    /// The keys of its chain: nobody's request may bring one of them.
    let chainKeys: Set<PublicKey>

    package init(
        id: String, state: State, issuer: Issuer, intermediates: IntermediateRules?, signer: any Signer,
        tokenName: String
    ) {
        self.id = id
        self.state = state
        self.issuer = issuer
        self.intermediates = intermediates
        self.signer = signer
        self.tokenName = tokenName
        chainKeys = Set(issuer.chain.map(\.publicKey))
    }
}

extension CertificateAuthority {
    /// - Throws: `IssuanceError.refused` for an authority that is disabled.
    func checkActive() throws(IssuanceError) {
        guard state == .active else {
            throw .refused([
                Violation(.authorityDisabled, at: "authority", "The authority is disabled and signs nothing.")
            ])
        }
    }

    /// - Throws: `AccessError.intermediatesNotPermitted`.
    func intermediateRules() throws(AccessError) -> IntermediateRules {
        guard let intermediates else { throw .intermediatesNotPermitted }
        return intermediates
    }
}

extension Rule {
    package static let authorityDisabled = Rule("authorityDisabled", "the operator's configuration")
}
