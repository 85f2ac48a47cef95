internal import Foundation
internal import GRDB
internal import Ledger

/// How far the inventory is, as the database has it.
struct StoredPosition: Sendable {
    let journalID: UUID
    let place: JournalFollower.Place

    /// The sequence number of the last record that is in it.
    var sequence: UInt64 { place.next - 1 }

    /// `nil` where nothing is in it yet.
    static func read(_ db: Database) throws -> StoredPosition? {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT journal, segment, offset, next, head FROM position")
        else { return nil }
        guard
            let journalID = UUID(octets: Array(row[0] as Data)), let head = RecordHash(Array(row[4] as Data)),
            let segment = UInt64(exactly: row[1] as Int64), let next = UInt64(exactly: row[3] as Int64), next > 0
        else { throw InventoryFile.Unfit(description: "its position is none") }
        return StoredPosition(
            journalID: journalID,
            place: JournalFollower.Place(segment: segment, offset: row[2], next: next, head: head)
        )
    }

    /// The sequence number of the first record that has a row of its own.
    static func first(_ db: Database) throws -> UInt64? {
        try ["certificates", "crls"].compactMap { table in
            try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM \(table)").map { UInt64(clamping: $0) }
        }.min()
    }
}
