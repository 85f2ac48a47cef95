package import Issuance
package import Signing
import Timekeeping

/// A CA: its certificate chain, and the key in a token that goes with it.
package final class CertificateAuthority: Sendable {
    /// How far its key is in use.
    package enum State: String, Hashable, Sendable, CaseIterable {
        case active
        /// Signs CRLs, and no certificates any more.
        case crlOnly
        /// Known, looked up, and signs nothing.
        case disabled
    }

    package let id: String
    package let state: State
    package let issuer: Issuer
    /// `nil`: the CA signs no intermediates.
    package let intermediates: IntermediateRules?
    /// Among how many partitions of its CRLs new certificates are divided; 0: they are in none.
    package let crlPartitions: UInt32
    /// Its key. One that could not be opened says so at each signature: it stops this authority, not the daemon.
    package let signer: any Signer
    /// The token's name in the configuration.
    package let tokenName: String

    package init(
        id: String, state: State, issuer: Issuer, intermediates: IntermediateRules?, crlPartitions: UInt32 = 0,
        signer: any Signer, tokenName: String
    ) {
        self.id = id
        self.state = state
        self.issuer = issuer
        self.intermediates = intermediates
        self.crlPartitions = crlPartitions
        self.signer = signer
        self.tokenName = tokenName
    }
}

extension CertificateAuthority {
    /// Why it signs nothing now, whatever is asked.
    func violations(at now: Instant) -> [Violation] {
        var violations: [Violation] = []
        switch state {
        case .active: break
        case .crlOnly:
            violations.append(
                Violation(
                    .authorityDisabled, at: "authority", "The authority signs CRLs only, and no certificates any more.")
            )
        case .disabled:
            violations.append(
                Violation(.authorityDisabled, at: "authority", "The authority is disabled and signs nothing."))
        }
        if now > issuer.notAfter {
            violations.append(
                Violation(
                    .authorityExpired, at: "authority",
                    "The authority's chain expired at \(issuer.notAfter); it signs nothing any more."))
        }
        return violations
    }

    /// Which of its partitioned CRLs would name a certificate; `nil` for one that points to none of them.
    func partition(of serial: SerialNumber, _ template: CertificateTemplate) -> UInt32? {
        crlPartitions > 0 && template.hasOpenPartition ? serial.partition(of: crlPartitions) : nil
    }

    /// - Throws: `AccessError.intermediatesNotPermitted`.
    func intermediateRules() throws(AccessError) -> IntermediateRules {
        guard let intermediates else { throw .intermediatesNotPermitted }
        return intermediates
    }
}

extension Rule {
    package static let authorityDisabled = Rule("authorityDisabled", "the operator's configuration")
    package static let authorityExpired = Rule("authorityExpired", "RFC 5280 § 6.1.3 (a)(2), for the whole chain")
}
