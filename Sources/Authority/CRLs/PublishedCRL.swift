import Issuance
package import Timekeeping

/// A CRL that is there for everybody to read.
package struct PublishedCRL: Hashable, Sendable {
    package let der: [UInt8]
    package let number: UInt64
    package let thisUpdate: Instant
    package let nextUpdate: Instant
    /// How many certificates it names.
    package let entries: Int

    init(_ issued: IssuedCRL, entries: Int) {
        der = issued.der
        number = issued.number
        thisUpdate = issued.thisUpdate
        nextUpdate = issued.nextUpdate
        self.entries = entries
    }

    /// What an earlier run has published; `nil` unless it is a CRL by that issuer, with a number, complete or else of the distribution
    /// point with these URLs.
    init?(_ list: CertificateRevocationList, by issuer: Issuer, of urls: [String]?) {
        guard list.isSigned(by: issuer.certificate),
            list.limits == (urls == nil ? [] : [.distributionPoint]), list.distributionPointURLs == urls ?? [],
            let number = list.number, let nextUpdate = list.nextUpdate
        else { return nil }
        der = list.der
        self.number = number
        thisUpdate = list.thisUpdate
        self.nextUpdate = nextUpdate
        entries = list.entries.count
    }
}
