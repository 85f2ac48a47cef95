import ArgumentParser
import PKCS11

/// Where a key file's passphrase comes from: as a PIN, a file, an inherited descriptor, a credential, or a person.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A file with the key file's passphrase, mode 0400 or 0600 and your own.", valueName: "file"))
    var passphraseFile: String?

    @Option(help: ArgumentHelp("A file descriptor, from 3 on, to read the passphrase from.", valueName: "number"))
    var passphraseFd: Int32?

    @Option(help: ArgumentHelp("The systemd credential that is the passphrase.", valueName: "name"))
    var passphraseCredential: String?

    static let names = "--passphrase-file, --passphrase-fd or --passphrase-credential"

    func validate() throws {
        guard [passphraseFile != nil, passphraseFd != nil, passphraseCredential != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("Give one of \(Self.names).")
        }
        guard passphraseFd.map({ $0 >= 3 }) ?? true else { throw ValidationError("--passphrase-fd is from 3 on.") }
    }

    private var source: PINSource? {
        if let passphraseFile { return .file(PINOptions.absolute(passphraseFile)) }
        if let passphraseFd { return .descriptor(passphraseFd) }
        return passphraseCredential.map { .credential($0) }
    }

    /// A person is asked where no option says it.
    func read(for path: String) throws(CommandFailure) -> PIN {
        guard let source else { return try PINPrompt.ask("passphrase of \(path)", options: Self.names) }
        do { return try source.read() } catch {
            guard case .pin(let why) = error else { throw CommandFailure(.noInput, "\(error).") }
            throw CommandFailure(.noInput, "the passphrase \(why).")
        }
    }
}
