import ArgumentParser

/// `countersign ca sign-csr`: an intermediate CA's certificate, by the CA above it.
struct CASignCSR: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-csr",
        abstract: "Sign an intermediate CA's certificate, for a request, with the key of the CA above it.",
        discussion: """
            Subject and key are the request's. Name constraints, key purposes and policies are for a plan (--plan); docs/operations.md has \
            all of its keys.

            Example: countersign ca sign-csr /srv/ceremonies/issuing-2026-certificate --authority root-2026 \
            --key 'pkcs11:token=root;object=root-2026' --issuer root.pem --csr issuing.csr --validity 10y --path-length 0 \
            --crl-distribution-point http://pki.example/root.crl --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var plan: PlanOptions

    @Option(help: ArgumentHelp("The request, in PEM.", valueName: "file"))
    var csr: String?

    @OptionGroup var certificate: SubordinateOptions

    func run() async throws {
        try await ceremony.run("sign-csr", plan) { () throws(CommandFailure) in
            let request = PlanLine("csr", quoted: PINOptions.absolute(try PlanLine.required(csr, "--csr")))
            return try plan.text("sign-csr", [request] + certificate.lines())
        }
    }
}
