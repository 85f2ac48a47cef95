import ArgumentParser
import JSONRPC

/// Which certificate a command is about.
struct CertificateReferenceOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The certificate's id.", valueName: "certificate-id"))
    var id: String?

    @Option(help: ArgumentHelp("In place of the id: the authority that signed it.", valueName: "id"))
    var ca: String?

    @Option(help: ArgumentHelp("And its serial in hex, as openssl x509 -serial prints it.", valueName: "hex"))
    var serial: String?

    func validate() throws {
        let isWhole = id != nil ? ca == nil && serial == nil : ca != nil && serial != nil
        guard isWhole else { throw ValidationError("Name the certificate by its id, or by --ca and --serial.") }
    }

    var params: [String: JSONValue] {
        var params: [String: JSONValue] = [:]
        if let id { params["certificateId"] = .string(id) }
        if let ca { params["caId"] = .string(ca) }
        if let serial { params["serialNumber"] = .string(serial) }
        return params
    }
}
