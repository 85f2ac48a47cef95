import ArgumentParser
import Console
import Issuance
import JSONRPC
import PKCS11
import PublicKeys
import Signing
import TokenAdministration

/// `countersign key show`: all of one key.
struct KeyShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a key: its attributes, its public key, the CAs that it serves, and whether it signs.",
        discussion: """
            With --test it makes a test signature by each mechanism that fits; no certificate can come of one.

            Example: countersign key show 'pkcs11:token=ca;object=issuing-2026' --config countersign.yaml
            """)

    @Argument(
        help: ArgumentHelp("The key, as pkcs11:token=LABEL;object=LABEL (RFC 7512).", valueName: "uri"),
        transform: URI.argument)
    var uri: URI

    @OptionGroup var logIn: LogInOptions

    @Flag(help: "Have it make test signatures.")
    var test = false

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let text = try logIn.withAccess(to: uri) { access, place in
            let key = try access.key(uri)
            let trials = test ? try access.trials(of: key) : []
            let authorities = try ServedAuthorities(of: key, place.configuration)
            guard !json else { return Self.json(key, authorities, trials).compactText + "\n" }
            var lines = [key.text, "serves                  \(authorities.words)"]
            lines += trials.map { "\($0.mechanism): \($0.words)" }
            if let publicKey = key.publicKey {
                lines.append("\n" + PEM.encode(publicKey.subjectPublicKeyInfo, label: "PUBLIC KEY"))
            }
            return lines.joined(separator: "\n")
        }
        try StandardOutput.write(text)
    }

    private static func json(_ key: KeyReport, _ authorities: ServedAuthorities, _ trials: [KeyTrial]) -> JSONValue {
        let tests = trials.map { trial -> JSONValue in
            [
                "mechanism": .string("\(trial.mechanism)"), "works": .bool(trial.outcome == .signs),
                "result": .string(trial.words),
            ]
        }
        let more = [
            JSONObject.Member(name: "serves", value: .array(authorities.ids.map { .string($0) })),
            JSONObject.Member(name: "tests", value: .array(tests)),
        ]
        return .object(JSONObject((key.json.object?.members ?? []) + more))
    }
}
