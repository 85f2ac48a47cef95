import ArgumentParser

/// The CA that signs, and for how long.
struct IssuerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The signing CA's certificate and those above it, in PEM.", valueName: "file"))
    var issuer: String?

    @Option(help: "How it signs, as ecdsa-with-SHA384 or RSASSA-PSS-SHA256; without this, what suits the key.")
    var signatureAlgorithm: String?

    @Option(help: "How long what is signed is valid: 10y, 180d.")
    var validity: String?

    func lines() throws(CommandFailure) -> [PlanLine?] {
        [
            PlanLine("issuer", quoted: PINOptions.absolute(try PlanLine.required(issuer, "--issuer"))),
            signatureAlgorithm.map { PlanLine("signatureAlgorithm", quoted: $0) },
            PlanLine("validity", quoted: try PlanLine.required(validity, "--validity")),
        ]
    }
}

/// What the certificate of a CA below says.
struct SubordinateOptions: ParsableArguments {
    @OptionGroup var issuer: IssuerOptions

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

    func lines() throws(CommandFailure) -> [PlanLine?] {
        let pathLength = try PlanLine.required(pathLength, "--path-length")
        guard pathLength == "none" || UInt8(pathLength) != nil else {
            throw CommandFailure(.usage, "--path-length is a number up to 255, or none for no limit.")
        }
        return try issuer.lines() + [
            PlanLine("pathLength", pathLength),
            PlanLine("crlDistributionPoints", list: crlDistributionPoint), PlanLine("caIssuers", list: caIssuers),
            PlanLine("ocsp", list: ocsp),
        ]
    }
}
