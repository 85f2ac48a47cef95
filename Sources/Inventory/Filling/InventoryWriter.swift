internal import Foundation
internal import GRDB
internal import Issuance
internal import Ledger
internal import Timekeeping

/// Puts what records say into the tables: the one place where the journal's words become rows. Of no use any more when one of its
/// functions has thrown.
struct InventoryWriter {
    private let db: Database
    private let statements: InventoryStatements
    private let journalID: UUID
    private var chapter: OpenChapter
    private var authorities: AuthorityTable
    /// Intents of this transaction: most have their outcome a few records later, and are written once.
    private var pending: [CertificateRow] = []
    private var pendingBySequence: [Int64: CertificateRow] = [:]
    /// Revoked serials that no certificate is known for; most inventories never have one.
    private var revocationsOfUnknown: Int
    /// Of this transaction: the latest end of a certificate in each.
    private var partitions: [CertificatePartition: Int64] = [:]

    /// Goes on where the database is.
    init(_ db: Database, journalID: UUID, _ sizes: InventorySizes) throws {
        self.db = db
        self.journalID = journalID
        statements = try InventoryStatements(db)
        authorities = try AuthorityTable(db)
        chapter = try OpenChapter(reading: db, sizes)
        revocationsOfUnknown =
            try Int.fetchOne(db, sql: "SELECT count(*) FROM revocations WHERE certificate IS NULL") ?? 0
    }

    /// Whether the transaction should end, so that the chapter can be closed.
    var isChapterFull: Bool { chapter.isFull }

    /// Takes in the records that follow those before.
    mutating func apply(_ records: [JournalRecord]) throws {
        for record in records { try apply(record) }
    }

    /// Writes what is not written yet, and how far it goes: the end of a transaction.
    ///
    /// - Parameter place: behind the last record that was taken in.
    mutating func finish(at place: JournalFollower.Place) throws {
        try writePending()
        try writePartitions()
        try chapter.writeNames(statements)
        if chapter.isFull {
            try chapter.close(at: Int64(clamping: place.next - 1), statements)
            chapter = chapter.next
        }
        try statements.updatePosition.run { [journalID] values in
            values.blob(journalID.octets)
            values.integer(Int64(clamping: place.segment))
            values.integer(Int64(place.offset))
            values.integer(Int64(clamping: place.next))
            values.blob(place.head.bytes)
        }
    }

    private mutating func apply(_ record: JournalRecord) throws {
        switch record.body {
        case .genesis, .configurationLoaded, .checkpoint, .restored: break
        case .intent(let intent):
            let authority = try authorities.id(intent.authorityID, intent.authorityKeyID, db)
            let summary = CertificateSummary(tbs: intent.tbs)
            add(CertificateRow(intent, summary, record, authority: authority), summary)
            if revocationsOfUnknown > 0 { try settleRevocation(ofKey: intent.authorityKeyID, serial: intent.serial) }
        case .importedCertificate(let imported):
            let authority = try authorities.id(imported.authorityID, imported.authorityKeyID, db)
            let parts = imported.certificate.flatMap { CertificateParts(der: $0) }
            let summary = parts.flatMap { CertificateSummary(tbs: $0.tbs) }
            add(CertificateRow(imported, parts, summary, record, authority: authority), summary)
            // It may share its serial with one that is here and revoked.
            try settleRevocation(ofKey: imported.authorityKeyID, serial: imported.serial)
        case .issued(let issued, let intent):
            try settle(intent, .issued, at: record.time, signature: issued.signature, reason: nil)
        case .abandoned(let abandonment, _, let intent):
            try settle(
                intent, CertificateState(abandonment.outcome), at: record.time, signature: nil,
                reason: abandonment.reason)
        case .revoked(let revocation): try revoke(revocation, sequence: record.sequence)
        case .crlIntent(let intent): try insert(intent, record)
        case .importedCRL(let crl): try insert(crl, record)
        case .archived(let archived):
            for revocation in archived.expired { try noteEnd(of: revocation) }
        }
    }

    // MARK: - Certificates

    private mutating func add(_ row: CertificateRow, _ summary: CertificateSummary?) {
        chapter.append(row.terms(summary))
        pendingBySequence[row.sequence] = row
        pending.append(row)
        // One whose end cannot be read never ends.
        if let partition = row.partition {
            partitions[partition] = max(partitions[partition] ?? .min, row.notAfter ?? .max)
        }
    }

    private mutating func writePending() throws {
        for row in pending { try statements.insert(row) }
        pending.removeAll(keepingCapacity: true)
        pendingBySequence.removeAll(keepingCapacity: true)
    }

    private mutating func writePartitions() throws {
        for (partition, notAfter) in partitions {
            try statements.updatePartition.run { values in
                values.blob(partition.keyID)
                values.integer(partition.number)
                values.integer(notAfter)
            }
        }
        partitions.removeAll(keepingCapacity: true)
    }

    /// What became of an intent, a certificate's or a CRL's.
    private mutating func settle(
        _ intent: UInt64, _ state: CertificateState, at time: Instant, signature: [UInt8]?, reason: String?
    ) throws {
        let sequence = Int64(clamping: intent)
        if let row = pendingBySequence[sequence] {
            row.state = state
            row.decidedAt = time.secondsSinceEpoch
            row.signature = signature
            row.reason = reason
            return
        }
        try statements.updateCertificate.run { values in
            values.integer(state.rawValue)
            values.integer(sequence)
        }
        guard db.changesCount == 0 else {
            return try statements.updateDocument.run { values in
                values.integer(time.secondsSinceEpoch)
                values.text(reason)
                values.blob(signature)
                values.integer(sequence)
            }
        }
        try db.execute(
            sql: "UPDATE crls SET state = ?, signature = ? WHERE sequence = ?",
            arguments: [state.rawValue, signature.map { Data($0) }, sequence])
    }
}

// MARK: - Revocations

extension InventoryWriter {
    /// The first record of a serial gives the date; a later one changes the reason, where that may change.
    private mutating func revoke(_ revocation: Revocation, sequence: UInt64) throws {
        let key: StatementArguments = [Data(revocation.authorityKeyID), Data(revocation.serial)]
        let before = try UInt8.fetchOne(
            db.cachedStatement(sql: "SELECT reason FROM revocations WHERE keyID = ? AND serial = ?"), arguments: key)
        if let before {
            guard
                before != revocation.reason, let reason = RevocationReason(rawValue: revocation.reason),
                RevocationReason(rawValue: before)?.mayBecome(reason) ?? true
            else { return }
            return try execute(
                "UPDATE revocations SET reason = ?, lastRecord = ? WHERE keyID = ? AND serial = ?",
                [Int64(revocation.reason), Int64(clamping: sequence)] + key)
        }
        let requester = revocation.requester
        try execute(
            """
            INSERT INTO revocations (keyID, serial, date, reason, authorityID, firstRecord, lastRecord, uid, gid, pid, requestID)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            key + [
                revocation.date.secondsSinceEpoch, Int64(revocation.reason), revocation.authorityID,
                Int64(clamping: sequence), Int64(clamping: sequence), requester.map { Int64($0.uid) },
                requester.map { Int64($0.gid) }, requester.map { Int64($0.pid) }, revocation.requestID,
            ])
        revocationsOfUnknown += 1
        try settleRevocation(ofKey: revocation.authorityKeyID, serial: revocation.serial)
    }

    /// Brings a revocation and its certificates together, whichever came first.
    private mutating func settleRevocation(ofKey keyID: [UInt8], serial: [UInt8]) throws {
        let key: StatementArguments = [Data(keyID), Data(serial)]
        let statement = try db.cachedStatement(
            sql: "SELECT certificate FROM revocations WHERE keyID = ? AND serial = ?")
        guard let revocation = try Row.fetchOne(statement, arguments: key) else { return }
        // Looked up in the tables.
        try writePending()
        let lookup = LookupKey.serial(serial)
        let candidates = try chapter.sequences(with: lookup) + CertificateLookup.sequences(with: lookup, db)
        let found = try CertificateLookup.only(candidates, ofKey: keyID, serial: serial, db)
        guard let last = found.max(by: { $0.sequence < $1.sequence }) else { return }
        for certificate in found {
            try execute("UPDATE certificates SET revoked = 1 WHERE sequence = ?", [certificate.sequence])
        }
        // A serial of more than one certificate, which only what was taken over can have, is revoked until the last has expired.
        let ends = found.compactMap(\.notAfter)
        let scope = found.reduce(CRLScope.everything) { $0.union($1.scope) }
        try execute(
            """
            UPDATE revocations SET certificate = ?, notAfter = ?, crlPartition = ?, anyPartition = ? WHERE keyID = ? AND serial = ?
            """,
            [
                last.sequence, ends.count == found.count ? ends.max() : nil, scope.partition.map { Int64($0) },
                scope == .unknown,
            ] + key)
        if revocation.hasNull(atIndex: 0) { revocationsOfUnknown -= 1 }
    }

    /// The certificate of a revocation was archived: it is known by its end alone, and by that no CRL names it any more.
    private func noteEnd(of revocation: Archived.ExpiredRevocation) throws {
        try execute(
            "UPDATE revocations SET notAfter = ? WHERE keyID = ? AND serial = ? AND certificate IS NULL",
            [
                revocation.notAfter.secondsSinceEpoch, Data(revocation.authorityKeyID), Data(revocation.serial),
            ])
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

// MARK: - CRLs

extension InventoryWriter {
    private func insert(_ intent: CRLIntent, _ record: JournalRecord) throws {
        try db.execute(
            sql: """
                INSERT INTO crls (sequence, crlID, authorityID, keyID, number, crlPartition, state, recordedAt, basis, entries,
                    thisUpdate, nextUpdate, hash, signatureAlgorithm)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Int64(clamping: record.sequence), Data(intent.crlID.octets), intent.authorityID,
                Data(intent.authorityKeyID), Int64(bitPattern: intent.number), intent.partition.map { Int64($0) },
                CertificateState.pending.rawValue, record.time.secondsSinceEpoch, Int64(bitPattern: intent.basis),
                Int64(bitPattern: intent.entries), intent.thisUpdate.secondsSinceEpoch,
                intent.nextUpdate.secondsSinceEpoch, Data(intent.tbsHash), intent.signatureAlgorithm,
            ])
    }

    private func insert(_ crl: ImportedCRL, _ record: JournalRecord) throws {
        try db.execute(
            sql: """
                INSERT INTO crls (sequence, authorityID, keyID, number, state, recordedAt, hash, source)
                VALUES (?, ?, ?, ?, 4, ?, ?, ?)
                """,
            arguments: [
                Int64(clamping: record.sequence), crl.authorityID, Data(crl.authorityKeyID),
                Int64(bitPattern: crl.number), record.time.secondsSinceEpoch, Data(crl.crlHash), crl.source,
            ])
    }
}
