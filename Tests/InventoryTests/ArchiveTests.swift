import Foundation
import Issuance
import Ledger
import Logging
import TestSupport
import Testing
import Timekeeping

@testable import Inventory

@Suite("An inventory of a journal whose oldest segments were archived")
struct ArchiveTests {
    private static let ended = "200101000000Z"
    private let folder: TestLedger

    init() throws { folder = try TestLedger() }

    private func archive() async throws -> JournalArchive.Outcome {
        try await JournalArchive.run(
            folder.journalPath, to: folder.root + "/archive", keeping: 0,
            notAfter: { CertificateSummary(tbs: $0)?.notAfter },
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    }

    private func following(
        _ happen: (Journal, CertificateInventory) async throws -> Void
    ) async throws {
        // Each record begins a segment.
        let journal = try folder.openJournal(segmentOctets: 1)
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            try await happen(journal, inventory)
            try await inventory.reach(headOf: journal)
        }
    }

    private func onNextCRL(_ inventory: CertificateInventory) async throws -> Set<[UInt8]> {
        let last = try await inventory.lastCRL(authorityKeyID: [1, 2, 3]).crl
        return Set(
            try await inventory.revokedCertificates(
                authorityKeyID: [1, 2, 3], unexpiredAt: .seconds(1_800_000_000), expiredAfter: last?.thisUpdate,
                recordedAfter: last?.basis
            ).revocations.map(\.serial))
    }

    @Test("it is made anew without what left, and the next CRL names the same as before")
    func madeAnew() async throws {
        let (old, oldRevoked) = (TestCertificate(notAfter: Self.ended), TestCertificate(notAfter: Self.ended))
        let (current, currentRevoked) = (TestCertificate(), TestCertificate())
        let unknown = TestCertificate()
        var before: Set<[UInt8]> = []
        try await following { journal, inventory in
            try await journal.record(unknown.revocation())
            try await journal.issue(old.intent())
            try await journal.issue(oldRevoked.intent())
            try await journal.issue(current.intent())
            try await journal.issue(currentRevoked.intent())
            try await journal.record(oldRevoked.revocation())
            try await journal.record(currentRevoked.revocation())
            // Its basis is its number: all of that was before it.
            try await journal.issue(sampleCRLIntent(number: 100, thisUpdate: 1_700_000_000), signature: [1])
            try await inventory.reach(headOf: journal)
            before = try await onNextCRL(inventory)
        }
        #expect(before == [unknown.serial, currentRevoked.serial])
        let outcome = try await archive()
        #expect(outcome.plan.segments.count > 3)
        #expect(outcome.plan.carried.map(\.serial) == [unknown.serial])
        try await following { journal, inventory in
            try await inventory.reach(headOf: journal)
            #expect(Set(try await inventory.all().map(\.serial)) == [current.serial, currentRevoked.serial])
            #expect(try await onNextCRL(inventory) == before)
            #expect(
                try await inventory.revocation(authorityKeyID: [1, 2, 3], serial: oldRevoked.serial).revocation?
                    .notAfter == .seconds(1_577_836_800))
        }
        #expect(folder.log.messages == ["the inventory is made anew from the journal"])
        // One that has begun there goes on.
        try await following { journal, inventory in
            try await journal.issue(TestCertificate().intent())
            try await inventory.reach(headOf: journal)
            #expect(try await inventory.all().count == 3)
        }
        #expect(folder.log.messages.count == 1)
    }

    @Test("made anew by command, it is the same")
    func rebuilt() async throws {
        try await following { journal, _ in
            for _ in 0..<8 { try await journal.issue(TestCertificate(notAfter: Self.ended).intent()) }
            for _ in 0..<8 { try await journal.issue(TestCertificate().intent()) }
        }
        _ = try await archive()
        try folder.removeInventory()
        try CertificateInventory.rebuild(path: folder.inventoryPath, journalDirectory: folder.journalPath)
        try await following { journal, inventory in
            try await inventory.reach(headOf: journal)
            #expect(try await inventory.all().count == 8)
            #expect(try await inventory.all() == LedgerModel(try folder.records()).certificates)
        }
        #expect(folder.log.messages.isEmpty)
    }
}
