import Configuration
import Issuance
import Ledger
import Timekeeping

extension Ceremony {
    /// Sees to it that a CRL goes with what the journal that the CA's ceremonies share has on record: when it is prepared, and before it is signed.
    ///
    /// - Throws: `CeremonyError.numberUsed`, `.forgets`; `LedgerError`.
    static func checkBook(_ inputs: CeremonyInputs, at time: Instant) throws {
        guard case .signCRL = inputs.plan.act, let journal = inputs.plan.journalPath,
            try !Journal.isAbsent(directory: journal)
        else { return }
        let keyID = try inputs.authorityKeyID()
        let number = try inputs.crlNumber()
        var (last, revoked): (UInt64, Set<[UInt8]>) = (0, [])
        var reader = try JournalReader(directory: journal)
        while let record = try reader.next() {
            switch record.body {
            case .crlIntent(let intent) where intent.authorityKeyID == keyID: last = max(last, intent.number)
            case .importedCRL(let crl) where crl.authorityKeyID == keyID: last = max(last, crl.number)
            case .revoked(let revocation) where revocation.authorityKeyID == keyID: revoked.insert(revocation.serial)
            default: break
            }
        }
        guard number > last else { throw CeremonyError.numberUsed(number, last: last, journal: journal) }
        let forgotten = revoked.subtracting(try inputs.entries(at: time).map(\.serialNumber))
        guard forgotten.isEmpty else {
            throw CeremonyError.forgets(
                forgotten.sorted { $0.lexicographicallyPrecedes($1) }, journal: journal)
        }
    }
}
