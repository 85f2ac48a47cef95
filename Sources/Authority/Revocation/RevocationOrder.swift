package import FoundationEssentials
package import Issuance
package import Timekeeping

/// Which certificate somebody speaks of.
package enum CertificateReference: Hashable, Sendable {
    case id(UUID)
    /// The content octets of the serial's DER INTEGER, among those of one authority.
    case serial([UInt8], authorityID: String)
}

/// A revocation that a requester asks for.
package struct RevocationOrder: Sendable {
    package var certificate: CertificateReference
    package var reason: RevocationReason

    package init(certificate: CertificateReference, reason: RevocationReason) {
        self.certificate = certificate
        self.reason = reason
    }
}

/// What came of it.
package struct Revoked: Hashable, Sendable {
    package let certificateID: UUID?
    package let authorityID: String
    package let serial: [UInt8]
    /// What CRLs say: of the first revocation, whatever came later.
    package let date: Instant
    package let reason: RevocationReason
    /// Whether nothing had to be recorded: it was revoked already, and for that reason.
    package let wasRevoked: Bool
    /// The sequence number of the record that says so.
    package let record: UInt64
}

/// Why something is not revoked.
package enum RevocationError: Error, Hashable, Sendable {
    case noSuchCertificate
    /// Nothing was ever signed, so that there is nothing to revoke.
    case neverSigned
    /// It is being signed now.
    case underWay
    /// A hold could be taken back, and a revocation is for good.
    case reasonNotGiven(RevocationReason)
}
