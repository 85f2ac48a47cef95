import Glibc

/// A file that decides what is signed, read only where nobody but its owner could have written it.
struct ConfigurationFile {
    let bytes: [UInt8]

    /// - Throws: a sentence that says why the file is not read.
    init(path: String, maximumSize: Int) throws(FileRefusal) {
        // Not to hang on a FIFO: what is opened is looked at before it is read.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw FileRefusal("The file cannot be opened: \(Self.explanation(errno)).") }
        defer { close(descriptor) }
        try Self.judge(descriptor, maximumSize: maximumSize)
        bytes = try Self.read(descriptor, maximumSize: maximumSize)
    }

    private static func judge(_ descriptor: CInt, maximumSize: Int) throws(FileRefusal) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw FileRefusal("The file cannot be examined: \(explanation(errno)).")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileRefusal("It is not a regular file.") }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw FileRefusal(
                "The file belongs to uid \(status.st_uid); it has to belong to root or to uid \(geteuid()), as whom this runs."
            )
        }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw FileRefusal("Others than its owner may write to the file; take that away: chmod go-w FILE.")
        }
        guard status.st_size <= maximumSize else { throw tooLong(maximumSize) }
    }

    private static func read(_ descriptor: CInt, maximumSize: Int) throws(FileRefusal) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileRefusal("The file cannot be read: \(explanation(errno)).") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk.prefix(count))
            // It may have grown since it was examined.
            guard bytes.count <= maximumSize else { throw tooLong(maximumSize) }
        }
    }

    private static func tooLong(_ maximumSize: Int) -> FileRefusal {
        FileRefusal("The file is longer than \(maximumSize) octets.")
    }

    private static func explanation(_ code: CInt) -> String {
        unsafe String(cString: strerror(code))
    }
}

/// Why a file is not read, as a sentence.
struct FileRefusal: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
}
