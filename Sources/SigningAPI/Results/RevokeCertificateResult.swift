package import FoundationEssentials
package import JSONRPC
package import Timekeeping

/// The result of `revokeCertificate`: the revocation as it now stands.
package struct RevokeCertificateResult: Sendable, JSONEncodable {
    /// `nil` where no certificate of that serial is on record.
    package let certificateID: UUID?
    package let caID: String
    /// Lower-case hex of the content octets of the certificate's serialNumber.
    package let serialNumber: String
    /// The date that CRLs give it: of the first revocation, where there have been several.
    package let revokedAt: Instant
    package let reason: RevocationReason
    /// Nothing was changed.
    package let alreadyRevoked: Bool
    /// The sequence number of the record that says so.
    package let record: UInt64

    package init(
        certificateID: UUID?, caID: String, serialNumber: String, revokedAt: Instant, reason: RevocationReason,
        alreadyRevoked: Bool, record: UInt64
    ) {
        self.certificateID = certificateID
        self.caID = caID
        self.serialNumber = serialNumber
        self.revokedAt = revokedAt
        self.reason = reason
        self.alreadyRevoked = alreadyRevoked
        self.record = record
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("certificateId", certificateID?.uuidString.lowercased())
            writer.member("caId", caID)
            writer.member("serialNumber", serialNumber)
            writer.member("revokedAt", revokedAt.rfc3339)
            writer.member("reason", reason.rawValue)
            writer.member("alreadyRevoked", alreadyRevoked)
            writer.member("record", Int64(clamping: record))
        }
    }
}
