import ArgumentParser
import Console
import JSONRPC
import SigningAPI

/// `countersign ledger list`: the certificates on record.
struct LedgerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the certificates on record, the newest first.",
        discussion: """
            --json prints the daemon's answer, a line for each page.

            Example: countersign ledger list --san '*.example.com' --status issued --expires-within 30d
            """)

    @OptionGroup var filter: CertificateFilterOptions

    @Option(help: ArgumentHelp("How many at once: 1 to 500.", valueName: "number"))
    var limit: Int?

    @Option(help: ArgumentHelp("Go on where a page ended.", valueName: "cursor"))
    var cursor: String?

    @Flag(help: "Go on to the last page.")
    var all = false

    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let client = try await ServiceClient(socket)
        var params = try await filter.params(client)
        if let status = filter.status { params["status"] = .string(status.rawValue) }
        // With everything to come, in as few pages as there can be.
        if let limit = limit ?? (all ? 500 : nil) { params["limit"] = .number(JSONNumber(Int64(limit))) }
        var next = cursor
        var table = Table(["SERIAL", "SUBJECT", "NAMES", "NOT AFTER", "STATUS", "ID"])
        repeat {
            if let next { params["cursor"] = .string(next) }
            let page = try await CertificatePage.fetch(client, params)
            if socket.json {
                try StandardOutput.show(page.json.compactText)
            } else {
                for certificate in page.certificates { table.add(Self.row(certificate)) }
                let text = table.take()
                if !text.isEmpty { try StandardOutput.show(text) }
            }
            next = page.nextCursor
        } while all && next != nil
        if let next, !socket.json {
            StandardError.write("There are more: --all lists them, and --cursor \(next.printable) the next.\n")
        }
    }

    private static func row(_ certificate: ListedCertificate) -> [String] {
        [
            certificate.text("serialNumber"), certificate.text("subject").shortened(to: 40), certificate.shortNames,
            certificate.text("notAfter"), certificate.status, certificate.id,
        ]
    }
}
