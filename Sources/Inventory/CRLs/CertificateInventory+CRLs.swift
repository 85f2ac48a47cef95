internal import Foundation
internal import GRDB
internal import Ledger
package import Timekeeping

/// What CRLs are made of.
extension CertificateInventory {
    /// What a CRL has to name, in the order of the serials' octets: every revocation by that key, whether the certificate was handed
    /// out, may have been signed, or is not known here, save those of certificates that have expired and were in a CRL after that
    /// (RFC 5280 § 3.3).
    ///
    /// To be asked when the inventory has reached the head of the journal, which alone has all of them.
    ///
    /// - Parameters:
    ///   - partition: of a partitioned CRL, which names the certificates that point to it, and those of which that is not known: they might.
    ///     `nil`: of every partition.
    ///   - now: what the CRL will have as thisUpdate.
    ///   - expiredAfter: thisUpdate of the CRL before it; `nil` where there was none: then also what has expired is named, once.
    ///   - recordedAfter: the basis of the CRL before it: what was recorded since is named once, expired or not.
    package func revokedCertificates(
        authorityKeyID: [UInt8], partition: UInt32? = nil, unexpiredAt now: Instant, expiredAfter: Instant?,
        recordedAfter: UInt64? = nil
    ) async throws(InventoryError) -> (revocations: [RevocationEntry], position: UInt64) {
        let limit = expiredAfter.map { min($0, now) } ?? .earliest
        return try await read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: Self.union(partition) { condition in
                    """
                    SELECT \(RevocationEntry.columns) FROM revocations
                    WHERE keyID = :keyID AND \(condition) AND (notAfter IS NULL OR notAfter >= :limit OR firstRecord > :basis)
                    """
                },
                arguments: StatementArguments([
                    "keyID": Data(authorityKeyID), "limit": limit.secondsSinceEpoch,
                    "basis": recordedAfter.map { Int64(clamping: $0) } ?? .max,
                ]).with(partition))
            var revocations: [RevocationEntry] = []
            while let row = try rows.next() { revocations.append(try RevocationEntry(row)) }
            return revocations
        }
    }

    /// The sequence number of the last record that changes what such a CRL says; 0 where there is none.
    package func lastRevocation(
        authorityKeyID: [UInt8], partition: UInt32? = nil
    ) async throws(InventoryError) -> (record: UInt64, position: UInt64) {
        let (records, position) = try await read { db in
            try Int64.fetchAll(
                db,
                sql: Self.union(partition) { condition in
                    "SELECT ifnull(max(lastRecord), 0) FROM revocations WHERE keyID = :keyID AND \(condition)"
                }, arguments: StatementArguments(["keyID": Data(authorityKeyID)]).with(partition))
        }
        return (UInt64(clamping: records.max() ?? 0), position)
    }

    /// What is in that partition, by one index, and what may be in any, by another.
    private static func union(_ partition: UInt32?, _ select: (_ condition: String) -> String) -> String {
        guard partition != nil else { return select("true") }
        return select("crlPartition = :partition") + " UNION ALL " + select("anyPartition = 1")
    }

    /// Which of these serials are not revoked.
    package func unrevoked(
        authorityKeyID: [UInt8], among serials: [[UInt8]]
    ) async throws(InventoryError) -> (serials: [[UInt8]], position: UInt64) {
        try await read { db in
            let statement = try db.cachedStatement(sql: "SELECT 1 FROM revocations WHERE keyID = ? AND serial = ?")
            return try serials.filter { serial in
                try Row.fetchOne(statement, arguments: [Data(authorityKeyID), Data(serial)]) == nil
            }
        }
    }

    /// The partitions of a key's CRLs that certificates are known to be in, with the end of the last that is or may be.
    package func partitions(
        authorityKeyID: [UInt8]
    ) async throws(InventoryError) -> (lastNotAfter: [UInt32: Instant], position: UInt64) {
        try await read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT crlPartition, notAfter FROM partitions WHERE keyID = ?",
                arguments: [Data(authorityKeyID)])
            var partitions: [UInt32: Instant] = [:]
            var inAny = Instant.earliest
            while let row = try rows.next() {
                let end = Instant(secondsSinceEpoch: row[1]) ?? .latest
                if let number = UInt32(exactly: row[0] as Int64) { partitions[number] = end } else { inAny = end }
            }
            return partitions.mapValues { max($0, inAny) }
        }
    }

    /// What is known of the revocation of a serial number, whether or not it is that of a certificate here.
    package func revocation(
        authorityKeyID: [UInt8], serial: [UInt8]
    ) async throws(InventoryError) -> (revocation: RevocationEntry?, position: UInt64) {
        try await read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT \(RevocationEntry.columns) FROM revocations WHERE keyID = ? AND serial = ?",
                arguments: [Data(authorityKeyID), Data(serial)])
            return try row.map { try RevocationEntry($0) }
        }
    }

    /// The last CRL that was signed and recorded.
    ///
    /// - Parameters:
    ///   - partition: `nil` for those of everything.
    ///   - number: of that number; `nil`: of any.
    package func lastCRL(
        authorityKeyID: [UInt8], partition: UInt32? = nil, number: UInt64? = nil
    ) async throws(InventoryError) -> (crl: CRLEntry?, position: UInt64) {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT sequence, crlID, authorityID, keyID, number, crlPartition, basis, entries, thisUpdate, nextUpdate, hash,
                        signatureAlgorithm, signature
                    FROM crls WHERE keyID = ? AND crlPartition IS ? AND state = \(CertificateState.issued.rawValue)
                        AND number = ifnull(?, number)
                    ORDER BY sequence DESC LIMIT 1
                    """,
                arguments: [
                    Data(authorityKeyID), partition.map { Int64($0) }, number.map { Int64(bitPattern: $0) },
                ])
            return try row.map { try CRLEntry($0) }
        }
    }
}

extension StatementArguments {
    fileprivate func with(_ partition: UInt32?) -> StatementArguments {
        guard let partition else { return self }
        return self &+ ["partition": Int64(partition)]
    }
}

extension CRLEntry {
    fileprivate init(_ row: Row) throws {
        guard
            let id = row.octets(1).flatMap({ UUID(octets: $0) }), let thisUpdate = row.instant(8),
            let nextUpdate = row.instant(9), let signature = row.octets(12)
        else { throw InventoryFile.Unfit(description: "CRL \(row[0] as Int64) is not readable") }
        self.init(
            sequence: UInt64(clamping: row[0] as Int64), crlID: id, authorityID: row[2],
            authorityKeyID: Array(row[3] as Data), number: UInt64(bitPattern: row[4] as Int64),
            partition: (row[5] as Int64?).flatMap { UInt32(exactly: $0) }, basis: UInt64(bitPattern: row[6] as Int64),
            entries: UInt64(bitPattern: row[7] as Int64), thisUpdate: thisUpdate, nextUpdate: nextUpdate,
            tbsHash: Array(row[10] as Data), signatureAlgorithm: row[11], signature: signature)
    }
}
