import Yams

/// What is wrong with a text before it means anything.
struct YAMLSyntaxError: Error {
    let problems: [ConfigurationError.Problem]

    init(problems: [ConfigurationError.Problem]) {
        self.problems = problems
    }

    init(line: Int?, column: Int?, _ sentence: String) {
        problems = [.init(line: line, column: column, path: "", message: sentence)]
    }

    /// libYAML's words with their place; not its excerpt of the line, which could hold what should not be in a log.
    init(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let words = [context?.text, problem].compactMap(\.self).joined(separator: ", ")
            self.init(line: mark.line, column: mark.column, "This is not YAML: \(words).\(Self.hint(words))")
        case .composer(_, let problem, let mark, _):
            let sentence =
                problem.contains("another document")
                ? "A second document begins here; the file holds one." : "This is not YAML: \(problem)."
            self.init(line: mark.line, column: mark.column, sentence)
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = 1 + before.count { $0.isNewline }
            let column = 1 + before.reversed().prefix { !$0.isNewline }.count
            self.init(line: line, column: column, "This is not YAML: \(problem).")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "`\($0)`" }.joined(separator: ", ")
            self.init(
                line: context.mark.line, column: context.mark.column,
                "\(keys) stands more than once in the same mapping, here first; what is written twice is doubtful.")
        default:
            self.init(line: nil, column: nil, "The file cannot be read as YAML: \(error).")
        }
    }

    /// A pattern such as `*.example.org` without quotes is the commonest slip, and libYAML's words for it help nobody.
    private static func hint(_ words: String) -> String {
        if words.contains("alias") { return " A text that begins with `*` has to stand in quotes." }
        if words.contains("anchor") { return " A text that begins with `&` has to stand in quotes." }
        if words.contains("tab") || words.contains("cannot start any token") {
            return " Indent with spaces, and put a text with marks of its own in quotes."
        }
        return ""
    }
}
