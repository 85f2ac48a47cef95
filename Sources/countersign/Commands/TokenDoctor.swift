import ArgumentParser
import Console
import JSONRPC
import PKCS11
import PublicKeys
import Signing
import TokenAdministration

/// `countersign token doctor`: what a token really does.
struct TokenDoctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Try what a token does: make a key of each type for the moment, and sign by each mechanism.",
        discussion: """
            The keys live in a session and are gone with it; the CA's keys are not used. A token that knows no such keys (a TPM) makes them in \
            itself with --token-keys, and they are deleted. What the token advertises and refuses, and what it \
            does without saying so, is told apart.

            Example: countersign token doctor 'pkcs11:token=ca' --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @Argument(
        help: ArgumentHelp("The token, as pkcs11:token=LABEL (RFC 7512).", valueName: "uri"), transform: URI.argument)
    var uri: URI

    @OptionGroup var logIn: LogInOptions

    @Flag(help: "Make the keys in the token, and delete them: for tokens that make none for a session.")
    var tokenKeys = false

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let text = try logIn.withAccess(to: uri) { access, place in
            var line = ProgressLine("trying the token")
            let diagnosis = try access.diagnose(inToken: tokenKeys) { line.update($0, of: $1) }
            line.end()
            return json ? diagnosis.json.compactText : try diagnosis.text(place.module.path, access.info)
        }
        try StandardOutput.show(text)
    }
}

extension TokenDiagnosis {
    func text(_ module: String, _ info: TokenInfo) throws -> String {
        var table = Table(["KEY", "SIGNS", "MECHANISM", "ADVERTISED", "RESULT"])
        for attempt in attempts {
            let key = "\(attempt.type)"
            switch attempt.outcome {
            case .notMade(let error):
                let mechanism = attempt.type.mechanism
                table.add([key, "", "\(mechanism)", isAdvertised(mechanism), "no key: \(error)"])
            case .made(let trials):
                for trial in trials {
                    let mechanism = trial.mechanism
                    table.add([key, trial.algorithm.name, "\(mechanism)", isAdvertised(mechanism), trial.words])
                }
            }
        }
        if usableTypes.isEmpty {
            table.add(["", "", "", "", "where the token makes no keys for a session, try again with --token-keys"])
        }
        return table.text + "\n\nThe configuration that fits:\n\n" + (try configuration(module, info))
    }

    private func isAdvertised(_ mechanism: Mechanism) -> String {
        advertised.map { $0.contains(mechanism.type) ? "yes" : "no" } ?? "?"
    }

    private func configuration(_ module: String, _ info: TokenInfo) throws -> String {
        """
        tokens:
          - name: \(info.label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } ? info.label : "main")
            module: \(module)
            uri: \(try URI(token: info))
            pin: { file: /etc/countersign/pin }
        # Keys for authorities: \(usableTypes.map(\.description).joined(separator: ", ")).
        """
    }

    var json: JSONValue {
        .array(
            attempts.map { attempt in
                switch attempt.outcome {
                case .notMade(let error): ["key": .string("\(attempt.type)"), "error": .string("\(error)")]
                case .made(let trials):
                    ["key": .string("\(attempt.type)"), "signs": .array(trials.map { json($0) })]
                }
            })
    }

    private func json(_ trial: KeyTrial) -> JSONValue {
        [
            "algorithm": .string(trial.algorithm.name), "mechanism": .string("\(trial.mechanism)"),
            "works": .bool(trial.outcome == .signs), "result": .string(trial.words),
            "advertised": advertised.map { .bool($0.contains(trial.mechanism.type)) } ?? .null,
        ]
    }
}
