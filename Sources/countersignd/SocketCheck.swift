import Console
import Glibc

/// Whether the daemon could listen where it is told to.
struct SocketCheck {
    let path: String

    func finding() -> Finding {
        let folder = Folder(holding: path)
        if let fault = folder.fault { return .fault(fault) }
        var status = stat()
        guard unsafe stat(folder.path, &status) == 0 else { return .fault("\(folder.path): \(describe(errno))") }
        let isOpen = status.st_mode & (S_IWGRP | S_IWOTH) != 0 && status.st_mode & S_ISVTX == 0
        // sun_path holds 108 octets, a NUL among them (unix(7)).
        guard path.utf8.count <= 107 else {
            return .fault("it has \(path.utf8.count) octets; a socket's path has 107 at most")
        }
        guard unsafe lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFSOCK else {
            return .fault("there is something that is no socket")
        }
        guard !isOpen else {
            return .warning("others may write to its folder \(folder.path), and put their own socket there")
        }
        return .sound("ok: \(path.utf8.count) of 107 octets")
    }
}
