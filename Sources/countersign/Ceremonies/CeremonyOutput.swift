import Ceremony
import Configuration
import Console
import JSONRPC
import Ledger

/// What a ceremony tells of itself, for people and for programs.
struct CeremonyOutput {
    private let ceremony: Ceremony

    init(_ ceremony: Ceremony) { self.ceremony = ceremony }

    /// What is going to be signed, and how to go on.
    func prepared() throws -> String {
        var table = Table()
        for (name, value) in try ceremony.explanation() { table.add([name, value]) }
        var lines = [
            "\(ceremony.statement.act), prepared \(ceremony.statement.time) in \(ceremony.folder.path.printable)", "",
        ]
        lines += [table.text, "", "SHA-256 of what is going to be signed:", "    \(ceremony.hash)"]
        if let journal = ceremony.plan.journalPath {
            let state = try Journal.isAbsent(directory: journal) ? "which is made for it" : "of earlier ceremonies"
            lines += ["", "on record in \(journal.printable), \(state)"]
        }
        if let operators = ceremony.plan.operators {
            lines += [
                "",
                "\(operators.required) of \(operators.keyPaths.count) operators have to confirm, each by a signature of "
                    + "\(ceremony.folder.path(of: Ceremony.statementName).printable) (openssl pkeyutl -sign -rawin -inkey THEIR-KEY "
                    + "-in statement.txt -out THEIR.sig; --confirmation THEIR.sig).",
            ]
        }
        return lines.joined(separator: "\n")
    }

    func text(_ outcome: Ceremony.Outcome) -> String {
        [
            outcome.wasDone ? "It was signed before; no key was used now." : "Signed, verified and read back.",
            "\(outcome.path.printable)",
            "\(outcome.transcriptPath.printable) says what was done: have those who were there read and sign it (countersign ca check --help).",
        ].joined(separator: "\n")
    }

    func json(_ outcome: Ceremony.Outcome? = nil) throws -> String {
        let explanation = try ceremony.explanation().map { name, value -> JSONValue in
            ["name": .string(name), "value": .string(value)]
        }
        return JSONValue.object(
            JSONObject([
                .init(name: "ceremony", value: .string(ceremony.statement.act)),
                .init(name: "sha256", value: .string(ceremony.hash)),
                .init(name: "explanation", value: .array(explanation)),
                .init(name: "statement", value: .string(ceremony.folder.path(of: Ceremony.statementName))),
                .init(name: "signed", value: .bool(outcome != nil)),
                .init(name: "wasDone", value: .bool(outcome?.wasDone ?? false)),
                .init(name: "path", value: outcome.map { .string($0.path) } ?? .null),
                .init(name: "transcript", value: outcome.map { .string($0.transcriptPath) } ?? .null),
            ])
        ).compactText
    }
}
