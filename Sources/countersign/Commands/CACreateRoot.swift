import ArgumentParser

/// `countersign ca create-root`: the certificate of a root, signed by itself.
struct CACreateRoot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-root",
        abstract: "Make a root's certificate with a key in a token.",
        discussion: """
            Make the key first, with countersign key generate.

            Example: countersign ca create-root /srv/ceremonies/root-2026 --authority root-2026 --key 'pkcs11:token=root;object=root-2026' \
            --subject C=SE --subject 'O=Example' --subject 'CN=Example Root 2026' --validity 20y --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var plan: PlanOptions
    @OptionGroup var subject: SubjectOptions

    @Option(help: "How long the root is valid: 20y, 3650d.")
    var validity: String?

    @Option(
        help: ArgumentHelp(
            "How many CAs may follow below it in a chain; without this, any number.", valueName: "number"))
    var pathLength: Int?

    func run() async throws {
        try await ceremony.run("create-root", plan) { () throws(CommandFailure) in
            try plan.text(
                "create-root",
                [
                    PlanLine("subject", try subject.value()),
                    PlanLine("validity", quoted: try PlanLine.required(validity, "--validity")),
                    pathLength.map { PlanLine("pathLength", "\($0)") },
                ])
        }
    }
}
