package import FoundationEssentials

/// An intent whose outcome is not on record.
package struct OpenIntent: Hashable, Sendable {
    /// What was to be signed.
    package enum Subject: Hashable, Sendable {
        /// The content octets of the serial's DER INTEGER.
        case certificate(serial: [UInt8])
        case crl(number: UInt64)
    }

    /// Of the intent's record.
    package let sequence: UInt64
    /// Of the certificate or the CRL.
    package let certificateID: UUID
    package let authorityID: String
    package let subject: Subject
}

extension OpenIntent {
    /// `nil` for a record that owes no outcome.
    init?(_ record: JournalRecord) {
        sequence = record.sequence
        switch record.body {
        case .intent(let intent):
            certificateID = intent.certificateID
            authorityID = intent.authorityID
            subject = .certificate(serial: intent.serial)
        case .crlIntent(let intent):
            certificateID = intent.crlID
            authorityID = intent.authorityID
            subject = .crl(number: intent.number)
        default: return nil
        }
    }
}
