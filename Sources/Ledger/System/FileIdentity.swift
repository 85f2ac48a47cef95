internal import Glibc

/// What tells a file or folder from every other of the host, for as long as it is there.
struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// Of what has that name now; links are not followed.
    init(of path: String, _ operations: FileOperations) throws(LedgerError) {
        self.init(try operations.status(of: path))
    }

    /// Throws `LedgerError.displaced` where that name is another file's, or nobody's: the file was removed or moved, or its file
    /// system unmounted.
    func require(_ path: String, _ operations: FileOperations) throws(LedgerError) {
        let found: FileIdentity
        do { found = try FileIdentity(of: path, operations) } catch .system(let failure)
            where [ENOENT, ENOTDIR].contains(failure.code)
        {
            throw .displaced(path: path)
        }
        guard found == self else { throw .displaced(path: path) }
    }
}
