import Foundation
import JSONRPC
import PKCS11
import TestSupport
import Testing

/// An existing CA's key moves into a token, by the tool alone; `openssl` made the key, and `pkcs11-tool` looks at what became of it.
@Suite("key import")
struct KeyImportTests {
    private let bench: OperatorBench
    private var folder: String { bench.folder }
    private let openssl: OpenSSLTool

    init() throws {
        bench = try OperatorBench()
        openssl = try OpenSSLTool()
        for (name, text) in [("passphrase", "open sesame"), ("wrong", "Open sesame")] {
            try bench.write(text + "\n", name)
        }
        let made = try bench.initialize()
        #expect(made.status == 0, "\(made)")
        try openssl.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "key")
        try openssl.run("req", "-x509", "-new", "-key", "key", "-subj", "/CN=Old CA", "-out", "certificate")
        try file(
            "encrypted", try openssl.run("pkcs8", "-topk8", "-in", "key", "-passout", "pass:open sesame"))
    }

    /// Writes a file that is the operator's alone.
    private func file(_ name: String, _ octets: [UInt8]) throws {
        try Data(octets).write(to: URL(fileURLWithPath: folder + "/" + name))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/" + name)
    }

    private func tool(_ command: String, _ arguments: [String]) throws -> ChildProcess.Ended {
        let all = [command] + arguments
        return try command == "key" ? bench.loggedIn(all) : bench.tool(all)
    }

    private func bringIn(_ label: String, _ name: String, _ more: String...) throws -> ChildProcess.Ended {
        try tool("key", ["import", "pkcs11:token=ca;object=\(label)", "--from", "\(folder)/\(name)"] + more)
    }

    private func pkcs11Tool(_ arguments: String...) throws -> ChildProcess.Ended {
        try ChildProcess.run(
            "pkcs11-tool",
            ["--module", SoftHSM.modulePath, "--token-label", "ca", "--login", "--pin", "1234"] + arguments,
            environment: SoftHSM.environment(of: folder))
    }

    @Test("an encrypted key moves into the token, and signs there under the CA's certificate, as others see it, too")
    func wholeWay() throws {
        let certificate = openssl.folder.path + "/certificate"
        let ended = try bringIn(
            "issuing", "encrypted", "--passphrase-file", folder + "/passphrase", "--certificate", certificate, "--json")
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.errors == "")
        let told = try JSONValue(parsing: Array(ended.output.utf8.dropLast()))
        #expect(told["type"]?.string == "EC P-384")
        #expect(told["broughtIn"]?.string == "unwrapped")
        #expect(told["generatedInToken"]?.bool == false)
        #expect(told["warnings"]?.array?.isEmpty == true && told["fileWarnings"]?.array?.isEmpty == true)
        #expect(told["notes"]?.array?.count == 2)
        let id = try #require(told["id"]?.string)

        let seen = try pkcs11Tool("--list-objects", "--type", "privkey")
        #expect(seen.output.contains("Usage:      sign\n") && seen.output.contains(id), "\(seen)")
        #expect(seen.output.contains("Access:     sensitive\n"), "\(seen)")
        try openssl.write(Array("what is signed".utf8), to: "message")
        try openssl.run("dgst", "-sha384", "-binary", "-out", "digest", "message")
        let signed = try pkcs11Tool(
            "--sign", "--id", id, "--mechanism", "ECDSA", "--signature-format", "openssl", "--input-file",
            openssl.folder.path + "/digest", "--output-file", openssl.folder.path + "/signature")
        #expect(signed.status == 0, "\(signed)")
        try openssl.run("x509", "-in", "certificate", "-pubkey", "-noout", "-out", "public")
        try openssl.run("dgst", "-sha384", "-verify", "public", "-signature", "signature", "message")

        // The label, and the key itself.
        for label in ["issuing", "other"] {
            let again = try bringIn(label, "encrypted", "--passphrase-file", folder + "/passphrase")
            #expect(again.status == 73, "\(again)")
        }
    }

    @Test("a key that lies open is imported, and said to")
    func warned() throws {
        try file("plain", openssl.read("key"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder + "/plain")
        let ended = try bringIn("issuing", "plain")
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.errors.contains("is not encrypted") && ended.errors.contains("mode 644"), "\(ended)")
        #expect(ended.output.contains("still holds the key") && ended.output.contains("requireGeneratedInToken"))
        // What is told of a secret is that there is one.
        #expect(!ended.output.contains("PRIVATE"))
    }

    @Test("what cannot be imported is told by message and exit code, and nothing is in the token then")
    func refused() throws {
        let key = try openssl.read("key")
        try file("two", key + key)
        try file("empty", [])
        try file("huge", [UInt8](repeating: 0x20, count: 1 << 20))
        try file("broken", Array(key.dropLast(80)))
        try file("old", openssl.run("ec", "-in", "key", "-aes256", "-passout", "pass:open sesame"))
        try file("koblitz", openssl.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"))
        try file("short", openssl.run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"))
        try file(
            "cubic",
            openssl.run(
                "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3"))
        try file("another", openssl.run("genpkey", "-algorithm", "ED25519"))
        let certificate = openssl.folder.path + "/certificate"
        for (name, more, status, words) in [
            ("encrypted", ["--passphrase-file", folder + "/wrong"], Int32(66), "passphrase is wrong"),
            ("encrypted", ["--passphrase-file", folder + "/none"], 66, "the passphrase file"),
            ("two", [], 66, "more than one private key"), ("empty", [], 66, "is empty"), ("huge", [], 66, "larger"),
            ("broken", [], 66, "cannot be read as a private key"), ("old", [], 66, "openssl pkcs8 -topk8"),
            ("koblitz", [], 65, "none for a CA"), ("short", [], 65, "none for a CA"), ("cubic", [], 65, "exponent"),
            ("another", ["--certificate", certificate], 65, "is not that of the certificate"),
            ("absent", [], 66, "absent"),
        ] as [(String, [String], Int32, String)] {
            let ended = try tool(
                "key", ["import", "pkcs11:token=ca;object=new", "--from", "\(folder)/\(name)"] + more)
            #expect(ended.status == status && ended.errors.contains(words), "\(name): \(ended)")
            #expect(ended.output == "" && !ended.errors.contains("sesame"), "\(name): \(ended)")
        }
        let nameless = try tool("key", ["import", "pkcs11:token=ca", "--from", folder + "/two"])
        #expect(nameless.status == 64, "\(nameless)")
        let objects = try pkcs11Tool("--list-objects")
        #expect(objects.output == "" || !objects.output.contains("Object"), "\(objects)")
    }

    /// Starts an import through a module that is about to misbehave, and waits for it to be at that point.
    private func importing(through module: FaultyModule, until function: String) async throws -> ChildProcess {
        let process = try ChildProcess(
            RunningDaemon.program("countersign"),
            [
                "key", "import", "pkcs11:token=ca;object=issuing", "--from", folder + "/encrypted", "--passphrase-file",
                folder + "/passphrase", "--module", module.path, "--pin-file", folder + "/pin",
            ], environment: SoftHSM.environment(of: folder))
        let deadline = ContinuousClock.now + patience
        while module.count(of: function) == 0, process.exitStatus == nil, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        return process
    }

    @Test(
        "an interruption waits until the key is whole; a crash leaves one that can be seen, deleted and imported again")
    func interrupted() async throws {
        let module = try FaultyModule()
        try module.set("C_SignInit 1 1 hang")
        let killed = try await importing(through: module, until: "C_SignInit")
        killed.signal(SIGKILL)
        _ = try killed.wait()
        let left = try tool("key", ["list", "pkcs11:token=ca"])
        #expect(left.output.contains("issuing"), "\(left)")
        let deleted = try tool("key", ["delete", "pkcs11:token=ca;object=issuing", "--label", "issuing"])
        #expect(deleted.status == 0, "\(deleted)")

        let other = try FaultyModule()
        try other.set("C_SignInit 1 1 hang")
        let process = try await importing(through: other, until: "C_SignInit")
        for number in [SIGINT, SIGTERM, SIGHUP] { process.signal(number) }
        try other.set()
        let ended = try process.wait()
        #expect(ended.status == 0, "\(ended)")
        #expect(
            try tool("key", ["show", "pkcs11:token=ca;object=issuing", "--test"]).output.contains("CKM_ECDSA: signs"))
    }

    @Test("a token with one try left is not logged in to, and nobody is asked, unless --final-try says so")
    func finalTry() throws {
        let module = try FaultyModule()
        func list(_ flags: String, _ more: String...) throws -> ChildProcess.Ended {
            try module.set("C_GetTokenInfo 1 99 flags \(flags)")
            return try ChildProcess.run(
                RunningDaemon.program("countersign"),
                ["key", "list", "pkcs11:token=ca", "--module", module.path, "--pin-file", folder + "/pin"] + more,
                environment: SoftHSM.environment(of: folder))
        }
        // CKF_USER_PIN_COUNT_LOW, _FINAL_TRY, _LOCKED.
        let low = try list("10000")
        #expect(low.status == 0 && low.errors.contains("may lock after a few more"), "\(low)")
        let refused = try list("20000")
        #expect(refused.status == 77 && refused.errors.contains("--final-try"), "\(refused)")
        let taken = try list("20000", "--final-try")
        #expect(taken.status == 0 && taken.errors.contains("the last try"), "\(taken)")
        #expect(try list("40000", "--final-try").status == 77)
        #expect(module.count(of: "C_Login") == 2)

        // The security officer's: CKF_SO_PIN_FINAL_TRY.
        try module.set("C_GetTokenInfo 1 99 flags 200000")
        let serial = try #require(
            JSONValue(parsing: Array(tool("token", ["list", "--json"]).output.utf8.dropLast())).array?
                .first { $0["label"]?.string == "ca" }?["serial"]?.string)
        try file("serial", Array((serial + "\n").utf8))
        let erased = try ChildProcess(
            RunningDaemon.program("countersign"),
            [
                "token", "init", "--label", "ca", "--erase", serial, "--module", module.path, "--pin-file",
                folder + "/pin",
                "--so-pin-file", folder + "/so-pin",
            ], environment: SoftHSM.environment(of: folder), input: folder + "/serial"
        ).wait()
        #expect(erased.status == 77 && erased.errors.contains("--final-try"), "\(erased)")
        #expect(module.count(of: "C_Login") == 2)
    }

    @Test("the passphrase is asked for on the terminal, which shows nothing of it")
    func asked() throws {
        let ended = try bench.typing(
            [#"open sesame\n"#],
            [
                "key", "import", "pkcs11:token=ca;object=issuing", "--from", folder + "/encrypted", "--pin-file",
                folder + "/pin",
            ])
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("passphrase of") && !ended.output.contains("sesame"), "\(ended)")
    }
}
