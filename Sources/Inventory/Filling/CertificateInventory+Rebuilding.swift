internal import GRDB
internal import Ledger

/// Making it anew, at a stretch.
extension CertificateInventory {
    /// How far that is.
    package enum RebuildProgress: Hashable, Sendable {
        /// The journal is read and checked; how long it is shows at the end.
        case checking(records: UInt64)
        case filling(records: UInt64, of: UInt64)
    }

    /// Makes the inventory of a whole journal anew: in a file beside, which then takes the place of the one that was there. It blocks.
    ///
    /// Nobody may fill the inventory meanwhile. Who reads it goes on reading the old one.
    ///
    /// - Parameters:
    ///   - path: of the inventory's file.
    ///   - head: the last record of the journal, where somebody knows it. Else the journal is read twice, first to be checked.
    /// - Returns: the position that it has.
    /// - Throws: `InventoryError`; what was there is then as it was.
    @discardableResult
    package static func rebuild(
        path: String, journalDirectory: String, upTo head: UInt64? = nil,
        progress: (RebuildProgress) -> Void = { _ in }
    ) throws(InventoryError) -> UInt64 {
        try rebuild(path: path, journalDirectory: journalDirectory, upTo: head, InventorySizes(), progress)
    }

    static func rebuild(
        path: String, journalDirectory: String, upTo head: UInt64? = nil, _ sizes: InventorySizes,
        _ progress: (RebuildProgress) -> Void
    ) throws(InventoryError) -> UInt64 {
        let file = InventoryFile(path)
        do {
            let head = try head ?? check(journalDirectory, progress)
            try fill(file.unfinished, from: journalDirectory, upTo: head, sizes, progress)
            try file.unfinished.replace(file)
            return head
        } catch {
            // It would only be in the way.
            try? file.unfinished.remove()
            switch error {
            case let error as LedgerError: throw .journal(error)
            case let error as InventoryError: throw error
            default: throw .unavailable(reason: "\(error)")
            }
        }
    }

    /// - Returns: the number of the last record.
    private static func check(_ journalDirectory: String, _ progress: (RebuildProgress) -> Void) throws -> UInt64 {
        var reader = try JournalReader(directory: journalDirectory)
        var last: UInt64 = 0
        while let record = try reader.next() {
            last = record.sequence
            if last % 10_000 == 0 { progress(.checking(records: last)) }
        }
        return last
    }

    private static func fill(
        _ file: InventoryFile, from journalDirectory: String, upTo head: UInt64, _ sizes: InventorySizes,
        _ progress: (RebuildProgress) -> Void
    ) throws {
        let database = try file.openUnprotected()
        do {
            let filling = try Filling(database, of: journalDirectory, head: head, sizes)
            progress(.filling(records: 0, of: head))
            try filling.catchUp(to: head) { progress(.filling(records: $0, of: head)) }
        }
        try database.close()
    }
}
