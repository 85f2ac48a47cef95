import ArgumentParser
import Console
import Glibc
import PKCS11
import TokenAdministration

/// `countersign key delete`: a key is gone for good.
struct KeyDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a key from its token, for good.",
        discussion: """
            Asks for the key's label; scripts give it with --label. A key that an authority of the configuration uses is not deleted: take \
            the authority out of the configuration first.

            Example: countersign key delete 'pkcs11:token=ca;object=issuing-2020' --config countersign.yaml
            """)

    @Argument(
        help: ArgumentHelp("The key, as pkcs11:token=LABEL;object=LABEL (RFC 7512).", valueName: "uri"),
        transform: URI.argument)
    var uri: URI

    @OptionGroup var logIn: LogInOptions

    @Option(help: "The key's label once more, in place of asking.")
    var label: String?

    func run() throws {
        let deleted = try logIn.withAccess(to: uri) { access, place in
            let key = try access.key(uri)
            let authorities = try ServedAuthorities(of: key, place.configuration)
            guard authorities.ids.isEmpty else {
                throw CommandFailure(
                    .refused,
                    "key \(key.label) serves the authorities \(authorities.ids.joined(separator: ", ")): take them out of the configuration first. "
                        + "Nothing was deleted.")
            }
            guard try confirmation(of: key, authorities) == key.label else {
                throw CommandFailure(.refused, "that is not the key's label. Nothing was deleted.")
            }
            try access.delete(key)
            return "key \(key.label) of token \(access.info.label) is deleted."
        }
        try StandardOutput.show(deleted.printable)
    }

    private func confirmation(of key: KeyReport, _ authorities: ServedAuthorities) throws(CommandFailure) -> String? {
        if let label { return label }
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(.usage, "nobody can be asked, since standard input is no terminal: give --label.")
        }
        StandardError.write(
            "\(key.text)\nserves \(authorities.words)\n\nThe key is destroyed for good. Type its label to delete it: ")
        return readLine()
    }
}
