import Configuration
import Testing

struct StructureTests {
    @Test(
        "What makes YAML ambiguous is refused with its place",
        arguments: [
            ("name: web server", "name: &a web server", 16, 11, "An anchor"),
            ("ec: [P-256], rsa: {}", "ec: &a [P-256], rsa: {}", 21, 17, "An anchor"),
            ("token: main", "&a token: main", 11, 5, "An anchor"),
            ("name: web server", "name: !!str web server", 16, 11, "A tag"),
            ("name: web server", "name: !x \"web server\"", 16, 11, "A tag"),
            ("[digitalSignature]", "!!set [digitalSignature]", 22, 15, "A tag"),
            ("{ mayBeEmpty: true }", "!x { mayBeEmpty: true }", 18, 14, "A tag"),
            ("{ mayBeEmpty: true }", "{ mayBeEmpty: true, <<: {} }", 18, 34, "A merge key"),
            ("{ mayBeEmpty: true }", "{ ? [a] : b }", 18, 18, "A key has to be a plain text"),
            ("version: 1", "version: 1\nversion: 1", 1, 1, "`version` stands more than once"),
            ("version: 1", "version: 1\n\"version\": 1", 1, 1, "`version` stands more than once"),
            (
                "{ mayBeEmpty: true }", "{ mayBeEmpty: true, mayBeEmpty: true }", 18, 16,
                "`mayBeEmpty` stands more than once"
            ),
            ("[\"*.internal.example\"]", "[*.internal.example]", 20, 25, "has to stand in quotes"),
            (
                "maximumValidity: 90d\n", "maximumValidity: 90d\n---\nversion: 1\n", 24, 1,
                "A second document begins here"
            ),
            ("version: 1", "version: 1\n\tsocket: {}", 2, 1, "This is not YAML"),
            ("version: 1", "version: ]", 1, 10, "This is not YAML"),
            ("version: 1", "version: 1 # \u{7}", 1, 14, "This is not YAML"),
        ] as [(String, String, Int, Int, String)])
    func ambiguities(old: String, new: String, line: Int, column: Int, words: String) throws {
        let problems = Examples.problems(try Edit(old, new).applied(to: Examples.smallest))
        let problem = try #require(problems.first, "it was taken")
        #expect(problem.message.contains(words), "\(problem)")
        #expect([problem.line, problem.column] == [line, column], "\(problem)")
        #expect(problem.path.isEmpty)
    }

    @Test("An alias is refused at its anchor, however much it would unfold to")
    func aliases() {
        var yaml = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let problems = Examples.problems(yaml)
        #expect(problems.count == 31)
        #expect(problems.allSatisfy { $0.message.contains("An anchor") })
    }

    @Test(
        "A file that holds no mapping is refused",
        arguments: [
            ("", "The file is empty"), ("# nothing\n", "The file is empty"),
            ("---\n...\n", "is nothing, not a mapping"),
            ("version", "is a text, not a mapping"), ("- version: 1", "is a list, not a mapping"),
            ("\u{FEFF}version: 1", "byte order mark"), ("{}", "The file has no `version`"),
        ])
    func noMapping(yaml: String, words: String) throws {
        #expect(Examples.problems(yaml).contains { $0.message.contains(words) }, "\(Examples.problems(yaml))")
    }

    @Test("Bytes that are no UTF-8 are refused")
    func encoding() {
        #expect(throws: ConfigurationError.self) {
            try ServiceConfiguration(yaml: [0x76, 0xff], path: "x.yaml", methods: [])
        }
    }

    @Test("Nesting of any depth is refused without a crash", arguments: ["[", "{a: ", "- "])
    func depth(opening: String) {
        #expect(!Examples.problems(String(repeating: opening, count: 100_000)).isEmpty)
        #expect(!Examples.problems("version: " + String(repeating: opening, count: 900)).isEmpty)
    }

    @Test("All problems are reported at once, in the order of the file, each with its place")
    func allAtOnce() throws {
        let yaml = """
            version: 1
            socket: { mode: "9999", modus: 1 }
            limits: { connections: many }
            tokens:
              - name: a
                module: x.so
                uri: pkcs11:token=a
                pin: {}
              - name: A
                module: /x.so
                uri: pkcs11:token=b
                pin: { file: pin }
            authorities:
              - id: root
                token: b
                key: pkcs11:object=root
                chain: root.pem
            """
        let problems = Examples.problems(yaml)
        #expect(
            problems.map { "\($0.line ?? 0):\($0.column ?? 0) \($0.path)" } == [
                "1:1 ", "2:17 socket.mode", "2:25 socket.modus", "3:24 limits.connections", "6:13 tokens[0].module",
                "8:10 tokens[0].pin", "9:11 tokens[1].name", "15:12 authorities[0].token",
            ])
    }

    @Test("A problem is written as compilers write it, a line each")
    func description() {
        let error = ConfigurationError(
            file: "a.yaml",
            problems: [
                .init(line: nil, column: nil, path: "", message: "The file is empty."),
                .init(line: 3, column: 7, path: "socket.mode", message: "is not a mode"),
            ])
        #expect(error.description == "a.yaml: The file is empty.\na.yaml:3:7: socket.mode is not a mode")
    }

    @Test("Any mutilation of the example is read or refused, never a crash")
    func mutilations() throws {
        let seed = UInt64(environment("COUNTERSIGN_TEST_SEED") ?? "") ?? .random(in: .min ... .max)
        var random = SplitMix64(state: seed)
        let original = Array(try Examples.everyKey.utf8)
        for round in 0..<300 {
            var bytes = original
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 0...20, using: &random))
                let marks = Array("&*!|>[]{}:,#'\"%@`-? \n\t0ä\u{0}".utf8)
                let new = (0...Int.random(in: 0...3, using: &random)).map { _ in
                    marks[Int.random(in: 0..<marks.count, using: &random)]
                }
                bytes.replaceSubrange(start..<end, with: new)
            }
            do throws(ConfigurationError) {
                _ = try ServiceConfiguration(yaml: bytes, path: "/x.yaml", methods: Examples.methods)
            } catch {
                #expect(!error.problems.isEmpty, "seed \(seed), round \(round)")
            }
        }
    }
}
