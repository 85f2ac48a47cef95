internal import GRDB
internal import Issuance
internal import Ledger

/// What is run again and again while the inventory is filled.
struct InventoryStatements {
    let insertCertificate: RepeatedStatement
    let insertDocument: RepeatedStatement
    let updateCertificate: RepeatedStatement
    let updateDocument: RepeatedStatement
    let insertChapter: RepeatedStatement
    let insertBucket: RepeatedStatement
    let insertSharedKey: RepeatedStatement
    let insertNames: RepeatedStatement
    let deleteNames: RepeatedStatement
    let updatePartition: RepeatedStatement
    let updatePosition: RepeatedStatement

    init(_ db: Database) throws {
        insertCertificate = try RepeatedStatement(
            db,
            """
            INSERT INTO certificates (sequence, certificateID, serial, authority, state, revoked, csrKey, notAfter, kind,
                profileID, uid, crlPartition, anyPartition)
            VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)
            """)
        insertDocument = try RepeatedStatement(
            db,
            """
            INSERT INTO documents (sequence, recordedAt, decidedAt, gid, pid, requestID, signatureAlgorithm, configurationHash,
                csrHash, source, subject, reason, tbs, signature)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        updateCertificate = try RepeatedStatement(db, "UPDATE certificates SET state = ? WHERE sequence = ?")
        updateDocument = try RepeatedStatement(
            db, "UPDATE documents SET decidedAt = ?, reason = ?, signature = ? WHERE sequence = ?")
        insertChapter = try RepeatedStatement(
            db, "INSERT INTO chapters (chapter, first, last, notAfterMin) VALUES (?, ?, ?, ?)")
        insertBucket = try RepeatedStatement(db, "INSERT INTO buckets (id, keys) VALUES (?, ?)")
        insertSharedKey = try RepeatedStatement(db, "INSERT INTO sharedKeys (chapter, key) VALUES (?, ?)")
        insertNames = try RepeatedStatement(db, "INSERT INTO names (first, last, entries, text) VALUES (?, ?, ?, ?)")
        deleteNames = try RepeatedStatement(db, "DELETE FROM names WHERE first >= ?")
        updatePartition = try RepeatedStatement(
            db,
            """
            INSERT INTO partitions (keyID, crlPartition, notAfter) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET notAfter = max(notAfter, excluded.notAfter)
            """)
        updatePosition = try RepeatedStatement(
            db,
            """
            INSERT INTO position (id, journal, segment, offset, next, head) VALUES (1, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET journal = excluded.journal, segment = excluded.segment, offset = excluded.offset,
                next = excluded.next, head = excluded.head
            """)
    }

    func insert(_ row: CertificateRow) throws {
        switch row.origin {
        case .intent(let intent): try insert(row, intent)
        case .imported(let imported, let parts): try insert(row, imported, parts)
        }
    }

    private func insert(_ row: CertificateRow, _ intent: Intent) throws {
        try insertCertificate.run { values in
            values.integer(row.sequence)
            values.blob(row.certificateID)
            values.blob(intent.serial)
            values.integer(row.authority)
            values.integer(row.state.rawValue)
            values.integer(LookupKey.csr(intent.csrHash).number)
            values.integer(row.notAfter)
            values.integer(Int64(row.kind.rawValue))
            values.blob(intent.profileID?.octets)
            values.integer(Int64(intent.requester.uid))
            values.integer(intent.crlPartition.map { Int64($0) })
            values.integer(0)
        }
        try insertDocument.run { values in
            values.integer(row.sequence)
            values.integer(row.recordedAt)
            values.integer(row.decidedAt)
            values.integer(Int64(intent.requester.gid))
            values.integer(Int64(intent.requester.pid))
            values.text(intent.requestID)
            values.text(intent.signatureAlgorithm)
            values.blob(intent.configurationHash)
            values.blob(intent.csrHash)
            values.text(nil)
            values.text(nil)
            values.text(row.reason)
            values.blob(intent.tbs)
            values.blob(row.signature)
        }
    }

    private func insert(
        _ row: CertificateRow, _ imported: ImportedCertificate, _ parts: CertificateParts?
    ) throws {
        try insertCertificate.run { values in
            values.integer(row.sequence)
            values.blob(row.certificateID)
            values.blob(imported.serial)
            values.integer(row.authority)
            values.integer(row.state.rawValue)
            values.integer(nil)
            values.integer(row.notAfter)
            values.integer(Int64(row.kind.rawValue))
            for _ in 0..<2 { values.integer(nil) }
            values.integer(imported.crlPartition.map { Int64($0) })
            values.integer(imported.crlScope == .unknown ? 1 : 0)
        }
        try insertDocument.run { values in
            values.integer(row.sequence)
            values.integer(row.recordedAt)
            for _ in 0..<7 { values.integer(nil) }
            values.text(imported.source)
            values.text(imported.subject)
            values.text(row.reason)
            values.blob(parts?.tbs)
            values.blob(row.signature)
        }
    }

    func insert(_ block: NameBlock) throws {
        guard let first = block.entries.first, let last = block.entries.last else { return }
        try insertNames.run { values in
            values.integer(first.sequence)
            values.integer(last.sequence)
            values.blob(block.encodedEntries)
            values.blob(block.text)
        }
    }
}
