import Console
import Glibc

/// Whether the daemon could put a file where it is told to.
struct FolderCheck {
    /// Of the file; it need not be there.
    let path: String

    func finding() -> Finding {
        let folder = Folder(holding: path)
        var status = stat()
        guard unsafe stat(folder.path, &status) == 0 else {
            return .fault("its folder \(folder.path): \(describe(errno)); make it, for the daemon's user")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return .fault("\(folder.path) is not a folder") }
        guard folder.takesFiles else {
            return .fault(
                "its folder \(folder.path) cannot be written: \(describe(errno)); give it to the daemon's user")
        }
        guard unsafe stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            return .fault("there is something that is no file")
        }
        return .sound("ok: it can be written")
    }
}
