internal import Glibc

/// The calls by which the ledger reaches the file system.
package enum FileOperation: String, Hashable, Sendable {
    case createDirectory = "mkdir"
    case open
    case status = "fstat"
    case lock = "flock"
    case list = "readdir"
    case read = "pread"
    case write = "pwrite"
    case synchronizeData = "fdatasync"
    case synchronize = "fsync"
    case allocate = "fallocate"
    case truncate = "ftruncate"
    case link
    case rename
    case remove = "unlink"
    case removeDirectory = "rmdir"
    case startThread = "pthread_create"
}

/// Every call to the file system passes here, so that a test can watch it, fail it or cut it short.
package struct FileOperations: Sendable {
    /// What a test does to a call.
    package enum Interference: Hashable, Sendable {
        /// The call is not made and fails so.
        case fail(Int32)
        /// The call is made, and said to have failed.
        case failAfterwards(Int32)
        /// At most so many octets are written or read.
        case shorten(Int)
    }

    /// Asked before each call (and each repetition after an interruption) with its path and its octets.
    package var interfere: (@Sendable (_ operation: FileOperation, _ path: String, _ octets: Int) -> Interference?)?

    package init(
        interfere: (@Sendable (_ operation: FileOperation, _ path: String, _ octets: Int) -> Interference?)? = nil
    ) {
        self.interfere = interfere
    }

    /// Nothing in between.
    package static let system = FileOperations()

    /// Makes one call, again after EINTR.
    ///
    /// - Parameter call: given the octets that it may move; returns a negative number and sets `errno` where it fails.
    @discardableResult
    func perform(
        _ operation: FileOperation, on path: String, octets: Int = 0, _ call: (_ octets: Int) -> Int
    ) throws(LedgerError) -> Int {
        while true {
            var allowed = octets
            var claimed: Int32?
            switch interfere?(operation, path, octets) {
            case nil: break
            case .fail(EINTR): continue
            case .fail(let code): throw .system(SystemFailure(operation: operation, path: path, code: code))
            case .failAfterwards(let code): claimed = code
            case .shorten(let limit): allowed = min(octets, limit)
            }
            let result = call(allowed)
            guard result < 0 || claimed != nil else { return result }
            let code = claimed ?? errno
            guard code != EINTR else { continue }
            throw .system(SystemFailure(operation: operation, path: path, code: code))
        }
    }
}

extension FileOperations {
    func createPrivateDirectory(_ path: String) throws(LedgerError) {
        try perform(.createDirectory, on: path) { _ in Int(unsafe mkdir(path, 0o700)) }
    }

    /// A second name for the same file; fails with EEXIST where the name is taken.
    func link(_ path: String, as name: String) throws(LedgerError) {
        try perform(.link, on: name) { _ in Int(unsafe Glibc.link(path, name)) }
    }

    func rename(_ path: String, to name: String) throws(LedgerError) {
        try perform(.rename, on: name) { _ in Int(unsafe Glibc.rename(path, name)) }
    }

    func remove(_ path: String) throws(LedgerError) {
        try perform(.remove, on: path) { _ in Int(unsafe unlink(path)) }
    }

    /// Octets of a file; of a link, its own.
    func size(of path: String) throws(LedgerError) -> Int { Int(try status(of: path).st_size) }

    /// - Parameter path: of an empty folder.
    func removeDirectory(_ path: String) throws(LedgerError) {
        try perform(.removeDirectory, on: path) { _ in Int(unsafe rmdir(path)) }
    }

    /// Of what has that name now; a link is not followed.
    func status(of path: String) throws(LedgerError) -> stat {
        var status = stat()
        try perform(.status, on: path) { _ in Int(unsafe lstat(path, &status)) }
        return status
    }

    /// The names in a folder, without `.` and `..`, sorted.
    func names(in directory: String) throws(LedgerError) -> [String] {
        var names: [String] = []
        try perform(.list, on: directory) { _ in
            guard let stream = unsafe opendir(directory) else { return -1 }
            defer { _ = unsafe closedir(stream) }
            names.removeAll()
            errno = 0
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                    unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
                }
                if name != "." && name != ".." { names.append(name) }
            }
            return errno == 0 ? 0 : -1
        }
        return names.sorted()
    }
}

/// The folder that holds a file or folder.
func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
