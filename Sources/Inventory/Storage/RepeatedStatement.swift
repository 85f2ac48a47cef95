internal import GRDB
internal import GRDBSQLite

/// A statement that is run once a certificate. GRDB makes an array of its values and a copy of each, which costs more than the
/// insertion; here they are laid out in one buffer, which is lent to SQLite for the time of the run.
final class RepeatedStatement {
    private let statement: Statement
    private var values = Values()

    init(_ db: Database, _ sql: String) throws {
        statement = try db.makeStatement(sql: sql)
    }

    /// Runs it to its end.
    ///
    /// - Parameter give: gives the values of all parameters in their order.
    func run(_ give: (inout Values) -> Void) throws {
        values.removeAll()
        give(&values)
        var code = unsafe values.bind(to: statement.sqliteStatement) { unsafe sqlite3_step(statement.sqliteStatement) }
        let message =
            code == SQLITE_DONE
            ? nil : unsafe String(cString: sqlite3_errmsg(sqlite3_db_handle(statement.sqliteStatement)))
        let resetCode = unsafe sqlite3_reset(statement.sqliteStatement)
        if code == SQLITE_DONE, resetCode != SQLITE_OK { code = resetCode }
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
        }
    }

    /// The values of one run.
    struct Values {
        private enum Value {
            case null
            case integer(Int64)
            case blob(Range<Int>)
            case text(Range<Int>)
        }

        private var list: [Value] = []
        /// Blobs and texts, one after the other.
        private var octets: [UInt8] = []

        fileprivate mutating func removeAll() {
            list.removeAll(keepingCapacity: true)
            octets.removeAll(keepingCapacity: true)
        }

        mutating func integer(_ value: Int64?) { list.append(value.map { .integer($0) } ?? .null) }

        mutating func blob(_ value: [UInt8]?) {
            guard let value else { return list.append(.null) }
            let start = octets.count
            octets += value
            list.append(.blob(start..<octets.count))
        }

        mutating func text(_ value: String?) {
            guard let value else { return list.append(.null) }
            let start = octets.count
            octets += value.utf8
            list.append(.text(start..<octets.count))
        }

        /// Gives the values to a statement while `run` runs.
        ///
        /// - Returns: what `run` returned, or the first code of SQLite's that is not SQLITE_OK.
        fileprivate mutating func bind(to statement: OpaquePointer, while run: () -> CInt) -> CInt {
            // Of no octets there may be no address, and that is NULL.
            octets.append(0)
            return unsafe octets.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return SQLITE_NOMEM }
                for (index, value) in list.enumerated() {
                    let place = CInt(truncatingIfNeeded: index + 1)
                    // SQLITE_STATIC, no destructor: the buffer stays where it is until the bindings are cleared.
                    let code =
                        switch value {
                        case .null: unsafe sqlite3_bind_null(statement, place)
                        case .integer(let number): unsafe sqlite3_bind_int64(statement, place, number)
                        case .blob(let range):
                            unsafe sqlite3_bind_blob64(
                                statement, place, base + range.lowerBound, UInt64(range.count), nil)
                        case .text(let range):
                            unsafe sqlite3_bind_text64(
                                statement, place, (base + range.lowerBound).assumingMemoryBound(to: CChar.self),
                                UInt64(range.count), nil, UInt8(SQLITE_UTF8))
                        }
                    guard code == SQLITE_OK else { return code }
                }
                defer { unsafe sqlite3_clear_bindings(statement) }
                return run()
            }
        }
    }
}
