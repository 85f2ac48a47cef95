package import FoundationEssentials

/// What goes on record before a key is used: what it is to sign.
package protocol SigningIntent: Sendable {
    /// Of the certificate or the CRL; its outcome names it again.
    var identifier: UUID { get }
    var body: RecordBody { get }
    /// - Throws: `LedgerError.invalidIntent` for what the journal will not hold.
    func check() throws(LedgerError)
}

extension Intent: SigningIntent {
    package var identifier: UUID { certificateID }
    package var body: RecordBody { .intent(self) }
}

extension CRLIntent: SigningIntent {
    package var identifier: UUID { crlID }
    package var body: RecordBody { .crlIntent(self) }
}
