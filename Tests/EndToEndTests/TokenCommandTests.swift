import Foundation
import Issuance
import JSONRPC
import TestSupport
import Testing

/// An operator's way from a blank token to a key, by the tool alone.
@Suite("token and key commands")
struct TokenCommandTests {
    private let bench: OperatorBench
    private var folder: String { bench.folder }

    init() throws { bench = try OperatorBench() }

    private func tool(_ arguments: String...) throws -> ChildProcess.Ended { try bench.tool(arguments) }
    private func initialize(_ label: String = "ca") throws -> ChildProcess.Ended { try bench.initialize(label) }
    private func json(_ ended: ChildProcess.Ended) throws -> JSONValue { try bench.json(ended) }

    @Test("a blank token becomes one with a key, which pkcs11-tool sees as it should be, and which can be deleted")
    func wholeWay() throws {
        let blank = try json(try tool("token", "list", "--json"))
        #expect(blank.array?.contains { $0["initialized"]?.bool == true } == false)
        #expect(try initialize().status == 0)
        let again = try initialize()
        #expect(again.status == 64, "\(again)")
        let uri = "pkcs11:token=ca;object=issuing"
        let pin = folder + "/pin"
        let made = try json(
            try tool("key", "generate", uri, "--type", "p384", "--pin-file", pin, "--json"))
        #expect(made["type"]?.string == "EC P-384")
        #expect(made["generatedInToken"]?.bool == true)
        #expect(made["warnings"]?.array?.isEmpty == true)
        let taken = try tool("key", "generate", uri, "--type", "p256", "--pin-file", pin)
        #expect(taken.status == 73, "\(taken)")

        let seen = try ChildProcess.run(
            "pkcs11-tool",
            ["--module", SoftHSM.modulePath, "--token-label", "ca", "--login", "--pin", "1234", "--list-objects"],
            environment: SoftHSM.environment(of: folder))
        #expect(seen.output.contains("sensitive, always sensitive, never extractable, local"), "\(seen)")
        #expect(seen.output.contains("Usage:      sign\n"), "\(seen)")
        #expect(seen.output.contains(made["id"]?.string ?? "?"), "\(seen)")

        let listed = try json(try tool("key", "list", "pkcs11:token=ca", "--pin-file", pin, "--json"))
        #expect(listed.array?.compactMap { $0["id"] } == [made["id"] ?? .null])
        let shown = try tool("key", "show", uri, "--test", "--pin-file", pin)
        #expect(shown.output.contains("CKM_ECDSA: signs"), "\(shown)")
        #expect(shown.output.contains("-----BEGIN PUBLIC KEY-----"))

        #expect(try tool("key", "delete", uri, "--pin-file", pin).status == 64)
        #expect(try tool("key", "delete", uri, "--pin-file", pin, "--label", "other").status == 65)
        #expect(try tool("key", "delete", uri, "--pin-file", pin, "--label", "issuing").status == 0)
        #expect(try tool("key", "show", uri, "--pin-file", pin).status == 68)
    }

    @Test("what is wrong is told by message and exit code, and the PIN is never told")
    func refused() throws {
        #expect(try initialize().status == 0)
        let uri = "pkcs11:token=ca;object=issuing"
        let wrong = try tool("key", "generate", uri, "--type", "p256", "--pin-file", folder + "/wrong-pin")
        #expect(wrong.status == 77, "\(wrong)")
        #expect(wrong.errors.contains("tried once"))
        #expect(!wrong.errors.contains("4321"))
        let after = try json(try tool("token", "list", "--json"))
        #expect(after.array?.contains { $0["userPin"]?.string == "wrong ones were tried" } == true)
        let absent = try tool("key", "list", "pkcs11:token=other", "--pin-file", folder + "/pin")
        #expect(absent.status == 66, "\(absent)")
        let nameless = try tool("key", "generate", "pkcs11:token=ca", "--type", "p256", "--pin-file", folder + "/pin")
        #expect(nameless.status == 64, "\(nameless)")
        let library = try ChildProcess.run(
            RunningDaemon.program("countersign"), ["token", "list", "--module", "/usr/bin/env"])
        #expect(library.status == 66, "\(library)")
        let none = try ChildProcess.run(RunningDaemon.program("countersign"), ["token", "list"])
        #expect(none.status == 64, "\(none)")
        // Nobody is there to be asked: no terminal.
        let silent = try ChildProcess.run(
            "setsid",
            [
                "--wait", RunningDaemon.program("countersign"), "key", "list", "pkcs11:token=ca", "--module",
                SoftHSM.modulePath,
            ], environment: SoftHSM.environment(of: folder))
        #expect(silent.status == 66, "\(silent)")
        #expect(silent.errors.contains("--pin-file"))
    }

    private func typing(_ typed: [String], _ arguments: String...) throws -> ChildProcess.Ended {
        try bench.typing(typed, arguments)
    }

    @Test("a person is asked on the terminal, which shows nothing of the PIN, and can correct it or break off")
    func asked() throws {
        let made = try typing(
            [#"56789\n"#, #"56789\n"#, #"1234\n"#, #"1234\n"#], "token", "init", "--label", "ca")
        #expect(made.status == 0, "\(made)")
        #expect(!made.output.contains("1234") && !made.output.contains("56789"), "\(made)")
        let differing = try typing([#"56789\n"#, #"56780\n"#], "token", "init", "--label", "other")
        #expect(differing.status == 65, "\(differing)")
        #expect(differing.output.contains("nothing was changed"))
        for typed in [#"1234\n"#, #"12x\x7f34\r"#] {
            let listed = try typing([typed], "key", "list", "pkcs11:token=ca")
            #expect(listed.status == 0, "\(listed)")
            #expect(!listed.output.contains("12"), "\(listed)")
        }
        // ^C and ^D, at once.
        for typed in [#"12\x03"#, #"\x04"#] {
            let left = try typing([typed], "key", "list", "pkcs11:token=ca")
            #expect(left.status == 66, "\(left)")
            #expect(left.output.contains("was not entered"), "\(left)")
        }
        // None of that was a wrong PIN.
        let after = try json(try tool("token", "list", "--json"))
        #expect(after.array?.contains { $0["userPin"]?.string == "wrong ones were tried" } == false)
    }

    @Test("a key that an authority uses is told so and not deleted; module and PIN come from the configuration")
    func serving() async throws {
        let bed = try await TestBed.shared()
        let configuration = try TestConfiguration(["p256"])
        try configuration.write(bed.tree)
        func key(_ arguments: String...) throws -> ChildProcess.Ended {
            try ChildProcess.run(
                RunningDaemon.program("countersign"), ["key"] + arguments + ["--config", configuration.path],
                environment: configuration.environment)
        }
        let uri = "\(bed.tree.token.uri);object=p256"
        let shown = try key("show", uri)
        #expect(shown.status == 0, "\(shown)")
        #expect(shown.output.contains(/serves +p256\n/), "\(shown)")
        let told = try json(try key("show", uri, "--json", "--test"))
        #expect(told["serves"]?.array == ["p256"])
        #expect(told["tests"]?.array?.contains { $0["works"]?.bool == true } == true)
        let refused = try key("delete", uri, "--label", "p256")
        #expect(refused.status == 65, "\(refused)")
        #expect(refused.errors.contains("Nothing was deleted"), "\(refused)")
        // No authority of this configuration has it.
        let other = "\(bed.tree.token.uri);object=p384"
        #expect(try key("show", other).output.contains("no authority of the configuration"))
        #expect(try key("delete", other, "--label", "p384").status == 0)
        #expect(try key("show", other).status == 68)
        #expect(try key("show", uri).status == 0)
    }

    @Test("two tokens of one label are not made, and one that has keys is not begun anew without its serial")
    func erase() throws {
        #expect(try initialize().status == 0)
        let erased = try tool(
            "token", "init", "--label", "new", "--erase", "0000", "--so-pin-file", folder + "/so-pin", "--pin-file",
            folder + "/pin")
        // Nobody confirms.
        #expect(erased.status == 65, "\(erased)")
        #expect(try json(try tool("token", "list", "--json")).array?.contains { $0["label"]?.string == "ca" } == true)
    }
}
