internal import Failpoints
internal import Glibc

/// A file that is only ever replaced as a whole: who reads it finds what was there before or all of what is there now.
package struct ReplacedFile: Sendable {
    package let path: String
    private let operations: FileOperations

    /// - Parameter path: absolute; the folder has to exist, and to be nobody's but the daemon's.
    package init(_ path: String, operations: FileOperations = .system) {
        self.path = path
        self.operations = operations
    }

    /// Puts the octets in the file's place, on the disk when this returns. Everybody may read them.
    ///
    /// - Throws: `LedgerError.system`; the file is then what it was, or already what it is to be.
    package func replace(with octets: [UInt8]) throws(LedgerError) {
        let unfinished = path + ".new"
        // Left by an attempt that was interrupted.
        do { try operations.remove(unfinished) } catch .system(let failure) where failure.meansAbsent {}
        do {
            let file = try OpenFile(unfinished, flags: O_WRONLY | O_CREAT | O_EXCL, operations)
            try file.write(octets[...], at: 0)
            try file.allowReading()
            try file.synchronize()
            Failpoint.crlWritten.pass()
            try operations.rename(unfinished, to: path)
        } catch {
            do { try operations.remove(unfinished) } catch {}
            throw error
        }
        Failpoint.crlNamed.pass()
        try OpenFile(parent(of: path), flags: O_DIRECTORY, operations).synchronize()
    }

    /// All of it; `nil` where there is no such file.
    ///
    /// - Parameter limit: octets; a longer file is none of ours.
    package func read(limit: Int = 256 << 20) throws(LedgerError) -> [UInt8]? {
        let file: OpenFile
        do {
            file = try OpenFile(path, flags: 0, operations)
        } catch .system(let failure) where failure.meansAbsent { return nil }
        let size = try file.size()
        guard size <= limit else { throw .alienFile(path: path) }
        var octets = [UInt8](repeating: 0, count: size)
        let count = try file.read(into: &octets, at: 0)
        octets.removeLast(size - count)
        return octets
    }
}
