import ArgumentParser
import Console
import JSONRPC

/// `countersign crl get`: the last CRL of an authority.
struct CRLGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Get the last CRL of an authority.",
        discussion: """
            Prints it in PEM. With --out it goes into a file, which appears whole or not at all.

            Example: countersign crl get --ca issuing --out issuing.crl
            """)

    @Option(help: ArgumentHelp("The authority (countersign authorities lists them).", valueName: "id"))
    var ca: String

    @Option(help: ArgumentHelp("Which of its partitioned CRLs, from 0.", valueName: "number"))
    var partition: UInt32?

    @Option(help: ArgumentHelp("Write the CRL into this file.", valueName: "file"))
    var out: String?

    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let file = try out.map { path throws(CommandFailure) in try OutputFile(path: path) }
        let client = try await ServiceClient(socket, maximumLine: Self.maximumAnswer)
        var params: [String: JSONValue] = ["caId": .string(ca)]
        if let partition { params["partition"] = .number(JSONNumber(Int64(partition))) }
        let result = try await client.call("getCrl", params)
        guard let list = result.object, let crl = list["crl"]?.string else {
            throw CommandFailure(.internalError, "the daemon's answer has no CRL.")
        }
        try file?.write(crl)
        if socket.json {
            try StandardOutput.show(result.compactText)
        } else if let out {
            StandardError.write("\(Self.text(list)), written to \(out)\n")
        } else {
            try StandardOutput.show(crl)
        }
    }

    /// A million entries are about 60 MB.
    private static let maximumAnswer = 1 << 28

    private static func text(_ list: JSONObject) -> String {
        let number = list["number"]?.string ?? ""
        let until = list["nextUpdate"]?.string ?? ""
        return "CRL \(number): \(list["entries"]?.integer ?? 0) entries, next update \(until)".printable
    }
}
