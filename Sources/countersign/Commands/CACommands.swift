import ArgumentParser

/// `countersign ca`: ceremonies.
struct CACommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "Sign a CA's certificate in a ceremony: prepared, explained, confirmed, on record, written down.",
        discussion: """
            Each ceremony has a folder of its own. The first run makes it, and fixes in it what is going to be signed, to the octet; the \
            SHA-256 of that is what you confirm, on the terminal or with --confirm. The key signs once, and the folder's journal has it on \
            record before and after. Nothing in the folder is ever overwritten; interrupted, run the same again.

            docs/operations.md has a first set-up from an empty token.
            """,
        subcommands: [
            CACreateRoot.self, CACreateIntermediate.self, CASignCSR.self, CACrossSign.self, CASignCRL.self,
            CAInstallCertificate.self, CACheck.self,
        ])
}
