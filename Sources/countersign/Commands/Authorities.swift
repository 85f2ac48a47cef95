import ArgumentParser
import Console
import JSONRPC
import SigningAPI

/// `countersign authorities`: who signs.
struct Authorities: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the authorities that you may use.")

    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let client = try await ServiceClient(socket)
        let result = try await client.call(.listAuthorities)
        guard !socket.json else { return try StandardOutput.show(result.compactText) }
        var table = Table(["ID", "STATE", "KEY", "SIGNS WITH", "UNTIL", "PATH", "INTERMEDIATES", "SUBJECT"])
        for authority in result.object?["authorities"]?.array?.compactMap(\.object) ?? [] {
            table.add([
                authority["id"]?.string ?? "", authority["state"]?.string ?? "",
                authority["key"]?.string ?? "", authority["signatureAlgorithm"]?.string ?? "",
                authority["notAfter"]?.string ?? "",
                authority["pathLength"]?.integer.map { String($0) } ?? "no limit",
                authority["signsIntermediates"]?.bool == true ? "yes" : "no",
                authority["subject"]?.string ?? "",
            ])
        }
        try StandardOutput.show(table.text)
    }
}
