import ArgumentParser
import Console
import JSONRPC

/// `countersign call`: any method, as it is.
struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Call a method with params in JSON, and print its result.",
        discussion: "Example: countersign call getStatus '{}'")

    @Argument(help: "The method's name on the wire.")
    var method: String

    @Argument(help: ArgumentHelp("The params, a JSON object; - reads standard input.", valueName: "json"))
    var params: String?

    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let params = try params.map { try Self.object($0 == "-" ? InputFile.text(at: $0) : $0) }
        let client = try await ServiceClient(socket, asJSON: true)
        try StandardOutput.show(await client.call(method, params ?? JSONObject()).compactText)
    }

    private static func object(_ text: String) throws(CommandFailure) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: Array(text.utf8))
        } catch {
            throw CommandFailure(.usage, "the params are not JSON: \(error).")
        }
        guard let object = value.object else { throw CommandFailure(.usage, "the params have to be a JSON object.") }
        return object
    }
}
