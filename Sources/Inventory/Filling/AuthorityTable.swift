internal import Foundation
internal import GRDB

/// The authorities on record, each a name and a key, by the number that stands for them in a certificate's row.
struct AuthorityTable {
    private struct Authority: Hashable {
        let name: String
        let keyID: [UInt8]
    }

    private var ids: [Authority: Int64] = [:]
    /// Most certificates are of the authority that the one before was of.
    private var last: (authority: Authority, id: Int64)?

    init(_ db: Database) throws {
        for row in try Row.fetchAll(db, sql: "SELECT id, name, keyID FROM authorities") {
            ids[Authority(name: row[1], keyID: Array(row[2] as Data))] = row[0]
        }
    }

    /// Its number, given to it where it has none yet.
    mutating func id(_ name: String, _ keyID: [UInt8], _ db: Database) throws -> Int64 {
        if let last, last.authority.keyID == keyID, last.authority.name == name { return last.id }
        let authority = Authority(name: name, keyID: keyID)
        let id = try ids[authority] ?? insert(authority, db)
        ids[authority] = id
        last = (authority, id)
        return id
    }

    private func insert(_ authority: Authority, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO authorities (name, keyID) VALUES (?, ?)",
            arguments: [authority.name, Data(authority.keyID)])
        return db.lastInsertedRowID
    }
}
