package import Glibc

/// A file that is written once: it appears under its name whole or not at all, and never in the place of another.
package enum NewFile {
    /// Why there is no such file. Nothing is left behind.
    package struct Failure: Error {
        /// An `errno`.
        package let number: Int32
        /// Something has the name already.
        package var isTaken: Bool { number == EEXIST }
    }

    /// On the disk, under its name, when this returns. What an interrupted attempt has left beside it is replaced.
    package static func write(_ octets: [UInt8], to path: String, mode: mode_t) throws(Failure) {
        let unfinished = path + ".new"
        guard unsafe unlink(unfinished) == 0 || errno == ENOENT else { throw Failure(number: errno) }
        let descriptor = unsafe open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer {
            close(descriptor)
            // Gone already where it has got its name.
            _ = unsafe unlink(unfinished)
        }
        do throws(WriteFailure) { try writeAll(octets, to: descriptor) } catch { throw Failure(number: error.number) }
        guard fsync(descriptor) == 0 else { throw Failure(number: errno) }
        // A second name is never given in the place of another's.
        if unsafe link(unfinished, path) != 0 {
            // FAT has no second names, and what is looked for first has to do.
            var found = stat()
            guard errno == EPERM else { throw Failure(number: errno) }
            guard unsafe lstat(path, &found) != 0, errno == ENOENT else { throw Failure(number: EEXIST) }
            guard unsafe rename(unfinished, path) == 0 else { throw Failure(number: errno) }
        }
        try synchronize(folderOf: path)
    }

    private static func synchronize(folderOf path: String) throws(Failure) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(number: errno) }
    }
}
