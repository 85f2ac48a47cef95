import ArgumentParser
import Console
import JSONRPC
import SigningAPI
import Timekeeping

/// `countersign profiles`: what may be asked for.
struct Profiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the profiles that you may use.")

    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let client = try await ServiceClient(socket)
        let result = try await client.call(.listProfiles)
        guard !socket.json else { return print(result.compactText) }
        var table = Table(["NAME", "ID", "AUTHORITY", "MAXIMUM", "KEYS", "NAMES"])
        for profile in result.object?["profiles"]?.array?.compactMap(\.object) ?? [] {
            let names = profile["subjectAlternativeNames"]?.object
            let patterns = ["dns", "ip", "email", "uri"].flatMap { kind in
                names?[kind]?.object?["allowed"]?.strings ?? []
            }
            table.add([
                profile["name"]?.string ?? "", profile["id"]?.string ?? "",
                profile["authority"]?.string ?? "",
                profile["maximumValidity"]?.integer.flatMap { Lifetime(seconds: $0) }?.description ?? "",
                (profile["keys"]?.strings ?? []).joined(separator: ", "), patterns.joined(separator: " "),
            ])
        }
        print(table.text)
    }
}
