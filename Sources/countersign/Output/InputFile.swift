import Console
import Glibc

/// Reads what a command works on.
enum InputFile {
    /// The text of a file, or of standard input for `-`.
    ///
    /// - Parameter maximumSize: in octets; no request is larger than a MiB, and a device file has no end.
    /// - Throws: `CommandFailure` where it cannot be read, is larger than that, or is not text.
    static func text(at path: String, maximumSize: Int = 1 << 20) throws(CommandFailure) -> String {
        let bytes = try octets(at: path, maximumSize: maximumSize)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(
                .noInput, "\(path) is not text. A CSR in DER becomes PEM with: openssl req -inform DER -in FILE")
        }
        return text
    }

    /// What a file, or standard input for `-`, holds.
    ///
    /// - Parameter maximumSize: in octets; a device file has no end.
    /// - Throws: `CommandFailure` where it cannot be read, is empty, or is larger than that.
    static func octets(at path: String, maximumSize: Int) throws(CommandFailure) -> [UInt8] {
        let isStandardInput = path == "-"
        let descriptor = isStandardInput ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure(.noInput, "\(path) cannot be read: \(describe(errno)).") }
        defer { if !isStandardInput { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw CommandFailure(.noInput, "\(path) cannot be read: \(describe(errno)).")
            }
            if count == 0 { break }
            bytes += buffer.prefix(count)
            guard bytes.count <= maximumSize else {
                throw CommandFailure(.noInput, "\(path) is larger than \(maximumSize >> 20) MiB.")
            }
        }
        guard !bytes.isEmpty else { throw CommandFailure(.noInput, "\(path) is empty.") }
        return bytes
    }
}
