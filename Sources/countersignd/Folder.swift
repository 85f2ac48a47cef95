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
}
