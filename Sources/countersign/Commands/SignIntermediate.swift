import ArgumentParser
import JSONRPC
import SigningAPI

/// `countersign sign-intermediate`: an intermediate CA's certificate.
struct SignIntermediate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have an intermediate CA's CSR signed by an authority.",
        discussion: """
            Example: countersign sign-intermediate --ca issuing --csr sub.csr --not-after 2027-06-01T00:00:00Z --out sub.pem
            """)

    @Option(help: ArgumentHelp("The authority that signs (countersign authorities lists them).", valueName: "id"))
    var ca: String

    @Option(help: ArgumentHelp("The CSR in PEM; - reads standard input.", valueName: "file"))
    var csr: String

    @Option(help: ArgumentHelp("When the certificate ends, in RFC 3339.", valueName: "time"))
    var notAfter: String

    @Option(help: ArgumentHelp("When it begins, in RFC 3339; without it, about now.", valueName: "time"))
    var notBefore: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many intermediates may follow it: 0 or more; -1 for no limit.", valueName: "number"))
    var maxPathLength: Int?

    @OptionGroup var output: CertificateOutput
    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let request = try InputFile.text(at: csr)
        try await output.deliver(asJSON: socket.json) {
            let client = try await ServiceClient(socket)
            var params: [String: JSONValue] = [
                "caId": .string(ca), "csr": .string(request), "notAfter": .string(notAfter),
            ]
            if let notBefore { params["notBefore"] = .string(notBefore) }
            if let maxPathLength { params["maxPathLength"] = .number(JSONNumber(Int64(maxPathLength))) }
            return try await client.call(.signIntermediateCa, params)
        }
    }
}
