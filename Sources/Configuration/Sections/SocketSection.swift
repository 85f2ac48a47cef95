import Timekeeping

extension ServiceConfiguration.Socket {
    /// Where the daemon listens and the tool calls, unless told otherwise.
    package static let defaultPath = "/run/countersign/countersign.sock"

    static let `default` = ServiceConfiguration.Socket(
        path: defaultPath, mode: 0o600, maximumLineBytes: 256 << 10)
}

extension NodeReader {
    func socket() -> ServiceConfiguration.Socket? {
        mapping { socket in
            ServiceConfiguration.Socket(
                path: socket.optional("path", default: ServiceConfiguration.Socket.default.path) { $0.socketPath() },
                mode: socket.optional("mode", default: ServiceConfiguration.Socket.default.mode) { $0.socketMode() },
                maximumLineBytes: socket.optional(
                    "maximumLineBytes", default: ServiceConfiguration.Socket.default.maximumLineBytes
                ) { $0.byteCount(in: (4 << 10)...(16 << 20)) })
        }
    }

    /// unix(7): `sun_path` holds 108 octets, the last of them zero.
    private func socketPath() -> String? {
        guard let path = filePath() else { return nil }
        guard path.utf8.count <= 107 else {
            refuse("is \(path.utf8.count) octets long; the path of a Unix socket holds 107 at most")
            return nil
        }
        return path
    }

    /// Three octal digits after a zero, in quotes: YAML's readers do not agree on `0660` without them.
    private func socketMode() -> UInt16? {
        guard let text = text() else { return nil }
        guard
            text.utf8.count == 4, text.utf8.first == UInt8(ascii: "0"), let mode = UInt16(text, radix: 8),
            mode & ~0o666 == 0, mode & 0o600 == 0o600
        else {
            refuse("is not a mode from \"0600\" to \"0666\" without execute bits, as four octal digits in quotes")
            return nil
        }
        return mode
    }

    func journal() -> ServiceConfiguration.Journal? {
        mapping { journal in
            let directory = journal.required("directory") { $0.journalFolder() }
            let segmentOctets = journal.optional("segmentSize", default: 64 << 20) {
                $0.byteCount(in: 64 << 10...1 << 30)
            }
            return directory.map { ServiceConfiguration.Journal(directory: $0, segmentOctets: segmentOctets) }
        }
    }

    private func journalFolder() -> String? {
        guard let path = filePath() else { return nil }
        guard path.split(separator: "/").last?.hasSuffix(".new") != true else {
            refuse("ends in .new, as a folder does in which another journal is being made")
            return nil
        }
        return path
    }
}
