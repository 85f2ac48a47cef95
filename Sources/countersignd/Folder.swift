import Console
import Glibc

/// A folder in which the daemon makes files.
struct Folder {
    let path: String

    init(_ path: String) { self.path = path }

    /// - Parameter path: of a file, absolute.
    init(holding path: String) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        self.path = slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether this process may make files there, by its effective user (faccessat(2)); errno says why not.
    var takesFiles: Bool {
        unsafe faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) == 0
    }

    /// Why the daemon cannot make files there, with what to do; `nil` where it can.
    var fault: String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            return "its folder \(path): \(describe(errno)); make it, for the daemon's user"
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return "\(path) is not a folder" }
        guard takesFiles else {
            return "its folder \(path) cannot be written: \(describe(errno)); give it to the daemon's user"
        }
        return nil
    }
}
