import ArgumentParser
import Console
import JSONRPC

/// `countersign ledger show`: one certificate.
struct LedgerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is on record of a certificate.",
        discussion: """
            Example: countersign ledger show --ca issuing --serial 0F:A1 --out server.pem
            """)

    @OptionGroup var reference: CertificateReferenceOptions

    @Option(help: ArgumentHelp("Write the certificate into this file, in PEM.", valueName: "file"))
    var out: String?

    @Flag(help: "Print the certificate in PEM, and nothing else.")
    var pem = false

    @OptionGroup var socket: SocketOptions

    func validate() throws {
        guard !pem || !socket.json else { throw ValidationError("--pem and --json are two forms of one output.") }
    }

    func run() async throws {
        let file = try out.map { path throws(CommandFailure) in try OutputFile(path: path) }
        let client = try await ServiceClient(socket)
        let result = try await client.call("getCertificate", reference.params)
        let certificate = try ListedCertificate(result)
        if file != nil || pem {
            guard let text = result["certificate"]?.string else {
                throw CommandFailure(.notFound, "no certificate is on record: its status is \(certificate.status).")
            }
            try file?.write(text)
            if pem { return try StandardOutput.show(text) }
        }
        try StandardOutput.show(socket.json ? result.compactText : certificate.description)
    }
}
