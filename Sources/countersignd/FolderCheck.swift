import Glibc

/// Whether the daemon could put a file where it is told to.
struct FolderCheck {
    /// Of the file; it need not be there.
    let path: String

    func finding() -> Finding {
        if let fault = Folder(holding: path).fault { return .fault(fault) }
        var status = stat()
        guard unsafe stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            return .fault("there is something that is no file")
        }
        return .sound("ok: it can be written")
    }
}
