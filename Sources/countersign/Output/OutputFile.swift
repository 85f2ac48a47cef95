import Console
import Glibc

/// A file that appears whole or not at all: written beside its place, synced, then renamed into it.
struct OutputFile {
    private let path: String
    /// With the slash at its end; empty for the working directory.
    private let folder: Substring

    /// Looks at the place before the work is done, so that a certificate is not signed for a file that cannot be written. Nothing
    /// is made yet: what waits for its certificate may be interrupted, and is to leave nothing behind.
    ///
    /// - Throws: `CommandFailure` where the folder does not take a new file, or something other than a file has the name: a rename
    ///   would put a file in the place of a device, a pipe or a link.
    init(path: String) throws(CommandFailure) {
        self.path = path
        folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        var found = stat()
        if unsafe lstat(path, &found) == 0 {
            guard found.st_mode & S_IFMT == S_IFREG else {
                throw CommandFailure(.cannotCreate, "\(path) is there and is no regular file; name another.")
            }
        } else if errno != ENOENT || path.isEmpty {
            throw failure(errno)
        }
        guard unsafe faccessat(AT_FDCWD, folder.isEmpty ? "." : String(folder), W_OK | X_OK, AT_EACCESS) == 0 else {
            throw failure(errno)
        }
    }

    /// - Throws: `CommandFailure` where the disk does not take it; nothing is left behind.
    func write(_ text: String) throws(CommandFailure) {
        // Nobody who may write to the folder can guess the name and be there first.
        let random = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        let temporaryPath = "\(folder).countersign-\(random).tmp"
        let descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw failure(errno) }
        defer {
            close(descriptor)
            // Gone already where the rename was done.
            _ = unsafe unlink(temporaryPath)
        }
        do throws(WriteFailure) {
            try writeAll(Array(text.utf8), to: descriptor)
        } catch {
            throw failure(error.number)
        }
        guard fsync(descriptor) == 0, unsafe rename(temporaryPath, path) == 0 else { throw failure(errno) }
    }

    private func failure(_ code: Int32) -> CommandFailure {
        CommandFailure(.cannotCreate, "\(path) cannot be written: \(describe(code)).")
    }
}
