import Foundation
import Ledger
import Logging
import TestSupport
import Timekeeping

@testable import Inventory

/// A folder for one test's journal and inventory, removed with this value.
final class TestLedger: Sendable {
    let root: String
    let log = LogRecord()
    var journalPath: String { root + "/journal" }
    var inventoryPath: String { root + "/inventory.sqlite" }
    /// Small enough for a test to see chapters and transactions come and go.
    static let sizes = InventorySizes(chapter: 5, chapterText: 1 << 20, transaction: 9)

    init() throws {
        root = NSTemporaryDirectory() + "/inventory-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func openJournal(segmentOctets: Int = 20_000) throws -> Journal {
        try Journal.open(
            directory: journalPath, creating: true,
            configuration: JournalConfiguration(segmentOctets: segmentOctets, allocationOctets: 4096),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        ).0
    }

    func inventory(_ sizes: InventorySizes = sizes) -> CertificateInventory {
        CertificateInventory(path: inventoryPath, gathering: .milliseconds(1), sizes, logger: log.logger)
    }

    /// Follows the journal while `body` runs, then closes it. The inventory has all of it afterwards, and can still be read.
    @discardableResult
    func following<Answer>(
        _ journal: Journal, _ inventory: CertificateInventory, _ body: () async throws -> Answer
    ) async throws -> Answer {
        async let running: Void = inventory.run(following: journal, in: journalPath)
        let result: Result<Answer, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await journal.close()
        await running
        return try result.get()
    }

    /// Every record on the disk.
    func records() throws -> [JournalRecord] {
        var records: [JournalRecord] = []
        var reader = try JournalReader(directory: journalPath)
        while let record = try reader.next() { records.append(record) }
        return records
    }

    func removeInventory() throws {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: inventoryPath + suffix) }
    }
}

/// A thing that may be consumed once, as a prepared certificate is.
private struct Ticket: ~Copyable, Sendable {}

/// What a test's token may do wrong.
struct TokenFailed: Error {
    let outcome: Abandonment.Outcome
}

extension Journal {
    /// Signs, or has it fail.
    func issue(_ intent: some SigningIntent, signature: [UInt8], failing outcome: Abandonment.Outcome? = nil)
        async throws
    {
        do {
            _ = try await withIntent(
                intent, Ticket(), outcome: { Issued(certificateID: intent.identifier, signature: $0) },
                failure: { error in
                    Abandonment(reason: "token", outcome: (error as? TokenFailed)?.outcome ?? .possiblySigned)
                }
            ) { (_: consuming Ticket) in
                if let outcome { throw TokenFailed(outcome: outcome) }
                return signature
            }
        } catch is TokenFailed {}
    }

    func issue(_ intent: Intent, failing outcome: Abandonment.Outcome? = nil) async throws {
        try await issue(intent, signature: sampleSignature(of: intent), failing: outcome)
    }
}

/// A page that begins where the one before it did.
private struct StandingStill: Error {}

extension CertificateInventory {
    /// Waits until all that is in the journal is here.
    func reach(headOf journal: Journal) async throws {
        try await reach(journal.status.head, within: patience)
    }

    /// All that match, page by page.
    func all(_ filter: CertificateFilter = CertificateFilter(), pageSize: Int = 1000) async throws -> [CertificateEntry]
    {
        var all: [CertificateEntry] = []
        var cursor: CertificateCursor?
        repeat {
            let page = try await certificates(matching: filter, after: cursor, limit: pageSize)
            all += page.certificates
            // One that stands still would have no end.
            if let next = page.next, let cursor, next.sequence >= cursor.sequence { throw StandingStill() }
            cursor = page.next
        } while cursor != nil
        return all
    }
}
