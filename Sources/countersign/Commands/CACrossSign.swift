import ArgumentParser

/// `countersign ca cross-sign`: another certificate for a CA that has one.
struct CACrossSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cross-sign",
        abstract:
            "Sign a certificate for another CA's name and key, or renew one: what is certified is what its present certificate says.",
        discussion: """
            Name, key and subject key identifier are those of the certificate that is given, so that what that CA has signed goes on under both. \
            What else the new certificate says is this plan's.

            Example: countersign ca cross-sign /srv/ceremonies/cross-2026 --authority root-2026 --key 'pkcs11:token=root;object=root-2026' \
            --issuer root.pem --certificate their-root.pem --validity 5y --path-length 1 --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var plan: PlanOptions

    @Option(help: ArgumentHelp("The certificate that the CA has, in PEM.", valueName: "file"))
    var certificate: String?

    @OptionGroup var subordinate: SubordinateOptions

    func run() async throws {
        try await ceremony.run("cross-sign", plan) { () throws(CommandFailure) in
            let present = PlanLine(
                "certificate", quoted: PINOptions.absolute(try PlanLine.required(certificate, "--certificate")))
            return try plan.text("cross-sign", [present] + subordinate.lines())
        }
    }
}
