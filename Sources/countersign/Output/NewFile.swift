import Console
import Glibc

/// A file that is written once, and never in the place of another.
enum NewFile {
    /// On the disk when this returns. A file that has these octets already is left alone.
    ///
    /// - Throws: `CommandFailure` where something else has the name, or the disk does not take it; nothing is left behind then.
    static func write(_ octets: [UInt8], to path: String) throws(CommandFailure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw failure(path, errno) }
            if try InputFile.octets(at: path, maximumSize: 1 << 20) == octets { return }
            throw CommandFailure(
                .cannotCreate, "\(path) is there, and is something else: name another file, or move that one away.")
        }
        defer { close(descriptor) }
        var code: Int32 = 0
        do throws(WriteFailure) { try writeAll(octets, to: descriptor) } catch { code = error.number }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        guard code == 0 else {
            _ = unsafe unlink(path)
            throw failure(path, code)
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        CommandFailure(.cannotCreate, "\(path) cannot be written: \(describe(code)).")
    }
}
