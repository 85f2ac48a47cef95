import Crypto
package import FoundationEssentials
import Issuance
package import Ledger

extension ImportSources {
    /// Takes what another journal has on record of the authority's key: a ceremony's, or one that was kept before.
    ///
    /// What is only possibly signed there is taken as if it was: its serial is not used again, and it can be revoked.
    ///
    /// - Parameters:
    ///   - directory: its folder; its chain is checked.
    ///   - journalID: of the journal that takes over.
    /// - Throws: `LedgerError`.
    package mutating func addJournal(_ directory: String, into journalID: UUID?) throws(LedgerError) {
        var reader = try JournalReader(directory: directory)
        guard reader.journalID != journalID else {
            return addProblem(directory, "It is the journal that takes over, or a copy of it: name the other one.")
        }
        var intents: [UInt64: Intent] = [:]
        while let record = try reader.next() {
            let place = "\(directory), record \(record.sequence)"
            switch record.body {
            case .intent(let intent) where intent.authorityKeyID == authority.keyID:
                intents[record.sequence] = intent
            case .crlIntent(let intent) where intent.authorityKeyID == authority.keyID:
                add(FoundCRL(number: intent.number, hash: intent.tbsHash, source: place))
            case .issued(let issued, let sequence):
                guard let intent = intents.removeValue(forKey: sequence) else { continue }
                addIssued(intent, issued, place)
            case .abandoned(let abandonment, _, let sequence):
                guard let intent = intents.removeValue(forKey: sequence) else { continue }
                if abandonment.outcome == .possiblySigned { addPossiblySigned(intent, place) }
            case .revoked(let revocation) where revocation.authorityKeyID == authority.keyID:
                revoke(
                    revocation.serial,
                    FoundRevocation(
                        date: revocation.date, reason: RevocationReason(rawValue: revocation.reason) ?? .unspecified,
                        source: place))
            case .importedCertificate(let certificate) where certificate.authorityKeyID == authority.keyID:
                addImported(certificate, place)
            case .importedCRL(let crl) where crl.authorityKeyID == authority.keyID:
                add(FoundCRL(number: crl.number, hash: crl.crlHash, source: place))
            case .restored(let restored): add(restored.floors, place)
            case .archived(let archived):
                add(archived.floors, place)
                for revocation in archived.expired where revocation.authorityKeyID == authority.keyID {
                    insert(
                        FoundCertificate(notAfter: revocation.notAfter, subject: "", source: place),
                        serial: revocation.serial)
                }
            default: break
            }
        }
        // Their outcome is yet to come, or never came.
        for (sequence, intent) in intents { addPossiblySigned(intent, "\(directory), record \(sequence)") }
    }

    private mutating func add(_ floors: [CRLFloor], _ place: String) {
        for floor in floors where floor.authorityKeyID == authority.keyID {
            addCRLNumber(floor.number, source: place)
        }
    }

    private mutating func addIssued(_ intent: Intent, _ issued: Issued, _ place: String) {
        guard
            let der = CertificateParts(tbs: intent.tbs, signature: issued.signature).der,
            let certificate = try? ForeignCertificate(der: der), certificate.serialNumber == intent.serial
        else { return addProblem(place, "What was signed is no certificate of that serial: verify that journal.") }
        add(certificate, id: issued.certificateID, partition: intent.crlPartition, place)
    }

    private mutating func addPossiblySigned(_ intent: Intent, _ place: String) {
        guard let summary = CertificateSummary(tbs: intent.tbs), let notAfter = summary.notAfter else {
            return addProblem(place, "What may have been signed is no certificate: verify that journal.")
        }
        guard admits(intent.crlPartition, place) else { return }
        possiblySigned += 1
        insert(
            FoundCertificate(
                tbsHash: Array(SHA256.hash(data: intent.tbs)), notAfter: notAfter, subject: summary.subject,
                source: place, id: intent.certificateID, crlPartition: intent.crlPartition), serial: intent.serial)
    }

    private mutating func addImported(_ imported: ImportedCertificate, _ place: String) {
        guard let der = imported.certificate else {
            guard admits(imported.crlPartition, place) else { return }
            return insert(
                FoundCertificate(
                    notAfter: imported.notAfter, subject: imported.subject, source: place, id: imported.certificateID,
                    crlPartition: imported.crlPartition),
                serial: imported.serial)
        }
        guard let certificate = try? ForeignCertificate(der: der) else {
            return addProblem(place, "The certificate that was taken over cannot be read: verify that journal.")
        }
        add(certificate, id: imported.certificateID, partition: imported.crlPartition, place)
    }
}
