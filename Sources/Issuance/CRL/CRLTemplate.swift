package import Timekeeping

/// All that a CRL will say, save what its issuer adds to every one.
package struct CRLTemplate: Hashable, Sendable {
    /// From 1 on, and greater than that of every CRL of the issuer before (RFC 5280 § 5.2.3).
    package let number: UInt64
    package let thisUpdate: Instant
    /// By when the next one will be there (RFC 5280 § 5.1.2.5); after `thisUpdate`.
    package let nextUpdate: Instant
    /// In ascending order of their serial numbers, so that what is written depends on what is revoked alone.
    package let entries: [RevokedCertificate]
    /// `nil` for a CRL of all that the CA has issued.
    package let distributionPoint: IssuingDistributionPoint?

    /// - Parameter entries: in any order, which costs less where it is that of the serial numbers; none twice.
    package init(
        number: UInt64, thisUpdate: Instant, nextUpdate: Instant, entries: [RevokedCertificate],
        distributionPoint: IssuingDistributionPoint? = nil
    ) {
        self.number = number
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.entries = entries.sorted { $0.precedes($1) }
        self.distributionPoint = distributionPoint
    }
}
