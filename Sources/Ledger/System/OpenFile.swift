internal import Glibc

/// An open file or folder, closed when it goes out of sight.
struct OpenFile: ~Copyable {
    let path: String
    private let descriptor: Int32
    private let operations: FileOperations

    /// - Parameters:
    ///   - flags: of open(2); O_CLOEXEC and O_NOFOLLOW are added.
    ///   - mode: of a file that is created.
    init(_ path: String, flags: Int32, mode: mode_t = 0o600, _ operations: FileOperations) throws(LedgerError) {
        self.path = path
        self.operations = operations
        descriptor = Int32(
            truncatingIfNeeded: try operations.perform(.open, on: path) { _ in
                Int(unsafe open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode))
            })
    }

    deinit {
        // A program that is being started shares this descriptor for an instant, whatever O_CLOEXEC says: the lock is let go of
        // here, not with the last copy.
        _ = flock(descriptor, LOCK_UN)
        _ = close(descriptor)
    }

    /// Throws unless this is a folder, or a file, that belongs to this user and that nobody else may touch.
    ///
    /// - Returns: its size in octets.
    @discardableResult
    func requirePrivate(directory: Bool) throws(LedgerError) -> Int {
        var status = stat()
        try operations.perform(.status, on: path) { _ in Int(unsafe fstat(descriptor, &status)) }
        guard status.st_mode & S_IFMT == (directory ? S_IFDIR : S_IFREG) else {
            throw directory
                ? .notPrivate(path: path, reason: "is not a folder") : .alienFile(path: path)
        }
        guard status.st_uid == geteuid() else {
            throw .notPrivate(path: path, reason: "belongs to uid \(status.st_uid), not to uid \(geteuid())")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw .notPrivate(path: path, reason: "has mode \(mode), open to others")
        }
        return Int(status.st_size)
    }

    /// In octets. Throws `LedgerError.alienFile` for what is no regular file.
    func size() throws(LedgerError) -> Int {
        var status = stat()
        try operations.perform(.status, on: path) { _ in Int(unsafe fstat(descriptor, &status)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .alienFile(path: path) }
        return Int(status.st_size)
    }

    /// Everybody may read it, whatever the process's umask.
    func allowReading() throws(LedgerError) {
        try operations.perform(.status, on: path) { _ in Int(fchmod(descriptor, 0o644)) }
    }

    /// What tells this file from every other, whatever its name.
    func identity() throws(LedgerError) -> FileIdentity {
        var status = stat()
        try operations.perform(.status, on: path) { _ in Int(unsafe fstat(descriptor, &status)) }
        return FileIdentity(status)
    }

    /// Takes the exclusive lock, held until this file is closed. Throws `LedgerError.locked` where another has it.
    func lock() throws(LedgerError) {
        do {
            try operations.perform(.lock, on: path) { _ in Int(flock(descriptor, LOCK_EX | LOCK_NB)) }
        } catch .system(let failure) where failure.code == EWOULDBLOCK {
            throw .locked(directory: path)
        }
    }

    /// Fills `octets` from `offset` on. Returns fewer than asked for only at the end of the file.
    func read(into octets: inout [UInt8], at offset: Int) throws(LedgerError) -> Int {
        var done = 0
        while done < octets.count {
            let start = done
            let count = try operations.perform(.read, on: path, octets: octets.count - start) { allowed in
                unsafe octets.withUnsafeMutableBytes { buffer in
                    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start..<(start + allowed)])
                    return unsafe pread(descriptor, rest.baseAddress, allowed, offset + start)
                }
            }
            guard count > 0 else { break }
            done += count
        }
        return done
    }

    /// Writes all of it, in as many calls as it takes.
    func write(_ octets: ArraySlice<UInt8>, at offset: Int) throws(LedgerError) {
        var rest = octets
        while !rest.isEmpty {
            let position = offset + (rest.startIndex - octets.startIndex)
            let count = try operations.perform(.write, on: path, octets: rest.count) { allowed in
                unsafe rest.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, allowed, position) }
            }
            // A call that moves nothing and reports nothing would be repeated for ever.
            guard count > 0 else { throw .system(SystemFailure(operation: .write, path: path, code: EIO)) }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes sure of room on the disk, and lengthens the file with zeros to `offset + length`.
    func allocate(from offset: Int, length: Int) throws(LedgerError) {
        try operations.perform(.allocate, on: path, octets: length) { _ in
            errno = posix_fallocate(descriptor, offset, length)
            return errno == 0 ? 0 : -1
        }
    }

    /// Data, and as much of the metadata as it takes to read it back, are on the disk when this returns.
    func synchronizeData() throws(LedgerError) {
        try operations.perform(.synchronizeData, on: path) { _ in Int(fdatasync(descriptor)) }
    }

    /// As `synchronizeData`, with all metadata; for a folder, its names.
    func synchronize() throws(LedgerError) {
        try operations.perform(.synchronize, on: path) { _ in Int(fsync(descriptor)) }
    }

    func truncate(to size: Int) throws(LedgerError) {
        try operations.perform(.truncate, on: path) { _ in Int(ftruncate(descriptor, size)) }
    }
}
