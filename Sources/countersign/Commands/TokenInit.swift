import ArgumentParser
import Console
import PKCS11
import TokenAdministration

/// `countersign token init`: a blank token becomes one for keys.
struct TokenInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a blank token ready: a label, the security officer's PIN, the user's PIN.",
        discussion: """
            Both PINs are asked for on the terminal, twice, unless files give them. A token that is initialised already is left alone \
            unless --erase names its serial: everything in it is destroyed then, and its present security officer's PIN is wanted.

            Example: countersign token init --label ca --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @Option(help: "The token's name, at most 32 octets, of no other token.")
    var label: String

    @OptionGroup var modules: ModuleOptions

    @Option(
        help: ArgumentHelp("Destroy all that is in the token of this serial, and begin anew.", valueName: "serial"))
    var erase: String?

    @Option(help: ArgumentHelp("A file with the security officer's PIN, mode 0400 or 0600.", valueName: "file"))
    var soPinFile: String?

    @OptionGroup var pins: PINOptions

    @Flag(help: "With --erase: also where the security officer's PIN has one try left, which a wrong one would lock.")
    var finalTry = false

    func run() throws {
        let found = try modules.modules()
        guard let module = found.first, found.count == 1 else {
            throw CommandFailure(
                .usage, "there are \(found.count) modules: name the one whose token it is with --module.")
        }
        if let erase { try confirm(erase) }
        let officer = try officerPIN()
        let user = try pins.newPIN("user's PIN of token \(label)")
        do {
            let info = try TokenInitialization.run(
                in: module, erase.map { .erasing(serial: $0) } ?? .blank, label: label, securityOfficerPIN: officer,
                userPIN: user, takingFinalTry: finalTry)
            try StandardOutput.show(
                "token \(info.label), serial \(info.serial), is ready for keys: countersign key generate".printable)
        } catch let error as AdministrationError { throw CommandFailure(error) }
    }

    private func officerPIN() throws(CommandFailure) -> PIN {
        guard let soPinFile else {
            let what = "security officer's PIN of token \(label)"
            return erase == nil ? try PINPrompt.askForNew(what) : try PINPrompt.ask(what)
        }
        do { return try PINSource.file(PINOptions.absolute(soPinFile)).read() } catch {
            throw CommandFailure(.noInput, "\(error).")
        }
    }

    /// Whoever destroys a token's content says its serial twice.
    private func confirm(_ serial: String) throws(CommandFailure) {
        StandardError.write(
            "Everything in the token of serial \(serial.printable) is destroyed, its keys too, for good. Type the serial to go on: "
        )
        guard readLine() == serial else { throw CommandFailure(.refused, "nothing was changed.") }
    }
}
