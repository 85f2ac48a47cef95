internal import Foundation
internal import GRDB
internal import Issuance

/// The certificates that came after the last chapter was closed: their keys and names, until there are enough of them.
struct OpenChapter {
    let number: Int64
    private let sizes: InventorySizes
    private(set) var first: Int64?
    private(set) var certificates = 0
    private var keys: [(key: LookupKey, sequence: Int64)] = []
    /// `keys` to be looked up in, when that was asked for more than a few times.
    private var index: [LookupKey: [Int64]]?
    private var questions = 0
    private var shared: Set<LookupKey> = []
    private var names = NameBlock()
    /// Entries of `names` that are in the database, in blocks of their own.
    private var writtenNames = 0
    private var notAfterMin: Int64?

    init(number: Int64, _ sizes: InventorySizes) {
        self.number = number
        self.sizes = sizes
    }

    /// The one that follows.
    var next: OpenChapter { OpenChapter(number: number + 1, sizes) }

    var isFull: Bool { certificates >= sizes.chapter || names.text.count >= sizes.chapterText }

    mutating func append(_ terms: CertificateTerms) {
        if first == nil { first = terms.sequence }
        certificates += 1
        let lines = names.append(terms.names, sequence: terms.sequence)
        append(.certificateID(terms.certificateID), terms.sequence)
        append(.serial(terms.serial), terms.sequence)
        if let key = terms.csrKey { append(LookupKey(number: key), terms.sequence) }
        names.forEachLine(in: lines) { line in
            if line.count > 1 { append(.name(line), terms.sequence) }
        }
        shared.insert(.authority(terms.authority))
        if let profileID = terms.profileID { shared.insert(.profile(profileID)) }
        if let uid = terms.uid { shared.insert(.requester(uid)) }
        if let end = terms.notAfter { notAfterMin = min(notAfterMin ?? end, end) }
    }

    private mutating func append(_ key: LookupKey, _ sequence: Int64) {
        keys.append((key, sequence))
        index?[key, default: []].append(sequence)
    }

    /// Certificates that may have this key.
    mutating func sequences(with key: LookupKey) -> [Int64] {
        if let index { return index[key] ?? [] }
        questions += 1
        if questions > 20 { index = Dictionary(grouping: keys, by: \.key).mapValues { $0.map(\.sequence) } }
        return keys.filter { $0.key == key }.map(\.sequence)
    }

    /// Writes the names that came since the last time.
    mutating func writeNames(_ statements: InventoryStatements) throws {
        let new = names.suffix(from: writtenNames)
        writtenNames = names.entries.count
        try statements.insert(new)
    }

    /// Writes the chapter, the certificates up to record `last`.
    func close(at last: Int64, _ statements: InventoryStatements) throws {
        guard let first else { return }
        try statements.insertChapter.run { values in
            values.integer(number)
            values.integer(first)
            values.integer(last)
            values.integer(notAfterMin)
        }
        var buckets = [KeyBucket](repeating: KeyBucket(), count: KeyBucket.count)
        for (key, sequence) in keys { buckets[key.bucket].append(key, sequence - first) }
        for (bucket, keys) in buckets.enumerated() where !keys.octets.isEmpty {
            try statements.insertBucket.run { values in
                values.integer(KeyBucket.id(bucket, ofChapter: number))
                values.blob(keys.octets)
            }
        }
        for key in shared {
            try statements.insertSharedKey.run { values in
                values.integer(number)
                values.integer(key.number)
            }
        }
        try statements.deleteNames.run { $0.integer(first) }
        try statements.insert(names)
    }
}

extension OpenChapter {
    /// The one that the database has begun.
    init(reading db: Database, _ sizes: InventorySizes) throws {
        let last = try Row.fetchOne(db, sql: "SELECT max(chapter), max(last) FROM chapters")
        self.init(number: (last?[0] as Int64? ?? 0) + 1, sizes)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT c.sequence, certificateID, serial, authority, csrKey, notAfter, profileID, uid, subject, tbs
                FROM certificates c CROSS JOIN documents d ON d.sequence = c.sequence
                WHERE c.sequence > ? ORDER BY c.sequence
                """, arguments: [last?[1] as Int64? ?? 0])
        while let row = try rows.next() {
            let summary = (row[9] as Data?).flatMap { CertificateSummary(tbs: Array($0)) }
            append(
                CertificateTerms(
                    sequence: row[0], certificateID: Array(row[1] as Data), serial: Array(row[2] as Data),
                    authority: row[3], csrKey: row[4], notAfter: row[5], profileID: (row[6] as Data?).map { Array($0) },
                    uid: (row[7] as Int64?).map { UInt32(truncatingIfNeeded: $0) },
                    names: Names(summary, subject: row[8])))
        }
        writtenNames = names.entries.count
    }
}
