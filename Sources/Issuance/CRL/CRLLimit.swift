/// What keeps a CRL from being the whole truth about its issuer's certificates.
package enum CRLLimit: Hashable, Sendable {
    /// It may be about certificates of other CAs: it says so (RFC 5280 § 5.2.5), or an entry has a certificateIssuer (§ 5.3.3).
    case indirect
    /// It tells what has changed since another (RFC 5280 § 5.2.4).
    case delta
    /// It is about the certificates that have the same distribution point (this and what follows: RFC 5280 § 5.2.5).
    case distributionPoint
    case onlyUserCertificates
    case onlyCACertificates
    case onlySomeReasons
    case onlyAttributeCertificates
}
