import Console
import Glibc

/// A file that appears whole or not at all: written beside its place, synced, then renamed into it.
struct OutputFile: ~Copyable {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32

    /// Takes the place before the work is done, so that a certificate is not signed for a file that cannot be written.
    ///
    /// - Throws: `CommandFailure` where the folder does not take a new file.
    init(path: String) throws(CommandFailure) {
        self.path = path
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        // Nobody who may write to the folder can guess the name and be there first.
        let random = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        temporaryPath = "\(folder).countersign-\(random).tmp"
        descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(.cannotCreate, "\(path) cannot be written: \(describe(errno)).")
        }
    }

    /// To be asked before one is made: a rename would put a file in the place of a device, a pipe or a link.
    ///
    /// - Throws: `CommandFailure` where something other than a file has the name.
    static func check(_ path: String) throws(CommandFailure) {
        var found = stat()
        if unsafe lstat(path, &found) == 0 {
            guard found.st_mode & S_IFMT == S_IFREG else {
                throw CommandFailure(.cannotCreate, "\(path) is there and is no regular file; name another.")
            }
        } else if errno != ENOENT || path.isEmpty {
            throw CommandFailure(.cannotCreate, "\(path) cannot be written: \(describe(errno)).")
        }
    }

    /// - Throws: `CommandFailure` where the disk does not take it; nothing is left behind.
    consuming func write(_ text: String) throws(CommandFailure) {
        do throws(WriteFailure) {
            try writeAll(Array(text.utf8), to: descriptor)
        } catch {
            throw CommandFailure(.cannotCreate, "\(path) cannot be written: \(describe(error.number)).")
        }
        guard fsync(descriptor) == 0, unsafe rename(temporaryPath, path) == 0 else {
            throw CommandFailure(.cannotCreate, "\(path) cannot be written: \(describe(errno)).")
        }
    }

    deinit {
        close(descriptor)
        // Gone already where the rename was done.
        _ = unsafe unlink(temporaryPath)
    }
}
