internal import Foundation
internal import GRDB
internal import Issuance
internal import Ledger
internal import Timekeeping

extension CertificateEntry {
    /// The columns that `init(_:_:)` reads, in its order, of `c` and `d`.
    static let columns = """
        c.sequence, c.certificateID, c.serial, c.authority, c.state, c.revoked, c.kind, c.profileID, c.uid, c.crlPartition,
        c.notAfter, d.recordedAt, d.decidedAt, d.gid, d.pid, d.requestID, d.signatureAlgorithm, d.configurationHash, d.csrHash,
        d.source, d.subject, d.reason, d.tbs, d.signature
        """

    init(_ row: Row, _ db: Database) throws {
        let authority = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT name, keyID FROM authorities WHERE id = ?"), arguments: [row[3] as Int64])
        guard
            let authority, let id = UUID(octets: Array(row[1] as Data)), let state = CertificateState(rawValue: row[4]),
            let kind = Intent.Kind(rawValue: row[6]), let recordedAt = row.instant(11)
        else { throw InventoryFile.Unfit(description: "certificate \(row[0] as Int64) is not readable") }
        let (tbs, signature) = (row.octets(22), row.octets(23))
        let summary = tbs.flatMap { CertificateSummary(tbs: $0) }
        let keyID = Array(authority[1] as Data)
        let serial = Array(row[2] as Data)
        let isRevoked: Bool = row[5]
        self.init(
            sequence: UInt64(clamping: row[0] as Int64), certificateID: id, authorityID: authority[0],
            authorityKeyID: keyID, serial: serial, kind: kind, profileID: row.octets(7).flatMap { UUID(octets: $0) },
            crlPartition: (row[9] as Int64?).flatMap { UInt32(exactly: $0) },
            subject: summary?.subject ?? row[20] ?? "", alternativeNames: summary?.alternativeNames ?? [],
            notBefore: summary?.notBefore, notAfter: row.instant(10),
            status: isRevoked ? .revoked : CertificateStatus(state),
            revocation: isRevoked ? try RevocationEntry.find(keyID: keyID, serial: serial, db) : nil,
            recordedAt: recordedAt, decidedAt: row.instant(12), reason: row[21], csrHash: row.octets(18),
            requester: row.requester(uid: 8, gid: 13, pid: 14), requestID: row[15], signatureAlgorithm: row[16],
            configurationHash: row.octets(17), source: row[19],
            der: tbs.flatMap { tbs in signature.flatMap { CertificateParts(tbs: tbs, signature: $0).der } })
    }
}

extension RevocationEntry {
    /// The columns that `init(_:)` reads, in its order.
    static let columns = "serial, date, reason, firstRecord, uid, gid, pid, requestID, notAfter"

    init(_ row: Row) throws {
        guard let date = row.instant(1), let reason = UInt8(exactly: row[2] as Int64) else {
            throw InventoryFile.Unfit(description: "a revocation is not readable")
        }
        self.init(
            serial: Array(row[0] as Data), date: date, reason: reason, sequence: UInt64(clamping: row[3] as Int64),
            requester: row.requester(uid: 4, gid: 5, pid: 6), requestID: row[7], notAfter: row.instant(8))
    }

    static func find(keyID: [UInt8], serial: [UInt8], _ db: Database) throws -> RevocationEntry? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT \(columns) FROM revocations WHERE keyID = ? AND serial = ?"),
            arguments: [Data(keyID), Data(serial)]
        ).map { try RevocationEntry($0) }
    }
}

extension Row {
    func octets(_ column: Int) -> [UInt8]? { (self[column] as Data?).map { Array($0) } }

    /// Copied once. Of NULL there are none.
    func largeOctets(_ column: Int) -> [UInt8] {
        (try? withUnsafeData(atIndex: column) { data in data.map { Array($0) } }) ?? []
    }

    func instant(_ column: Int) -> Instant? {
        (self[column] as Int64?).flatMap { Instant(secondsSinceEpoch: $0) }
    }

    func requester(uid: Int, gid: Int, pid: Int) -> Intent.Requester? {
        guard
            let uid = (self[uid] as Int64?).flatMap({ UInt32(exactly: $0) }),
            let gid = (self[gid] as Int64?).flatMap({ UInt32(exactly: $0) }),
            let pid = (self[pid] as Int64?).flatMap({ Int32(exactly: $0) })
        else { return nil }
        return Intent.Requester(uid: uid, gid: gid, pid: pid)
    }
}
