import ArgumentParser
import Configuration
import Foundation
import PKCS11

/// Where the user's PIN comes from: a file, an inherited descriptor, a credential, the URI's pin-source, the configuration, or a person.
struct PINOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A file with the user's PIN, mode 0400 or 0600 and your own.", valueName: "file"))
    var pinFile: String?

    @Option(help: ArgumentHelp("A file descriptor, from 3 on, to read the user's PIN from.", valueName: "number"))
    var pinFd: Int32?

    @Option(help: ArgumentHelp("The systemd credential that is the user's PIN.", valueName: "name"))
    var pinCredential: String?

    func validate() throws {
        guard [pinFile != nil, pinFd != nil, pinCredential != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("Give one of --pin-file, --pin-fd and --pin-credential.")
        }
        guard pinFd.map({ $0 >= 3 }) ?? true else { throw ValidationError("--pin-fd is from 3 on.") }
    }

    private var source: PINSource? {
        if let pinFile { return .file(Self.absolute(pinFile)) }
        if let pinFd { return .descriptor(pinFd) }
        return pinCredential.map { .credential($0) }
    }

    /// The PIN of the token; a person is asked where nothing says it.
    ///
    /// - Parameter configuration: the daemon's; the PIN of the token of that URI is taken from where the daemon takes it.
    func pin(for uri: URI, _ info: TokenInfo, _ configuration: ServiceConfiguration?) throws(CommandFailure) -> PIN {
        do {
            if let source = source ?? uri.pinSource ?? Self.source(of: info, configuration) { return try source.read() }
        } catch { throw CommandFailure(.noInput, "\(error).") }
        return try PINPrompt.ask("PIN of token \(info.label)")
    }

    /// A PIN that is set anew; a person is asked twice where no option says it.
    func newPIN(_ what: String) throws(CommandFailure) -> PIN {
        guard let source else { return try PINPrompt.askForNew(what) }
        do { return try source.read() } catch { throw CommandFailure(.noInput, "\(error).") }
    }

    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func source(of info: TokenInfo, _ configuration: ServiceConfiguration?) -> PINSource? {
        for token in configuration?.tokens ?? [] {
            guard let uri = try? URI(token.uri), uri.matches(info) else { continue }
            switch token.pin {
            case .file(let path)?: return .file(path)
            case .credential(let name)?: return .credential(name)
            // It was the daemon's.
            case .descriptor?: return nil
            case nil: return uri.pinSource
            }
        }
        return nil
    }
}
