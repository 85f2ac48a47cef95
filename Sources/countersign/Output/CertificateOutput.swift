import ArgumentParser
import Console
import JSONRPC

/// Where a signed certificate goes.
struct CertificateOutput: ParsableArguments {
    @Option(help: ArgumentHelp("Write the certificate into this file.", valueName: "file"))
    var out: String?

    @Flag(help: "Add the chain: the authority's certificate and upwards.")
    var chain = false

    /// Looks at the output file's place, has the certificate signed, and writes it. A certificate that was signed is shown even
    /// where its file cannot be written.
    func deliver(asJSON: Bool, sign: () async throws -> JSONValue) async throws {
        let file = try out.map { path throws(CommandFailure) in try OutputFile(path: path) }
        let result = try await sign()
        guard
            let members = result.object, let certificate = members["certificate"]?.string,
            let issuers = members["certificateChain"]?.string, let serial = members["serialNumber"]?.string
        else { throw CommandFailure(.internalError, "the daemon's answer has no certificate.") }
        let pem = chain ? certificate + issuers : certificate
        do {
            try file?.write(pem)
        } catch {
            try StandardOutput.show(asJSON ? result.compactText : pem)
            throw error
        }
        if asJSON {
            try StandardOutput.show(result.compactText)
        } else if out == nil {
            try StandardOutput.show(pem)
        }
        if !asJSON, let out {
            let id = members["certificateId"]?.string.map { ", id \($0)" } ?? ""
            StandardError.write("signed: serial \(serial)\(id), written to \(out)\n")
        }
    }
}
