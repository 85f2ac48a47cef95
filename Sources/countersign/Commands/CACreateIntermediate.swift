import ArgumentParser

/// `countersign ca create-intermediate`: the request for an intermediate CA's certificate.
struct CACreateIntermediate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-intermediate",
        abstract:
            "Make an intermediate CA: the request (CSR) by its key in a token, or its certificate by a key of the CA above.",
        discussion: """
            Make the key first, with countersign key generate. The request goes to the CA above: countersign ca sign-csr, or another's. \
            Where the key of the CA above is in a token here, too, --certified-key names the new CA's key, --key the one that signs, and what \
            comes of it is the certificate (see countersign ca sign-csr for the rest of the options).

            Example: countersign ca create-intermediate /srv/ceremonies/issuing-2026 --authority issuing-2026 \
            --key 'pkcs11:token=ca;object=issuing-2026' --subject C=SE --subject O=Example --subject 'CN=Example Issuing 2026' \
            --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var plan: PlanOptions
    @OptionGroup var subject: SubjectOptions

    @Option(
        help: ArgumentHelp(
            "The new CA's key, where --key is that of the CA above, which signs the certificate at once.",
            valueName: "uri"))
    var certifiedKey: String?

    @OptionGroup var certificate: SubordinateOptions

    func run() async throws {
        try await ceremony.run("create-intermediate", plan) { () throws(CommandFailure) in
            let subject = PlanLine("subject", try subject.value())
            guard let certifiedKey else { return try plan.text("create-intermediate", [subject]) }
            return try plan.text(
                "create-intermediate",
                [subject, PlanLine("certifiedKey", quoted: certifiedKey)] + certificate.lines())
        }
    }
}
