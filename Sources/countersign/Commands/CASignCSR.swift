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

    @Option(help: ArgumentHelp("The signing CA's certificate and those above it, in PEM.", valueName: "file"))
    var issuer: String?

    @Option(help: ArgumentHelp("The request, in PEM.", valueName: "file"))
    var csr: String?

    @Option(help: "How long the certificate is valid: 10y, 3650d.")
    var validity: String?

    @Option(
        help: ArgumentHelp(
            "How many CAs may follow below it in a chain: 0 for one that signs no CAs; none for no limit.",
            valueName: "number"))
    var pathLength: String?

    @Option(help: ArgumentHelp("Where the signing CA's CRL is; may be repeated.", valueName: "url"))
    var crlDistributionPoint: [String] = []

    @Option(help: ArgumentHelp("Where the signing CA's certificate is; may be repeated.", valueName: "url"))
    var caIssuers: [String] = []

    @Option(help: ArgumentHelp("Where the signing CA's OCSP responder is; may be repeated.", valueName: "url"))
    var ocsp: [String] = []

    func run() async throws {
        try await ceremony.run(plan) { () throws(CommandFailure) in
            try plan.text(
                "sign-csr",
                [
                    PlanLine("issuer", quoted: PINOptions.absolute(try PlanLine.required(issuer, "--issuer"))),
                    PlanLine("csr", quoted: PINOptions.absolute(try PlanLine.required(csr, "--csr"))),
                    PlanLine("validity", try PlanLine.required(validity, "--validity")),
                    PlanLine("pathLength", try PlanLine.required(pathLength, "--path-length")),
                    PlanLine("crlDistributionPoints", list: crlDistributionPoint),
                    PlanLine("caIssuers", list: caIssuers), PlanLine("ocsp", list: ocsp),
                ])
        }
    }
}
