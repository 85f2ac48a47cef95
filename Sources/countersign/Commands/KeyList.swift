import ArgumentParser
import Console
import DERCoding
import Issuance
import JSONRPC
import PKCS11
import PublicKeys
import TokenAdministration

/// `countersign key list`: the private keys of a token.
struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the private keys of a token.",
        discussion: "Example: countersign key list 'pkcs11:token=ca' --module /usr/lib/softhsm/libsofthsm2.so")

    @Argument(
        help: ArgumentHelp("The token, as pkcs11:token=LABEL (RFC 7512).", valueName: "uri"), transform: URI.argument)
    var uri: URI

    @OptionGroup var logIn: LogInOptions

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let keys = try logIn.withAccess(to: uri) { access, _ in try access.keys(fitting: uri) }
        guard !json else { return try StandardOutput.show(JSONValue.array(keys.map(\.json)).compactText) }
        guard !keys.isEmpty else {
            return try StandardOutput.show("There is no key: countersign key generate makes one.")
        }
        var table = Table(["LABEL", "TYPE", "ID", "MADE IN TOKEN", "TO BE MENDED"])
        for key in keys {
            table.add([
                key.label, key.publicKey.map { "\($0)" } ?? "?", key.id.hex, key.wasGeneratedInToken ? "yes" : "no",
                key.warnings.joined(separator: ", "),
            ])
        }
        try StandardOutput.show(table.text)
    }
}

extension KeyReport {
    var text: String {
        var table = Table()
        table.add(["label", label])
        table.add(["type", publicKey.map { "\($0)" } ?? "unknown"])
        table.add(["id", id.hex])
        table.add([
            "made in the token",
            wasGeneratedInToken ? "yes, and it was never able to leave it" : "no, or the token does not tell",
        ])
        if alwaysAuthenticates { table.add(["asks for the PIN", "at each signature"]) }
        table.add(["key in a configuration", configurationURI.text])
        let warnings = warnings.map { "\nwarning: \($0)" }.joined()
        return table.text + warnings
    }

    var json: JSONValue {
        [
            "label": .string(label), "id": .string(id.hex), "type": publicKey.map { .string("\($0)") } ?? .null,
            "uri": .string(uri.text), "generatedInToken": .bool(wasGeneratedInToken), "sensitive": .bool(isSensitive),
            "extractable": .bool(isExtractable), "sign": .bool(canSign),
            "alwaysAuthenticate": .bool(alwaysAuthenticates),
            "publicKey": publicKey.map { .string(PEM.encode($0.subjectPublicKeyInfo, label: "PUBLIC KEY")) } ?? .null,
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }
}
