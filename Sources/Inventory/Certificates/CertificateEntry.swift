package import FoundationEssentials
package import Issuance
package import Ledger
package import Timekeeping

/// A certificate as the inventory knows it.
package struct CertificateEntry: Hashable, Sendable {
    /// Of the record that brought it in: its intent, or what took it over.
    package let sequence: UInt64
    package let certificateID: UUID
    /// The authority's name in the configuration.
    package let authorityID: String
    /// The subject key identifier of the authority's certificate.
    package let authorityKeyID: [UInt8]
    /// The content octets of the serial's DER INTEGER.
    package let serial: [UInt8]
    package let kind: Intent.Kind
    /// The profile of a leaf that was issued here.
    package let profileID: UUID?
    package let crlPartition: UInt32?
    /// As people read it; see `CertificateSummary`.
    package let subject: String
    package let alternativeNames: [CertificateSummary.AlternativeName]
    package let notBefore: Instant?
    /// The final second.
    package let notAfter: Instant?
    package let status: CertificateStatus
    package let revocation: RevocationEntry?
    /// When its first record was written.
    package let recordedAt: Instant
    /// When its outcome was.
    package let decidedAt: Instant?
    /// Why it was abandoned.
    package let reason: String?
    /// SHA-256 of the request's DER.
    package let csrHash: [UInt8]?
    /// Who asked; `nil` for one that was taken over, as are the three that follow.
    package let requester: Intent.Requester?
    package let requestID: String?
    package let signatureAlgorithm: String?
    package let configurationHash: [UInt8]?
    /// The file that it was taken over from.
    package let source: String?
    /// The DER of the certificate; `nil` where none was handed out, or its source did not have it.
    package let der: [UInt8]?
}

/// What is known of a revocation.
package struct RevocationEntry: Hashable, Sendable {
    package let serial: [UInt8]
    /// Of the first record.
    package let date: Instant
    /// The value of its CRLReason; 0 is unspecified.
    package let reason: UInt8
    /// The first record of it.
    package let sequence: UInt64
    /// `nil` for one that was taken over.
    package let requester: Intent.Requester?
    package let requestID: String
    /// The final second of the certificate; `nil` where none is known.
    package let notAfter: Instant?
}
