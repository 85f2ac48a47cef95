internal import Foundation
internal import GRDB
internal import Ledger

/// Finds certificates by what only few of them have.
enum CertificateLookup {
    /// Certificates of closed chapters that may have this key, the last first.
    static func sequences(with key: LookupKey, before limit: Int64 = .max, _ db: Database) throws -> [Int64] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT h.first, b.keys FROM chapters h CROSS JOIN buckets b ON b.id = h.chapter * \(KeyBucket.count) + ?
                WHERE h.first < ? ORDER BY h.chapter DESC
                """)
        let rows = try Row.fetchCursor(statement, arguments: [key.bucket, limit])
        var sequences: [Int64] = []
        while let row = try rows.next() {
            let first: Int64 = row[0]
            let bucket = KeyBucket(octets: row.largeOctets(1))
            for distance in bucket.distances(of: key) where first &+ distance < limit {
                sequences.append(first &+ distance)
            }
        }
        return sequences
    }

    /// What a revocation has to know of a certificate.
    struct Revocable {
        let sequence: Int64
        let notAfter: Int64?
        let scope: CRLScope
    }

    /// Those that have that serial and were issued by that key.
    static func only(
        _ candidates: [Int64], ofKey keyID: [UInt8], serial: [UInt8], _ db: Database
    ) throws -> [Revocable] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT c.sequence, c.notAfter, c.crlPartition, c.anyPartition FROM certificates c CROSS JOIN authorities a ON a.id = c.authority
                WHERE c.sequence = ? AND c.serial = ? AND a.keyID = ?
                """)
        return try candidates.compactMap { sequence in
            try Row.fetchOne(statement, arguments: [sequence, Data(serial), Data(keyID)])
                .map { Revocable(sequence: $0[0], notAfter: $0[1], scope: CRLScope(partition: $0[2], any: $0[3])) }
        }
    }

    /// The last record that is in a closed chapter: what follows has to be read row by row.
    static func lastInChapters(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(last) FROM chapters")) ?? 0
    }
}

extension CRLScope {
    /// As two columns say.
    fileprivate init(partition: Int64?, any: Bool) {
        self = any ? .unknown : Self(partition: partition.flatMap { UInt32(exactly: $0) })
    }
}
