internal import GRDB
internal import Glibc

/// The database's file and its companions, whose names begin with its own.
struct InventoryFile: Sendable {
    let path: String

    init(_ path: String) {
        self.path = path
    }

    /// A file in which a new inventory is made, to take this one's place.
    var unfinished: InventoryFile { InventoryFile(path + ".new") }

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The file is no inventory, or one of another version: nothing is lost by making it anew.
    struct Unfit: Error, CustomStringConvertible {
        let description: String
    }

    /// Opens it, made where there is none.
    ///
    /// - Throws: `Unfit`, or an error of SQLite's.
    func open() throws -> DatabasePool {
        try makePrivate()
        let pool = try DatabasePool(path: path, configuration: Self.configuration)
        try pool.writeWithoutTransaction { db in
            // In pages: the last page of each table is in every transaction, and a checkpoint writes it once.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 2048")
            try db.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
            try prepare(db)
        }
        return pool
    }

    /// Opens a new one that nobody else sees and no crash has to spare.
    func openUnprotected() throws -> DatabaseQueue {
        try remove()
        try makePrivate()
        var configuration = Self.configuration
        configuration.journalMode = .default
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = OFF")
            try db.execute(sql: "PRAGMA synchronous = OFF")
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try prepare(db)
        }
        return queue
    }

    private func prepare(_ db: Database) throws {
        switch try InventorySchema.isCurrent(in: db) {
        case true?: break
        case false?: throw Unfit(description: "its tables are not those of this version")
        case nil:
            try db.inTransaction {
                try InventorySchema.create(in: db)
                return .commit
            }
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "inventory"
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = 4
        // Another process may be reading, or making a checkpoint.
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            // Nearly all is appended: larger pages are fewer calls.
            try db.execute(sql: "PRAGMA page_size = 8192")
            // In KiB.
            try db.execute(sql: "PRAGMA cache_size = -16384")
            // Names are of strangers' making: no more is believed of the file than needs be.
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        return configuration
    }

    /// Has the file open to this user alone; SQLite gives the companions the file's mode.
    private func makePrivate() throws {
        let file = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure("opening", path) }
        defer { close(file) }
        guard fchmod(file, 0o600) == 0 else { throw failure("closing to others", path) }
    }

    /// Removes it with its companions. Who has it open goes on with what was there.
    func remove() throws {
        // The file last: an old log beside a new file would be taken for the new one's.
        for suffix in ["-wal", "-shm", "-journal", ""] where unsafe unlink(path + suffix) != 0 && errno != ENOENT {
            throw failure("removing", path + suffix)
        }
    }

    /// Puts this file, which nobody has open, in the place of another.
    func replace(_ other: InventoryFile) throws {
        let file = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw failure("opening", path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("synchronising", path) }
        try other.remove()
        guard unsafe rename(path, other.path) == 0 else { throw failure("renaming", path) }
        let parent = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw failure("opening", folder) }
        defer { close(parent) }
        guard fsync(parent) == 0 else { throw failure("synchronising", folder) }
    }

    private func failure(_ doing: String, _ path: String) -> InventoryError {
        .unavailable(reason: "\(doing) \(path): \(unsafe String(cString: strerror(errno)))")
    }
}

extension InventoryFile {
    /// Whether an error says that the file has to be made anew: it is damaged, or is not what this version has made. Statements and
    /// values are our own, so SQLite has nothing else to find fault with in them.
    static func isDamage(_ error: any Error) -> Bool {
        if error is Unfit { return true }
        guard let error = error as? DatabaseError else { return false }
        let codes: [ResultCode] = [
            .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH,
        ]
        return codes.contains(error.resultCode.primaryResultCode)
    }
}
