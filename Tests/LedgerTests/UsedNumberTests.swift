import Foundation
import Testing

@testable import Ledger

@Suite("Numbers that are used once")
struct UsedNumberTests {
    private func sign(_ intent: CRLIntent, in journal: Journal) async throws {
        _ = try await journal.withIntent(
            intent, Ticket(), outcome: { Issued(certificateID: intent.crlID, signature: $0) },
            failure: { Abandonment(reason: "\($0)", outcome: .possiblySigned) }
        ) { (_: consuming Ticket) in [UInt8(1)] }
    }

    @Test("a CRL's number rises by authority key, also over restarts and failures")
    func crlNumbers() async throws {
        let folder = try TemporaryJournal()
        var (journal, _) = try folder.open()
        #expect(journal.lastCRLNumber(ofKey: [1, 2, 3]) == 0)
        try await sign(sampleCRLIntent(number: 5), in: journal)
        try await sign(sampleCRLIntent(number: 1, key: [9]), in: journal)
        for number: UInt64 in [1, 4, 5] {
            await #expect(throws: LedgerError.crlNumberReused(number, last: 5)) {
                try await sign(sampleCRLIntent(number: number), in: journal)
            }
        }
        let failing = sampleCRLIntent(number: 6)
        await #expect(throws: TokenFailed.self) {
            _ = try await journal.withIntent(
                failing, Ticket(), outcome: { Issued(certificateID: failing.crlID, signature: $0) },
                failure: { Abandonment(reason: "\($0)", outcome: .notSigned) }
            ) { (_: consuming Ticket) -> [UInt8] in throw TokenFailed() }
        }
        await journal.close()
        (journal, _) = try folder.open()
        #expect(journal.lastCRLNumber(ofKey: [1, 2, 3]) == 6)
        #expect(journal.lastCRLNumber(ofKey: [9]) == 1)
        try await journal.record(sampleImportedCRL(number: 40))
        try await journal.record(sampleImportedCRL(number: 30))
        #expect(journal.lastCRLNumber(ofKey: [1, 2, 3]) == 40)
        await journal.close()
        (journal, _) = try folder.open()
        await #expect(throws: LedgerError.crlNumberReused(40, last: 40)) {
            try await sign(sampleCRLIntent(number: 40), in: journal)
        }
        await journal.close()
    }

    @Test("the serial of a certificate that was taken over is not used again, also over a restart")
    func importedSerials() async throws {
        let folder = try TemporaryJournal()
        var (journal, _) = try folder.open()
        try await journal.record(sampleImportedCertificate(serial: [0x33]))
        for _ in 0..<2 {
            await #expect(throws: LedgerError.serialReused) {
                try await journal.issue(sampleIntent(serial: [0x33]))
            }
            await journal.close()
            (journal, _) = try folder.open()
        }
        await journal.close()
    }

    @Test("a CRL that was interrupted is on record as possibly signed after the next start")
    func interrupted() async throws {
        let folder = try TemporaryJournal()
        var (journal, _) = try folder.open()
        let intent = sampleCRLIntent(number: 3)
        // The scope that never ends: as a process that is killed in it.
        _ = try await journal.queue.append(.crlIntent(intent))
        await journal.close()
        let recovery: Recovery
        (journal, recovery) = try folder.open()
        await journal.close()
        #expect(recovery.abandoned.map(\.subject) == [.crl(number: 3)])
        #expect(try folder.read().records.abandonments(of: intent.crlID).map(\.outcome) == [.possiblySigned])
    }
}
