internal import CLinux
import Glibc

/// A socket that listens under a path of its own.
struct SocketFile: ~Copyable {
    /// sun_path holds 108 bytes, a NUL among them (unix(7)).
    static let longestPath = 107

    let path: String
    /// Listens, does not block. Whoever takes it closes it.
    let descriptor: Int32
    private let identity: Identity

    /// What tells a file from another that has taken its name.
    private struct Identity: Equatable {
        let device: UInt64
        let inode: UInt64
    }

    /// Listens at `path`, in place of a socket at which nobody listens any more, if there is one. The socket gets its name
    /// last, by rename(2): under that name it listens and has its permissions from the first moment on.
    ///
    /// - Throws: `SocketError` for a path that is too long or taken: by a server that lives, or by what is no socket.
    init(path: String, mode: UInt32, backlog: Int32) throws(SocketError) {
        try Self.check(path)
        try Self.checkFree(path)
        let temporary = Self.temporaryName(beside: path)
        var descriptor: Int32 = -1
        let failure = unsafe countersign_listen(temporary, mode, backlog, &descriptor)
        guard failure == 0 else { throw .system(call: "bind", path: path, errno: failure) }
        guard let identity = Self.status(of: temporary)?.identity, unsafe rename(temporary, path) == 0 else {
            let failure = errno
            Glibc.close(descriptor)
            unsafe unlink(temporary)
            throw .system(call: "rename", path: path, errno: failure)
        }
        self.path = path
        self.descriptor = descriptor
        self.identity = identity
    }

    /// Takes the name away, unless it has become another file's.
    func remove() {
        if Self.status(of: path)?.identity == identity { unsafe unlink(path) }
    }

    /// Refuses what no socket address can hold.
    static func check(_ path: String) throws(SocketError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .invalidPath(path) }
        guard path.utf8.count <= longestPath else { throw .pathTooLong(path, maximum: longestPath) }
    }

    /// Refuses what is taken.
    static func checkFree(_ path: String) throws(SocketError) {
        guard let found = status(of: path) else {
            let failure = errno
            guard failure == ENOENT else { throw .system(call: "lstat", path: path, errno: failure) }
            return
        }
        guard found.isSocket else { throw .notASocket(path) }
        var probe: Int32 = -1
        switch unsafe countersign_connect(path, &probe) {
        case 0:
            Glibc.close(probe)
            throw .alreadyInUse(path)
        case EAGAIN: throw .alreadyInUse(path)
        case ECONNREFUSED, ENOENT: return
        case let failure: throw .system(call: "connect", path: path, errno: failure)
        }
    }

    /// In the same folder, so that it can be renamed; no longer than a socket address allows.
    private static func temporaryName(beside path: String) -> String {
        let bytes = path.utf8
        let folder = bytes.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? ""
        let room = min(longestPath - folder.utf8.count, 12)
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        return folder + String((0..<room).compactMap { _ in letters.randomElement() })
    }

    /// `nil` where there is none, or it cannot be told; errno says which.
    private static func status(of path: String) -> (identity: Identity, isSocket: Bool)? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        let identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        return (identity, status.st_mode & S_IFMT == S_IFSOCK)
    }
}
