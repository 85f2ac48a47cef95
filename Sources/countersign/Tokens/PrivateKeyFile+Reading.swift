import Console
import Glibc
import KeyFiles
import PKCS11

extension PrivateKeyFile {
    /// The private key of a file, or of standard input for `-`.
    ///
    /// - Throws: `CommandFailure`.
    init(at path: String, _ passphrase: PassphraseOptions) throws {
        let isStandardInput = path == "-"
        let descriptor = isStandardInput ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure(.noInput, "\(path) cannot be read: \(describe(errno)).") }
        defer { if !isStandardInput { close(descriptor) } }
        let name = isStandardInput ? "standard input" : path
        do {
            try self.init(SecretOctets.read(descriptor)) { try passphrase.read(for: name) }
        } catch let error as KeyFileError {
            throw CommandFailure(error.isOfTheKey ? .refused : .noInput, "\(name) \(error).")
        }
    }

    /// What is to be mended about the file, whatever becomes of the key; nothing about a pipe, which another tool may decrypt into.
    func warnings(at path: String) -> [String] {
        var status = stat()
        guard path != "-", unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
        var warnings = isEncrypted ? [] : ["the key in \(path) is not encrypted"]
        if status.st_mode & 0o077 != 0 {
            warnings.append(
                "\(path) is open to others (mode \(String(status.st_mode & 0o7777, radix: 8))): chmod 600 it, and think of who may have a copy"
            )
        }
        return warnings
    }
}

extension KeyFileError {
    fileprivate var isOfTheKey: Bool {
        switch self {
        case .unsupported, .inconsistent: true
        default: false
        }
    }
}
