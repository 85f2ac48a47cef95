import ArgumentParser
import JSONRPC

/// What every ceremony's plan says, as flags.
struct PlanOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The ceremony's plan, in YAML, in the place of what the other flags say.", valueName: "file")
    )
    var plan: String?

    @Option(
        help: ArgumentHelp("The signing CA's id, as it is or will be in a daemon's configuration.", valueName: "id"))
    var authority: String?

    @Option(help: ArgumentHelp("The key that signs, as pkcs11:token=LABEL;object=LABEL (RFC 7512).", valueName: "uri"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "The folder of a journal that the CA's ceremonies share, so that no number of a CRL is used twice; it is made where it is not there. Without "
                + "this, each ceremony has one in its own folder.", valueName: "dir"))
    var journal: String?

    @Option(
        name: .customLong("operator"),
        help: ArgumentHelp(
            "The public key, in PEM, of a person who has to confirm; may be repeated.", valueName: "file"))
    var operators: [String] = []

    @Option(help: ArgumentHelp("How many of the operators have to confirm; by default all.", valueName: "number"))
    var required: Int?

    /// The plan that the flags amount to.
    func text(_ ceremony: String, _ lines: [PlanLine?]) throws(CommandFailure) -> String {
        guard required == nil || !operators.isEmpty else {
            throw CommandFailure(
                .usage, "--required says how many of the operators have to confirm: name them with --operator.")
        }
        let operators = operators.map { PINOptions.absolute($0) }
        let all: [PlanLine?] =
            [
                PlanLine("version", "1"), PlanLine("ceremony", ceremony),
                PlanLine("authority", quoted: try PlanLine.required(authority, "--authority")),
                PlanLine("key", quoted: try PlanLine.required(key, "--key")),
                journal.map { PlanLine("journal", quoted: PINOptions.absolute($0)) },
            ] + lines + [
                PlanLine(
                    "operators",
                    operators.isEmpty
                        ? nil : "{ required: \(required ?? operators.count), keys: \(PlanLine.list(operators)) }")
            ]
        return all.compactMap { $0?.text }.joined()
    }
}

/// The subject of a CA, as flags.
struct SubjectOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "An attribute of the subject, as C=SE, O=Example or CN=Example Root; repeated, in their order.",
            valueName: "attribute"))
    var subject: [String] = []

    /// As a plan has it.
    func value() throws(CommandFailure) -> String {
        guard !subject.isEmpty else {
            throw CommandFailure(.usage, "a CA has a subject: --subject C=SE --subject O=… --subject CN=…")
        }
        var parts: [String] = []
        for attribute in subject {
            let pair = attribute.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else {
                throw CommandFailure(
                    .usage, "--subject \(attribute) is not an attribute and its value, such as CN=Example Root.")
            }
            parts.append("{ \(PlanLine.quoted(String(pair[0]))): \(PlanLine.quoted(String(pair[1]))) }")
        }
        return "[\(parts.joined(separator: ", "))]"
    }
}

/// A line of a plan, in YAML.
struct PlanLine {
    let text: String

    init(_ key: String, _ value: String?) { text = value.map { "\(key): \($0)\n" } ?? "" }
    init(_ key: String, quoted value: String) { self.init(key, Self.quoted(value)) }
    init(_ key: String, list values: [String]) { self.init(key, values.isEmpty ? nil : Self.list(values)) }

    /// What JSON writes as a text, YAML reads as the same (YAML 1.2.2 § 1.3).
    static func quoted(_ value: String) -> String { JSONValue.string(value).compactText }
    static func list(_ values: [String]) -> String { "[\(values.map(quoted).joined(separator: ", "))]" }

    static func required(_ value: String?, _ flag: String) throws(CommandFailure) -> String {
        guard let value else { throw CommandFailure(.usage, "the ceremony needs \(flag), or a plan: --plan FILE.") }
        return value
    }
}
