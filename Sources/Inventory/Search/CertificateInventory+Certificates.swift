internal import Foundation
package import FoundationEssentials
internal import GRDB
internal import Ledger

/// Looking certificates up.
extension CertificateInventory {
    /// The most that a page holds.
    package static let maximumPageSize = 1000

    /// - Returns: the certificate, and the position at which it was looked for.
    /// - Throws: `InventoryError.unavailable`, as all that follow.
    package func certificate(
        id: UUID
    ) async throws(InventoryError) -> (certificate: CertificateEntry?, position: UInt64) {
        try await read { db in
            try Self.find(.certificateID(id.octets), "c.certificateID = ?", [Data(id.octets)], db)
        }
    }

    /// - Parameter serial: the content octets of the serial's DER INTEGER.
    package func certificate(
        authorityKeyID: [UInt8], serial: [UInt8]
    ) async throws(InventoryError) -> (certificate: CertificateEntry?, position: UInt64) {
        try await read { db in
            let condition = "c.serial = ? AND (SELECT keyID FROM authorities a WHERE a.id = c.authority) = ?"
            return try Self.find(.serial(serial), condition, [Data(serial), Data(authorityKeyID)], db)
        }
    }

    /// A page of those that match, the last recorded first.
    ///
    /// - Parameters:
    ///   - cursor: where the page before ended; `nil` for the first.
    ///   - limit: how many at most, 1 to `maximumPageSize`; what lies outside counts as the nearest.
    package func certificates(
        matching filter: CertificateFilter, after cursor: CertificateCursor? = nil, limit: Int = 100
    ) async throws(InventoryError) -> CertificatePage {
        let limit = min(max(limit, 1), Self.maximumPageSize)
        let (found, position) = try await read { db in
            guard let conditions = try CertificateConditions(filter, db) else { return [CertificateEntry]() }
            // One more, to know whether there is one.
            var search = CertificateSearch(db, filter, conditions, limit: limit + 1)
            try search.run(before: cursor?.sequence ?? .max)
            return search.found
        }
        let page = Array(found.prefix(limit))
        let end = page.last.map { CertificateCursor(sequence: Int64(clamping: $0.sequence)) }
        return CertificatePage(certificates: page, next: found.count > limit ? end : nil, position: position)
    }

    /// The one with that key for which a condition over `c` holds; of several, the last.
    private static func find(
        _ key: LookupKey, _ condition: String, _ arguments: StatementArguments, _ db: Database
    ) throws -> CertificateEntry? {
        let columns = "SELECT \(CertificateEntry.columns) FROM certificates c"
        let documents = "CROSS JOIN documents d ON d.sequence = c.sequence"
        let last = try CertificateLookup.lastInChapters(db)
        let open = try db.cachedStatement(
            sql: "\(columns) NOT INDEXED \(documents) WHERE c.sequence > ? AND \(condition) ORDER BY c.sequence DESC")
        if let row = try Row.fetchOne(open, arguments: [last] + arguments) { return try CertificateEntry(row, db) }
        let closed = try db.cachedStatement(sql: "\(columns) \(documents) WHERE c.sequence = ? AND \(condition)")
        for sequence in try CertificateLookup.sequences(with: key, db) {
            if let row = try Row.fetchOne(closed, arguments: [sequence] + arguments) {
                return try CertificateEntry(row, db)
            }
        }
        return nil
    }
}
