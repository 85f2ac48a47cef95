package import FoundationEssentials
package import Timekeeping

/// A CRL that was signed here.
package struct CRLEntry: Hashable, Sendable {
    /// Of its intent.
    package let sequence: UInt64
    package let crlID: UUID
    /// The authority's name in the configuration.
    package let authorityID: String
    package let authorityKeyID: [UInt8]
    /// RFC 5280 § 5.2.3.
    package let number: UInt64
    /// `nil` for one of everything.
    package let partition: UInt32?
    /// The sequence number of the last record that it covers.
    package let basis: UInt64
    /// How many certificates it names.
    package let entries: UInt64
    package let thisUpdate: Instant
    package let nextUpdate: Instant
    /// SHA-256 of the DER of its TBSCertList.
    package let tbsHash: [UInt8]
    package let signatureAlgorithm: String
    package let signature: [UInt8]
}
