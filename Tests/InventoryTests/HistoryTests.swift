import Foundation
import GRDB
import Ledger
import TestSupport
import Testing
import Timekeeping

@testable import Inventory

@Suite("The inventory of any history")
struct HistoryTests {
    /// Compares all that can be asked with what the records say.
    private func check(
        _ inventory: CertificateInventory, against records: [JournalRecord], _ history: inout RandomHistory,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let model = LedgerModel(records)
        let all = try await inventory.all(pageSize: 7)
        // Of those that share a serial, which only what was taken over does, a revocation knows the last end of all.
        #expect(
            all.map(\.withoutEnd) == model.certificates.map(\.withoutEnd), "\(history.seed)",
            sourceLocation: sourceLocation)

        for entry in model.certificates {
            let byID = try await inventory.certificate(id: entry.certificateID).certificate
            #expect(byID?.sequence == entry.sequence, "\(history.seed)", sourceLocation: sourceLocation)
            let bySerial = try await inventory.certificate(
                authorityKeyID: entry.authorityKeyID, serial: entry.serial
            ).certificate
            let last = model.certificates.first {
                $0.authorityKeyID == entry.authorityKeyID && $0.serial == entry.serial
            }
            #expect(bySerial?.sequence == last?.sequence, "\(history.seed)", sourceLocation: sourceLocation)
        }
        for _ in 0..<40 {
            let filter = history.filter()
            let found = try await inventory.all(filter, pageSize: history.number(1...20))
            #expect(
                found.map(\.sequence) == model.certificates(matching: filter).map(\.sequence),
                "\(history.seed), \(filter)", sourceLocation: sourceLocation)
        }
        #expect(inventory.position == records.last?.sequence, sourceLocation: sourceLocation)

        for keyID in [[0], [1], [9]] as [[UInt8]] {
            let expected = model.revocations.filter { $0.key.keyID == keyID }
            let (revocations, _) = try await inventory.revokedCertificates(
                authorityKeyID: keyID, unexpiredAt: .seconds(1_800_000_000), expiredAfter: nil)
            #expect(
                revocations.map(\.serial)
                    == expected.map(\.key.serial).sorted { $0.lexicographicallyPrecedes($1) },
                "\(history.seed)", sourceLocation: sourceLocation)
            for revocation in revocations {
                let key = LedgerModel.RevocationKey(keyID: keyID, serial: revocation.serial)
                #expect(revocation.reason == expected[key]?.reason, sourceLocation: sourceLocation)
                #expect(revocation.date == expected[key]?.first.date, sourceLocation: sourceLocation)
            }
        }
        for partition in [nil, 0, 1] as [UInt32?] {
            let last = try await inventory.lastCRL(authorityKeyID: [1, 2, 3], partition: partition).crl
            let expected = model.crls.last { $0.partition == partition }
            #expect(last?.crlID == expected?.crlID, "\(history.seed)", sourceLocation: sourceLocation)
            #expect(last?.thisUpdate == expected?.thisUpdate, sourceLocation: sourceLocation)
        }
    }

    @Test("followed while it grows, it knows what the journal knows")
    func followed() async throws {
        let folder = try TestLedger()
        var history = RandomHistory(SeededGenerator(environment: "INVENTORY_TESTS_SEED"))
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            for _ in 0..<4 {
                for _ in 0..<history.number(1...40) { try await history.step(journal) }
                try await inventory.reach(headOf: journal)
                try await check(inventory, against: folder.records(), &history)
            }
        }
        #expect(inventory.status.state == .closed)
        #expect(folder.log.messages == [])
    }

    @Test(
        "dropped at any record and opened again, it goes on where it was, and knows what one that was made at a stretch knows"
    )
    func interrupted() async throws {
        let folder = try TestLedger()
        var history = RandomHistory(SeededGenerator(environment: "INVENTORY_TESTS_SEED"))
        var journal = try folder.openJournal()
        var reached: UInt64 = 0
        for _ in 0..<25 {
            for _ in 0..<history.number(0...8) { try await history.step(journal) }
            if history.number(0...4) == 0 {
                await journal.close()
                journal = try folder.openJournal()
            }
            let head = journal.status.head
            let goal = UInt64(history.number(Int(reached)...Int(head)))
            let pool = try InventoryFile(folder.inventoryPath).open()
            let filling = try Filling(pool, of: folder.journalPath, head: head, TestLedger.sizes)
            #expect(filling.position == reached, "\(history.seed)")
            if filling.position < head, history.number(0...3) == 0 {
                // As a process that dies in the middle: what was not committed never was.
                #expect(throws: InterruptedError.self) {
                    try filling.catchUp(to: head) { _ in throw InterruptedError() }
                }
            } else {
                try filling.catchUp(to: goal) { _ in }
            }
            reached = try await pool.read { try StoredPosition.read($0)?.sequence ?? 0 }
        }
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) { try await inventory.reach(headOf: journal) }
        let records = try folder.records()
        try await check(inventory, against: records, &history)
        #expect(folder.log.messages == [])

        try folder.removeInventory()
        let progress = Progress()
        let position = try CertificateInventory.rebuild(
            path: folder.inventoryPath, journalDirectory: folder.journalPath, TestLedger.sizes
        ) { progress.steps.append($0) }
        #expect(position == records.last?.sequence)
        #expect(progress.steps.last == .filling(records: position, of: position))
        let again = folder.inventory()
        journal = try folder.openJournal()
        try await folder.following(journal, again) { try await again.reach(headOf: journal) }
        try await check(again, against: folder.records(), &history)
        #expect(folder.log.messages == [])
    }

    private struct InterruptedError: Error {}

    private final class Progress {
        var steps: [CertificateInventory.RebuildProgress] = []
    }
}

extension CertificateEntry {
    /// Without what a revocation says of the certificate's end.
    fileprivate var withoutEnd: CertificateEntry {
        CertificateEntry(
            sequence: sequence, certificateID: certificateID, authorityID: authorityID, authorityKeyID: authorityKeyID,
            serial: serial, kind: kind, profileID: profileID, crlPartition: crlPartition, subject: subject,
            alternativeNames: alternativeNames, notBefore: notBefore, notAfter: notAfter, status: status,
            revocation: revocation.map {
                RevocationEntry(
                    serial: $0.serial, date: $0.date, reason: $0.reason, sequence: $0.sequence, requester: $0.requester,
                    requestID: $0.requestID, notAfter: nil)
            }, recordedAt: recordedAt, decidedAt: decidedAt, reason: reason, csrHash: csrHash, requester: requester,
            requestID: requestID, signatureAlgorithm: signatureAlgorithm, configurationHash: configurationHash,
            source: source, der: der)
    }
}
