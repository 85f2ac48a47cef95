import ArgumentParser

/// `countersign ca sign-crl`: the next CRL of a CA that no daemon serves.
struct CASignCRL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-crl",
        abstract: "Sign the next CRL of a CA that no daemon serves, such as a root.",
        discussion: """
            Whom the last CRL names, this one names, too, and its number is the next one: give the last CRL that was published. The CRL is \
            written as crl.der, for a web server.

            Example: countersign ca sign-crl /srv/ceremonies/root-crl-7 --authority root-2026 --key 'pkcs11:token=root;object=root-2026' \
            --issuer root.pem --previous root.crl --validity 180d --revoke 3d3681160506e9fb:superseded \
            --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var plan: PlanOptions
    @OptionGroup var issuer: IssuerOptions

    @Option(
        help: ArgumentHelp("The last CRL, in DER or PEM; none where there never was one.", valueName: "file"))
    var previous: String?

    @Option(help: ArgumentHelp("The least number that this CRL has.", valueName: "number"))
    var firstNumber: Int?

    @Option(
        help: ArgumentHelp(
            "A serial number in hexadecimal, and the reason by its name in RFC 5280: who is revoked by this CRL. May be repeated.",
            valueName: "serial:reason"))
    var revoke: [String] = []

    func run() async throws {
        try await ceremony.run("sign-crl", plan) { () throws(CommandFailure) in
            let previous = try PlanLine.required(previous, "--previous FILE, or --previous none")
            return try plan.text(
                "sign-crl",
                issuer.lines() + [
                    previous == "none"
                        ? PlanLine("previous", previous) : PlanLine("previous", quoted: PINOptions.absolute(previous)),
                    firstNumber.map { PlanLine("firstNumber", "\($0)") },
                    revoke.isEmpty ? nil : PlanLine("revoked", "[\(revoke.map(Self.entry).joined(separator: ", "))]"),
                ])
        }
    }

    private static func entry(_ text: String) -> String {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let reason = parts.dropFirst().first.map { ", reason: \(PlanLine.quoted(String($0)))" } ?? ""
        return "{ serial: \(PlanLine.quoted(String(parts.first ?? "")))\(reason) }"
    }
}
