import ArgumentParser
import JSONRPC
import SigningAPI

/// `countersign sign`: a leaf certificate by a profile.
struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have a CSR signed by a profile.",
        discussion: """
            Prints the certificate in PEM. With --out it goes into a file, which appears whole or not at all.

            Example: countersign sign --profile internal-tls --csr server.csr --ttl 90d --out server.pem
            """)

    @Option(
        help: ArgumentHelp("The profile, by id or name (countersign profiles lists them).", valueName: "id-or-name"))
    var profile: String

    @Option(help: ArgumentHelp("The CSR in PEM; - reads standard input.", valueName: "file"))
    var csr: String

    @Option(help: ArgumentHelp("How long the certificate lives: 90d, 12h, 1 year.", valueName: "lifetime"))
    var ttl: String

    @Option(help: ArgumentHelp("When it begins, in RFC 3339; without it, about now.", valueName: "time"))
    var notBefore: String?

    @Option(help: ArgumentHelp("When it ends, in RFC 3339, within --ttl.", valueName: "time"))
    var notAfter: String?

    @OptionGroup var output: CertificateOutput
    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let request = try InputFile.text(at: csr)
        try await output.deliver(asJSON: socket.json) {
            let client = try await ServiceClient(socket)
            let id = try await client.profileID(profile)
            var params: [String: JSONValue] = [
                "profileId": .string(id), "csr": .string(request), "ttl": .string(ttl),
            ]
            if let notBefore { params["notBefore"] = .string(notBefore) }
            if let notAfter { params["notAfter"] = .string(notAfter) }
            return try await client.call(.signCertificate, params)
        }
    }
}
