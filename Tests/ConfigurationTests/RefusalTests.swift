import Configuration
import Testing

/// What is wrong, and where it is said to be, in the smallest example with one edit.
struct Refusal: Sendable, CustomTestStringConvertible {
    let edit: Edit
    let path: String
    /// Part of the message.
    let words: String

    init(_ old: String, _ new: String, _ path: String, _ words: String) {
        edit = Edit(old, new)
        self.path = path
        self.words = words
    }

    var testDescription: String { edit.testDescription }

    /// The smallest example with the edit has this one problem, at a place.
    func check() throws {
        let problems = Examples.problems(try edit.applied(to: Examples.smallest))
        let problem = try #require(problems.first, "it was taken")
        #expect(problems.count == 1, "\(problems)")
        #expect(problem.path == path)
        #expect(problem.message.contains(words), "\(problem.message)")
        #expect(problem.line != nil && problem.column != nil)
    }
}

struct RefusalTests {
    @Test(
        "An unknown key is refused by name, with the one that was meant",
        arguments: [
            Refusal(
                "maximumValidity:", "maximumValidty: 90d\n    maximumValidity:", "profiles[0].maximumValidty",
                "did you mean `maximumValidity`?"),
            Refusal("version: 1", "version: 1\nsockets: {}", "sockets", "did you mean `socket`?"),
            Refusal("version: 1", "version: 1\nlimit: {}", "limit", "did you mean `limits`?"),
            Refusal(
                "mayBeEmpty: true", "mayBeEmpty: true, maybeempty: true", "profiles[0].subject.maybeempty",
                "did you mean `mayBeEmpty`?"),
            Refusal(
                "mayBeEmpty: true", "mayBeEmpty: true, zebra: true", "profiles[0].subject.zebra",
                "known here: anyField, fields, mayBeEmpty"),
            Refusal(
                "mayBeEmpty: true", "mayBeEmpty: true, fields: {ou: {}}", "profiles[0].subject.fields.ou",
                "did you mean `OU`?"),
            Refusal(
                "rsa: {}", "rsa: { minimumBit: 2048 }", "profiles[0].keys.rsa.minimumBit", "did you mean `minimumBits`?"
            ),
            Refusal(
                "dns: {", "dsn: {}\n      dns: {", "profiles[0].subjectAlternativeNames.dsn", "did you mean `dns`?"),
        ])
    func unknownKeys(refusal: Refusal) throws { try refusal.check() }

    @Test(
        "A required key that is missing is refused at its mapping",
        arguments: [
            Refusal("version: 1\n", "", "", "The file has no `version`"),
            Refusal("    keyUsage: [digitalSignature]\n", "", "profiles[0]", "has no `keyUsage`"),
            Refusal("    maximumValidity: 90d\n", "", "profiles[0]", "has no `maximumValidity`"),
            Refusal("    token: main\n", "", "authorities[0]", "has no `token`"),
            Refusal("    chain: issuing-chain.pem\n", "", "authorities[0]", "has no `chain`"),
            Refusal(
                "allowed: [\"*.internal.example\"]", "", "profiles[0].subjectAlternativeNames.dns", "has no `allowed`"),
            Refusal("  directory: /var/lib/countersign/journal", "  {}", "journal", "has no `directory`"),
        ])
    func missingKeys(refusal: Refusal) throws { try refusal.check() }

    @Test(
        "A value of another type, or of a doubtful one, is refused with what was found",
        arguments: [
            Refusal("version: 1", "version: \"1\"", "version", "is a text, not a whole number"),
            Refusal("version: 1", "version: 2", "version", "this program reads version 1"),
            Refusal("version: 1", "version: 01", "version", "doubtful, perhaps an octal number"),
            Refusal("version: 1", "version: 0x1", "version", "doubtful, perhaps a number"),
            Refusal("version: 1", "version: 1.0", "version", "doubtful, perhaps a number"),
            Refusal("version: 1", "version: 99999999999999999999", "version", "doubtful, perhaps a number"),
            Refusal("version: 1", "version:", "version", "is nothing, not a whole number"),
            Refusal("version: 1", "version: [1]", "version", "is a list"),
            Refusal(
                "mayBeEmpty: true", "mayBeEmpty: yes", "profiles[0].subject.mayBeEmpty",
                "boolean to some readers of YAML only"),
            Refusal(
                "mayBeEmpty: true", "mayBeEmpty: On", "profiles[0].subject.mayBeEmpty",
                "boolean to some readers of YAML only"),
            Refusal(
                "mayBeEmpty: true", "mayBeEmpty: TRUE", "profiles[0].subject.mayBeEmpty",
                "boolean to some readers of YAML only"),
            Refusal(
                "mayBeEmpty: true", "mayBeEmpty: 1", "profiles[0].subject.mayBeEmpty",
                "is a whole number, not a boolean"),
            Refusal(
                "mayBeEmpty: true", "mayBeEmpty: \"true\"", "profiles[0].subject.mayBeEmpty", "is a text, not a boolean"
            ),
            Refusal("name: web server", "name: no", "profiles[0].name", "is a boolean to some readers of YAML"),
            Refusal("name: web server", "name: 1_000", "profiles[0].name", "is a number to some readers"),
            Refusal("name: web server", "name: 1:30", "profiles[0].name", "is a number to some readers"),
            Refusal("name: web server", "name: .5", "profiles[0].name", "is a number to some readers"),
            Refusal("name: web server", "name: 1e3", "profiles[0].name", "is a number to some readers"),
            Refusal("name: web server", "name: 0o17", "profiles[0].name", "is an octal number to some readers"),
            Refusal("name: web server", "name: 2026-11-21", "profiles[0].name", "is a date to some readers"),
            Refusal("name: web server", "name: 12", "profiles[0].name", "is a whole number, not a text"),
            Refusal("name: web server", "name: ~", "profiles[0].name", "has no value"),
            Refusal("name: web server", "name: \"\"", "profiles[0].name", "is an empty text"),
            Refusal("name: web server", "name: \"a\\nb\"", "profiles[0].name", "control character"),
            Refusal("name: web server", "name: \"a\\u202eb\"", "profiles[0].name", "the character U+202E"),
            Refusal("name: web server", "name: \"a\\u200b\"", "profiles[0].name", "the character U+200B"),
            Refusal("name: web server", "name: |\n      web", "profiles[0].name", "control character or a line break"),
            Refusal("maximumValidity: 90d", "maximumValidity: 90", "profiles[0].maximumValidity", "is a bare number"),
            Refusal(
                "maximumValidity: 90d", "maximumValidity: 1.5d", "profiles[0].maximumValidity",
                "is not a whole number and a unit"),
            Refusal(
                "maximumValidity: 90d", "maximumValidity: none", "profiles[0].maximumValidity",
                "is not a whole number and a unit"),
            Refusal(
                "maximumValidity: 90d", "maximumValidity: 90d\n    backdate: 60", "profiles[0].backdate",
                "is a bare number"),
            Refusal("  - name: main", "    name: main", "tokens", "is a mapping, not a list"),
            Refusal(
                "subject: { mayBeEmpty: true }", "subject: anything", "profiles[0].subject", "is a text, not a mapping"),
        ])
    func types(refusal: Refusal) throws { try refusal.check() }

    @Test(
        "An empty list where something is needed is refused",
        arguments: [
            Refusal("keyUsage: [digitalSignature]", "keyUsage: []", "profiles[0].keyUsage", "is an empty list"),
            Refusal(
                "allowed: [\"*.internal.example\"]", "allowed: []", "profiles[0].subjectAlternativeNames.dns.allowed",
                "is an empty list"),
            Refusal("ec: [P-256]", "ec: []", "profiles[0].keys.ec", "is an empty list"),
            Refusal("version: 1", "version: 1\naccess: []", "access", "is an empty list"),
            Refusal(
                "version: 1", "version: 1\naccess: [{uid: 1, methods: []}]", "access[0].methods", "is an empty list"),
            Refusal(
                "maximumValidity: 90d", "maximumValidity: 90d\n    extendedKeyUsages: []",
                "profiles[0].extendedKeyUsages", "is an empty list"),
        ])
    func emptyLists(refusal: Refusal) throws { try refusal.check() }
}
