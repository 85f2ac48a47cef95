import Glibc

/// A note on disk that a PIN was refused, or that one is on its way to the token: while it lies there, nobody tries the PIN, a process that is
/// started again and again least of all. It is there before the token hears of the PIN, and taken away when that was accepted.
package struct PINLatch: Hashable, Sendable {
    /// Of the file. Its folder is there while there is a note in it.
    package let path: String
    private let folder: String

    /// - Parameter token: its name in the configuration.
    package init(folder: String, token: String) { self.init(folder: folder, file: token + ".latch") }

    /// - Parameter path: absolute, of a latch that was described elsewhere.
    package init(path: String) {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.index(after: $0) } ?? path.startIndex
        self.init(folder: String(path[..<name].dropLast()), file: String(path[name...]))
    }

    private init(folder: String, file: String) {
        self.folder = folder
        path = folder + "/" + file
    }

    /// The file cannot be written, read or removed.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        let path: String
        let code: Int32

        package var description: String { "\(path): \(unsafe String(cString: strerror(code)))" }
    }

    /// What the note says; `nil` where there is none.
    package func read() throws(Failure) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure(path: path, code: errno)
        }
        defer { close(descriptor) }
        var octets = [UInt8](repeating: 0, count: 1024)
        let count = unsafe octets.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw Failure(path: path, code: errno) }
        let text = String(decoding: octets.prefix(count), as: UTF8.self)
        return text.split(separator: "\n").first.map(String.init) ?? "nobody knows why"
    }

    /// Takes the note away, and has a daemon that works try the PIN, and keys that are locked, once more.
    package func unlatch() throws(Failure) {
        try request.set("to be tried again")
        try clear()
    }

    private var request: PINLatch {
        PINLatch(folder: folder, file: String(path.dropFirst(folder.count + 1)) + ".request")
    }

    /// Whether a person has asked for another try, since this was asked last.
    func takeRequest() -> Bool {
        guard unsafe unlink(request.path) == 0 else { return false }
        unsafe rmdir(folder)
        return true
    }

    /// Writes the note; it is on disk when this returns.
    func set(_ reason: String) throws(Failure) {
        let descriptor = try create()
        defer { close(descriptor) }
        let octets = Array((reason + "\n").utf8)
        let count = unsafe octets.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        guard count == octets.count else { throw Failure(path: path, code: count < 0 ? errno : ENOSPC) }
        guard fsync(descriptor) == 0 else { throw Failure(path: path, code: errno) }
        try syncFolder()
    }

    /// Another's last note may be taken away meanwhile, and the folder with it.
    private func create() throws(Failure) -> Int32 {
        for _ in 0..<16 {
            let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor >= 0 { return descriptor }
            guard errno == ENOENT, unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else { break }
        }
        throw Failure(path: path, code: errno)
    }

    /// Takes the note away; no fault where there is none.
    package func clear() throws(Failure) {
        guard unsafe unlink(path) == 0 else {
            if errno == ENOENT { return }
            throw Failure(path: path, code: errno)
        }
        try syncFolder()
        unsafe rmdir(folder)
    }

    private func syncFolder() throws(Failure) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(path: folder, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(path: folder, code: errno) }
    }
}
