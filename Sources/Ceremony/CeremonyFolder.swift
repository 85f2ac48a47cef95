import Console
import Glibc

/// The folder of one ceremony, its user's alone: what is written into it is written once.
package struct CeremonyFolder: Hashable, Sendable {
    package let path: String

    /// - Throws: `CeremonyError.file` where it is not there, or others than its user may write to it.
    package init(_ path: String) throws(CeremonyError) {
        let path = Self.plain(path)
        self.path = path
        var found = stat()
        guard unsafe lstat(path, &found) == 0 else {
            if errno == ENOENT { throw .missing(path: path) }
            throw .file(path: path, reason: "the ceremony's folder cannot be read: \(describe(errno))")
        }
        guard found.st_mode & S_IFMT == S_IFDIR, found.st_uid == geteuid(), found.st_mode & 0o077 == 0 else {
            throw .file(
                path: path,
                reason:
                    "a ceremony's folder is of mode 0700 and belongs to whoever holds it; this is none, or others could have changed it"
            )
        }
    }

    /// Makes it, mode 0700.
    ///
    /// - Throws: `CeremonyError.file`, also where something has the name already.
    static func create(_ path: String) throws(CeremonyError) -> CeremonyFolder {
        let path = plain(path)
        guard unsafe mkdir(path, 0o700) == 0 else {
            throw .file(
                path: path, reason: "the folder cannot be made: \(describe(errno)); each ceremony has one of its own")
        }
        do throws(CeremonyError) {
            try synchronize(path + "/..")
            return try CeremonyFolder(path)
        } catch {
            _ = unsafe rmdir(path)
            throw error
        }
    }

    /// Takes it away again with these files: nothing was made of it.
    func discard(_ names: [String]) {
        for name in names { _ = unsafe unlink(self.path(of: name)) }
        _ = unsafe rmdir(path)
    }

    package static func isAbsent(_ path: String) -> Bool {
        var found = stat()
        return unsafe lstat(plain(path), &found) != 0 && errno == ENOENT
    }

    /// Without slashes at its end, behind which a symbolic link would be followed.
    private static func plain(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path = path.dropLast() }
        return String(path)
    }

    /// For as long as the result lives, no other run is at work in the folder.
    ///
    /// - Throws: `CeremonyError.file` where one is.
    func lock() throws(CeremonyError) -> FolderLock { try FolderLock(path) }

    package func path(of name: String) -> String { path + "/" + name }

    /// On the disk, and read back, when this returns; interrupted, it is not there.
    func write(_ octets: [UInt8], as name: String) throws(CeremonyError) {
        let path = path(of: name)
        do throws(NewFile.Failure) { try NewFile.write(octets, to: path, mode: 0o600) } catch {
            throw .file(path: path, reason: "cannot be written: \(describe(error.number))")
        }
        guard try read(name) == octets else { throw .file(path: path, reason: "does not read back as it was written") }
    }

    /// The same, where it is not there with these octets already.
    ///
    /// - Throws: `CeremonyError.changed` where it has others.
    func keep(_ octets: [UInt8], as name: String) throws(CeremonyError) {
        guard let there = try read(name) else { return try write(octets, as: name) }
        guard there == octets else { throw .changed(path: path(of: name)) }
    }

    /// All of a file; `nil` where there is none.
    package func read(_ name: String) throws(CeremonyError) -> [UInt8]? {
        try Self.contents(of: path(of: name), flags: O_NOFOLLOW)
    }

    /// All of a file anywhere; `nil` where there is none.
    package static func contents(of path: String, flags: Int32) throws(CeremonyError) -> [UInt8]? {
        // Not to hang on a FIFO.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .file(path: path, reason: "cannot be read: \(describe(errno))")
        }
        defer { close(descriptor) }
        var found = stat()
        guard unsafe fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
            throw .file(path: path, reason: "is no regular file")
        }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(path: path, reason: "cannot be read: \(describe(errno))") }
            if count == 0 { return octets }
            octets += buffer.prefix(count)
            guard octets.count <= maximumSize else {
                throw .file(path: path, reason: "is longer than anything of a ceremony")
            }
        }
    }

    /// A file that has to be there.
    func require(_ name: String) throws(CeremonyError) -> [UInt8] {
        guard let octets = try read(name) else { throw .missing(path: path(of: name)) }
        return octets
    }

    /// In octets: a CRL of some hundred thousand entries.
    package static let maximumSize = 16 << 20

    /// The folder's names are on the disk when this returns.
    private static func synchronize(_ path: String) throws(CeremonyError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, reason: "cannot be opened: \(describe(errno))") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, reason: "cannot be written: \(describe(errno))") }
    }
}

/// A lock on a folder, which its end releases.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    fileprivate init(_ path: String) throws(CeremonyError) {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw .file(path: path, reason: "cannot be opened: \(describe(errno))") }
        guard flock(folder, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(folder)
            throw .file(
                path: path,
                reason: code == EWOULDBLOCK
                    ? "another run of the ceremony is at work in it: let it end" : "cannot be locked: \(describe(code))"
            )
        }
        descriptor = folder
    }

    deinit { close(descriptor) }
}
