import ArgumentParser
import Console
import JSONRPC
import SigningAPI
import Timekeeping

/// `countersign profiles`: what may be asked for.
struct Profiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the profiles that you may use.",
        discussion: "STARTS is how far from now a start may lie that you name. --json tells every rule.")

    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let client = try await ServiceClient(socket)
        let result = try await client.call(.listProfiles)
        guard !socket.json else { return try StandardOutput.show(result.compactText) }
        var table = Table(["NAME", "ID", "AUTHORITY", "KIND", "MAXIMUM", "STARTS", "KEYS", "USAGE", "NAMES"])
        for profile in result.object?["profiles"]?.array?.compactMap(\.object) ?? [] {
            let names = profile["subjectAlternativeNames"]?.object
            let patterns = ["dns", "ip", "email", "uri"].flatMap { kind in
                names?[kind]?.object?["allowed"]?.strings ?? []
            }
            table.add([
                profile["name"]?.string ?? "", profile["id"]?.string ?? "",
                profile["authority"]?.string ?? "", profile["kind"]?.string ?? "",
                lifetime(profile["maximumValidity"]),
                "-\(lifetime(profile["maximumBackdate"])) to +\(lifetime(profile["maximumDelay"]))",
                (profile["keys"]?.strings ?? []).joined(separator: ", "),
                (profile["keyUsage"]?.strings ?? []).joined(separator: ", "), patterns.joined(separator: " "),
            ])
        }
        try StandardOutput.show(table.text)
    }

    private func lifetime(_ seconds: JSONValue?) -> String {
        seconds?.integer.flatMap { Lifetime(seconds: $0) }?.description ?? "0s"
    }
}
