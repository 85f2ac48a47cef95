import ArgumentParser
import Console
import JSONRPC
import SigningAPI
import Timekeeping

/// `countersign ledger watch`: certificates as they come.
struct LedgerWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Tell of each new certificate, until ^C.",
        discussion: """
            A certificate is told once, when it has an outcome: it was issued, possibly signed, or not signed. A daemon that is \
            restarted is waited for. --json prints an object a line.

            Example: countersign ledger watch --status possiblySigned
            """)

    @Option(help: ArgumentHelp("How often to look.", valueName: "lifetime"))
    var interval: String = "1s"

    @OptionGroup var filter: CertificateFilterOptions
    @OptionGroup var socket: SocketOptions

    func validate() throws {
        guard filter.status != .pending else {
            throw ValidationError("A certificate is told when it is pending no more: name another --status.")
        }
        _ = try pause()
    }

    func run() async throws {
        let pause = try pause()
        Interruption.endsCleanly()
        var client = try await ServiceClient(socket)
        var news = try await NewCertificates(client, filter: filter.params(client), status: filter.status)
        var table = Table()
        var isWaiting = false
        while true {
            do throws(CommandFailure) {
                if isWaiting { client = try await ServiceClient(socket) }
                let arrived = try await news.look(client)
                if isWaiting { StandardError.write("countersign: the daemon is back.\n") }
                isWaiting = false
                try tell(arrived, &table)
            } catch {
                guard error.code == .unavailable || error.code == .tryAgain else { throw error }
                if !isWaiting {
                    let reason = error.message.prefix { $0 != "\n" }
                    StandardError.write("countersign: waiting for the daemon: \(String(reason).printable)\n")
                }
                isWaiting = true
            }
            try await Task.sleep(for: pause)
        }
    }

    private func tell(_ certificates: [ListedCertificate], _ table: inout Table) throws(CommandFailure) {
        guard !certificates.isEmpty else { return }
        let text: String
        if socket.json {
            text = certificates.map { JSONValue.object($0.json).compactText }.joined(separator: "\n")
        } else {
            for certificate in certificates {
                table.add([
                    certificate.text("issuedAt"), certificate.status, certificate.text("serialNumber"),
                    certificate.text("subject"),
                ])
            }
            text = table.take()
        }
        try Interruption.afterwards { () throws(CommandFailure) in try StandardOutput.show(text) }
    }

    private func pause() throws(ValidationError) -> Duration {
        do throws(TimeSyntaxError) {
            let interval = try Lifetime(parsing: interval)
            return .seconds(min(interval, .day).seconds)
        } catch {
            throw ValidationError("--interval \(interval) \(error).")
        }
    }
}
