import ArgumentParser

/// `countersign ca create-intermediate`: the request for an intermediate CA's certificate.
struct CACreateIntermediate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-intermediate",
        abstract: "Make the request (CSR) for an intermediate CA's certificate with its key in a token.",
        discussion: """
            Make the key first, with countersign key generate. The request goes to the CA above: countersign ca sign-csr, or another's.

            Example: countersign ca create-intermediate /srv/ceremonies/issuing-2026 --authority issuing-2026 \
            --key 'pkcs11:token=ca;object=issuing-2026' --subject C=SE --subject O=Example --subject 'CN=Example Issuing 2026' \
            --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var plan: PlanOptions
    @OptionGroup var subject: SubjectOptions

    func run() async throws {
        try await ceremony.run(plan) { () throws(CommandFailure) in
            try plan.text("create-intermediate", [PlanLine("subject", try subject.value())])
        }
    }
}
