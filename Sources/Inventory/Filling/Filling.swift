internal import Failpoints
internal import Foundation
internal import GRDB
internal import Ledger

/// An inventory's file, opened to be filled, and the journal from where it has got to.
final class Filling {
    private let database: any DatabaseWriter
    private var writer: InventoryWriter
    private var follower: JournalFollower
    private let sizes: InventorySizes
    /// Nothing has shown yet that the journal goes on where the inventory ends.
    private(set) var isUnproven: Bool

    /// - Parameter head: the last record of the journal that is known of.
    /// - Throws: `InventoryFile.Unfit` for the inventory of another journal; `LedgerError` for a journal that cannot be read.
    init(
        _ database: any DatabaseWriter, of journalDirectory: String, head: UInt64, _ sizes: InventorySizes
    ) throws {
        self.sizes = sizes
        self.database = database
        let (stored, first) = try database.read { db in (try StoredPosition.read(db), try StoredPosition.first(db)) }
        if let stored {
            follower = try Self.follower(from: stored, of: journalDirectory, first: first, head: head)
            isUnproven = true
        } else {
            follower = try JournalFollower(directory: journalDirectory)
            isUnproven = false
        }
        let journalID = follower.journalID
        writer = try database.writeWithoutTransaction { db in try InventoryWriter(db, journalID: journalID, sizes) }
    }

    private static func follower(
        from stored: StoredPosition, of journalDirectory: String, first: UInt64?, head: UInt64
    ) throws -> JournalFollower {
        let start = try JournalFollower(directory: journalDirectory)
        guard start.journalID == stored.journalID else {
            throw InventoryFile.Unfit(
                description: "it is of journal \(stored.journalID), and this is \(start.journalID)")
        }
        guard first ?? .max >= start.place.next else {
            throw InventoryFile.Unfit(description: "it has records that were archived since")
        }
        guard stored.sequence <= head else {
            throw InventoryFile.Unfit(
                description: "it has record \(stored.sequence), and the journal ends with \(head)")
        }
        do {
            return try JournalFollower(directory: journalDirectory, from: stored.place)
        } catch {
            throw InventoryFile.Unfit(description: "its place in the journal is not there: \(error)")
        }
    }

    /// The sequence number of the last record that is in the inventory.
    var position: UInt64 { follower.place.next - 1 }

    /// Takes in all records up to `head`. Of no use any more when it has thrown.
    ///
    /// - Parameter progress: told how far it is, after each transaction.
    func catchUp(to head: UInt64, progress: (UInt64) throws -> Void) throws {
        while position < head {
            try database.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    var count = 0
                    while count < sizes.transaction, !writer.isChapterFull {
                        let records = try follower.next(upTo: head)
                        guard !records.isEmpty else { break }
                        isUnproven = false
                        count += records.count
                        try writer.apply(records)
                    }
                    try writer.finish(at: follower.place)
                    Failpoint.inventoryApplied.pass()
                    return .commit
                }
            }
            Failpoint.inventoryCommitted.pass()
            try progress(position)
        }
    }
}
