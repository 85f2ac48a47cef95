import Crypto
package import FoundationEssentials
import Issuance
package import Ledger

/// What the journal that takes over has on record of the authority's key already: it is not taken over again.
package struct KnownRecords: Sendable {
    /// The journal's id; `nil` where there is no journal yet.
    package let journalID: UUID?
    /// The number of the last record that was read.
    package private(set) var head: UInt64 = 0
    /// SHA-256 of the TBSCertificates by serial; an empty one for a certificate that is known by its serial only.
    private(set) var certificates: [[UInt8]: Set<[UInt8]>] = [:]
    /// By serial.
    private(set) var revocations: [[UInt8]: RevocationReason] = [:]
    private(set) var certificateIDs: Set<UUID> = []
    private(set) var crlNumber: UInt64 = 0

    /// Of no journal.
    package init() {
        journalID = nil
    }

    /// - Throws: `LedgerError`.
    package init(journal directory: String, keyID: [UInt8]) throws(LedgerError) {
        var reader = try JournalReader(directory: directory)
        journalID = reader.journalID
        while let record = try reader.next() {
            head = record.sequence
            learn(record.body, keyID)
        }
    }

    private mutating func learn(_ body: RecordBody, _ keyID: [UInt8]) {
        switch body {
        case .intent(let intent) where intent.authorityKeyID == keyID:
            certificateIDs.insert(intent.certificateID)
            certificates[intent.serial, default: []].insert(Array(SHA256.hash(data: intent.tbs)))
        case .importedCertificate(let certificate) where certificate.authorityKeyID == keyID:
            certificateIDs.insert(certificate.certificateID)
            let tbs = certificate.certificate.flatMap { CertificateParts(der: $0)?.tbs }
            certificates[certificate.serial, default: []].insert(tbs.map { Array(SHA256.hash(data: $0)) } ?? [])
        case .revoked(let revocation) where revocation.authorityKeyID == keyID:
            let reason = RevocationReason(rawValue: revocation.reason) ?? .unspecified
            guard let earlier = revocations[revocation.serial] else { return revocations[revocation.serial] = reason }
            if earlier.mayBecome(reason) { revocations[revocation.serial] = reason }
        case .crlIntent(let intent) where intent.authorityKeyID == keyID: crlNumber = max(crlNumber, intent.number)
        case .importedCRL(let crl) where crl.authorityKeyID == keyID: crlNumber = max(crlNumber, crl.number)
        case .restored(let restored): learn(restored.floors, keyID)
        case .archived(let archived): learn(archived.floors, keyID)
        default: break
        }
    }

    private mutating func learn(_ floors: [CRLFloor], _ keyID: [UInt8]) {
        for floor in floors where floor.authorityKeyID == keyID { crlNumber = max(crlNumber, floor.number) }
    }

    /// Whether the certificate, or one of which no more than the serial is known, is on record.
    func has(_ serial: [UInt8], _ tbsHash: [UInt8]?) -> Bool {
        guard let known = certificates[serial] else { return false }
        return tbsHash.map { known.contains($0) || known.contains([]) } ?? true
    }
}
