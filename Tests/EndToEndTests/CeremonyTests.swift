import Foundation
import Issuance
import JSONRPC
import Ledger
import TestSupport
import Testing

/// From an empty token to a CA that signs, by the tool alone: openssl only judges.
@Suite("ceremonies by command", .serialized)
struct CeremonyTests {
    private let bench: OperatorBench
    private static let root = "pkcs11:token=ca;object=root"

    init() throws {
        bench = try OperatorBench()
        #expect(try bench.initialize().status == 0)
        try makeKey("root", "p384")
    }

    private func makeKey(_ label: String, _ type: String) throws {
        let made = try bench.loggedIn(["key", "generate", "pkcs11:token=ca;object=\(label)", "--type", type])
        #expect(made.status == 0, "\(made)")
    }

    private func ca(_ arguments: String...) throws -> ChildProcess.Ended { try bench.loggedIn(["ca"] + arguments) }

    /// Prepares a ceremony in a folder of that name.
    private func prepare(_ act: String, _ name: String, _ arguments: [String]) throws -> JSONValue {
        try bench.json(
            try bench.loggedIn(["ca", act, bench.path(name)] + arguments + ["--dry-run", "--json"]))
    }

    /// Prepares and confirms it.
    @discardableResult
    private func hold(_ act: String, _ name: String, _ arguments: [String]) throws -> String {
        let hash = try #require(try prepare(act, name, arguments)["sha256"]?.string)
        let signed = try bench.json(try ca(act, bench.path(name), "--confirm", hash, "--json"))
        #expect(signed["signed"]?.bool == true && signed["wasDone"]?.bool == false)
        return try #require(signed["path"]?.string)
    }

    private static let rootFlags = [
        "--authority", "root", "--key", root, "--subject", "C=SE", "--subject", "CN=Root", "--validity", "20y",
    ]

    private func openssl(_ arguments: String...) throws -> ChildProcess.Ended {
        try ChildProcess.run("openssl", arguments)
    }

    @Test("root, intermediate and its certificate: openssl takes the chain, and a daemon signs by it")
    func wholeWay() async throws {
        try makeKey("issuing", "p256")
        let root = try hold("create-root", "root", Self.rootFlags)
        #expect(try openssl("verify", "-x509_strict", "-check_ss_sig", "-CAfile", root, root).status == 0)
        let request = try hold(
            "create-intermediate", "issuing",
            [
                "--authority", "issuing", "--key", "pkcs11:token=ca;object=issuing", "--subject", "C=SE", "--subject",
                "CN=Issuing",
            ])
        #expect(try openssl("req", "-in", request, "-noout", "-verify").status == 0)
        let issuing = try hold(
            "sign-csr", "certificate",
            [
                "--authority", "root", "--key", Self.root, "--issuer", root, "--csr", request, "--validity", "10y",
                "--path-length", "0", "--crl-distribution-point", "http://pki.example/root.crl",
            ])
        let judged = try openssl("verify", "-x509_strict", "-CAfile", root, issuing)
        #expect(judged.status == 0, "\(judged)")
        let text = try openssl("x509", "-in", issuing, "-noout", "-text").output
        #expect(text.contains("CA:TRUE, pathlen:0") && text.contains("URI:http://pki.example/root.crl"))
        // A daemon takes what came of it.
        try bench.write(
            String(contentsOfFile: issuing, encoding: .utf8) + String(contentsOfFile: root, encoding: .utf8),
            "chain.pem")
        try bench.write(String(contentsOfFile: root, encoding: .utf8), "root.pem")
        try bench.write(Self.configuration(bench), "countersign.yaml")
        let daemon = try ChildProcess.run(
            RunningDaemon.program("countersignd"),
            ["--config", bench.path("countersign.yaml"), "--check", "--new-journal"],
            environment: bench.environment)
        #expect(daemon.status == 0, "\(daemon)")
        // No use of the root's key is forgotten when its book goes over to a daemon.
        var arguments = ["ledger", "import", "--config", bench.path("countersign.yaml"), "--ca", "root", "--json"]
        arguments += ["root", "certificate"].flatMap { ["--from-journal", bench.path($0) + "/journal"] }
        let imported = try bench.json(
            try ChildProcess.run(
                RunningDaemon.program("countersign"), arguments + ["--new-journal"], environment: bench.environment))
        #expect(imported["certificates"]?["recorded"]?.integer == 2)
    }

    private static func configuration(_ bench: OperatorBench) -> String {
        """
        version: 1
        socket: { path: \(bench.path("socket")) }
        journal: { directory: \(bench.path("journal")) }
        tokens:
          - { name: main, module: \(SoftHSM.modulePath), uri: "pkcs11:token=ca", pin: { file: \(bench.path("pin")) } }
        authorities:
          - { id: root, token: main, key: "pkcs11:object=root", chain: root.pem, requireGeneratedInToken: true }
          - { id: issuing, token: main, key: "pkcs11:object=issuing", chain: chain.pem, requireGeneratedInToken: true }

        """
    }

    @Test("a person confirms on the terminal, by the hash that is shown, and nothing is signed by any other")
    func asked() throws {
        let prepared = try prepare("create-root", "root", Self.rootFlags)
        let hash = try #require(prepared["sha256"]?.string)
        let command = ["ca", "create-root", bench.path("root"), "--pin-file", bench.path("pin")]
        let wrong = hash.hasPrefix("0") ? "11111111" : "00000000"
        for typed in [wrong, String(hash.prefix(7)), ""] {
            let refused = try bench.typing([typed + #"\n"#], command)
            #expect(refused.status == 65, "\(refused)")
            #expect(refused.output.contains("Nothing was signed"), "\(refused)")
        }
        #expect(try Journal.isAbsent(directory: bench.path("root/journal")))
        let signed = try bench.typing([hash.prefix(8) + #"\n"#], command)
        #expect(signed.status == 0, "\(signed)")
        #expect(signed.output.contains("CN=Root") && signed.output.contains(hash))
        #expect(
            try bench.json(try ca("create-root", bench.path("root"), "--confirm", hash, "--json"))["wasDone"]?.bool
                == true)
    }

    @Test("what does not fit is told, with what to do, before a PIN is tried or a folder is made")
    func refused() throws {
        let folder = bench.path("root")
        let early = try ca("create-root", folder, "--confirm", String(repeating: "0", count: 64))
        #expect(early.status == 64 && early.errors.contains("--dry-run"), "\(early)")
        let plan = try bench.tool(["ca", "create-root", folder, "--print-plan"] + Self.rootFlags)
        #expect(plan.status == 0, "\(plan)")
        try bench.write(plan.output, "plan.yaml")
        let same = try bench.tool(["ca", "create-root", folder, "--print-plan", "--plan", bench.path("plan.yaml")])
        #expect(same.output.contains(plan.output.dropLast()), "\(same)")
        let nothing = try ca("create-root", folder)
        #expect(nothing.status == 64 && nothing.errors.contains("--subject"), "\(nothing)")
        let key = try bench.loggedIn(
            [
                "ca", "create-root", folder, "--authority", "root", "--key", "pkcs11:token=ca;object=none", "--subject",
                "CN=Root",
            ]
                + ["--validity", "20y"])
        #expect(key.status == 68, "\(key)")
        let long = try bench.loggedIn(["ca", "create-root", folder] + Self.rootFlags.dropLast() + ["9000y"])
        #expect(long.status == 65 && long.errors.contains("9999"), "\(long)")
        #expect(!FileManager.default.fileExists(atPath: folder))
        _ = try prepare("create-root", "root", Self.rootFlags)
        let silent = try ca("create-root", folder)
        #expect(silent.status == 64 && silent.errors.contains("--confirm"), "\(silent)")
        for flag in ["--plan", "--validity", "--operator"] {
            let other = try ca("create-root", folder, flag, "x")
            #expect(other.status == 64 && other.errors.contains("leave \(flag) away"), "\(other)")
        }
        let kind = try ca("sign-crl", folder)
        #expect(kind.status == 64 && kind.errors.contains("create-root"), "\(kind)")
        let both = try ca("create-root", folder + "-2", "--plan", "x", "--required", "2")
        #expect(both.status == 64 && both.errors.contains("--required"), "\(both)")
        let nobody = try bench.loggedIn(["ca", "create-root", folder + "-2", "--required", "2"] + Self.rootFlags)
        #expect(nobody.status == 64 && nobody.errors.contains("--operator"), "\(nobody)")
        let absent = try ChildProcess.run(RunningDaemon.program("countersign"), ["ca", "check", folder + "-2"])
        #expect(absent.status == 66, "\(absent)")
        let hash = try ca("create-root", folder, "--confirm", String(repeating: "0", count: 64))
        #expect(hash.status == 65, "\(hash)")
        #expect(try Journal.isAbsent(directory: folder + "/journal"))
    }

    @Test(
        "killed at any step, what may have been signed is not signed again, and what was is kept",
        arguments: [("intentDurable", 65), ("signed", 65), ("outcomeDurable", 0)])
    func killed(_ failpoint: String, _ status: Int32) throws {
        let hash = try #require(try prepare("create-root", "root", Self.rootFlags)["sha256"]?.string)
        let confirmed = ["ca", "create-root", bench.path("root"), "--confirm", hash]
        let killed = try bench.loggedIn(confirmed, variables: ["COUNTERSIGN_FAILPOINT": "\(failpoint):1"])
        #expect(killed.status == -9, "\(killed)")
        #expect(!FileManager.default.fileExists(atPath: bench.path("root/certificate.pem")))
        let again = try bench.loggedIn(confirmed)
        #expect(again.status == status, "\(again)")
        if status == 0 {
            let path = bench.path("root/certificate.pem")
            #expect(try openssl("verify", "-x509_strict", "-CAfile", path, path).status == 0)
        } else {
            #expect(again.errors.contains("begin a new ceremony"), "\(again)")
        }
    }

    @Test("operators confirm and sign the transcript with openssl, as the tool tells them to")
    func operators() throws {
        for (name, arguments) in [
            ("alice", ["-algorithm", "ED25519"]), ("bob", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ] {
            let made = try ChildProcess.run("openssl", ["genpkey", "-out", bench.path(name + ".key")] + arguments)
            #expect(made.status == 0, "\(made)")
            #expect(
                try openssl("pkey", "-in", bench.path(name + ".key"), "-pubout", "-out", bench.path(name + ".pem"))
                    .status == 0)
        }
        let flags = Self.rootFlags + ["alice", "bob"].flatMap { ["--operator", bench.path($0 + ".pem")] }
        let prepared = try prepare("create-root", "root", flags)
        let confirmed = ["ca", "create-root", bench.path("root"), "--confirm", prepared["sha256"]?.string ?? ""]
        #expect(try bench.loggedIn(confirmed).status == 77)
        func sign(_ name: String, _ file: String) throws -> String {
            let path = bench.path("\(name)-\(file).sig")
            let signed = try ChildProcess.run(
                "openssl",
                [
                    "pkeyutl", "-sign", "-rawin", "-inkey", bench.path(name + ".key"), "-in",
                    bench.path("root/" + file), "-out", path,
                ]
                    + (name == "bob" ? ["-digest", "sha256"] : []))
            #expect(signed.status == 0, "\(signed)")
            return path
        }
        let confirmations = try ["alice", "bob"].flatMap { ["--confirmation", try sign($0, "statement.txt")] }
        let signed = try bench.loggedIn(confirmed + confirmations)
        #expect(signed.status == 0, "\(signed)")
        let check = ["ca", "check", bench.path("root"), "--transcript-signature", try sign("bob", "transcript.txt")]
        let checked = try ChildProcess.run(RunningDaemon.program("countersign"), check)
        #expect(checked.output.contains("confirmed by operator-1.pem\nconfirmed by operator-2.pem"), "\(checked)")
        #expect(checked.output.contains("transcript signed by operator-2.pem"))
    }

    private func rootSigned(_ certificate: String, _ more: [String] = []) throws -> [String] {
        ["--authority", "root", "--key", Self.root, "--issuer", certificate] + more
    }

    @Test(
        "a CRL names whom the last one named, its number is the next, and a journal that is shared lets none be used twice"
    )
    func crls() throws {
        let root = try hold("create-root", "root", Self.rootFlags)
        let flags = try rootSigned(root, ["--validity", "180d", "--journal", bench.path("book")])
        let first = try hold("sign-crl", "crl-1", flags + ["--previous", "none", "--revoke", "3d3681:superseded"])
        let second = try hold("sign-crl", "crl-2", flags + ["--previous", first, "--revoke", "ff"])
        let text = try openssl("crl", "-inform", "DER", "-in", second, "-CAfile", root, "-noout", "-text")
        #expect(text.status == 0 && text.errors.contains("verify OK"), "\(text)")
        for line in [
            "X509v3 CRL Number: \n                2\n", "Serial Number: 3D3681", "Superseded", "Serial Number: FF",
        ] {
            #expect(text.output.contains(line), "\(line): \(text)")
        }
        // Another one after the first would have the number of the second.
        let again = try bench.loggedIn(
            ["ca", "sign-crl", bench.path("crl-2b"), "--dry-run", "--previous", first, "--revoke", "1"] + flags)
        #expect(again.status == 65 && again.errors.contains("number 2"), "\(again)")
        let verified = try ChildProcess.run(
            RunningDaemon.program("countersign"), ["ledger", "verify", bench.path("book"), "--json"])
        #expect(try bench.json(verified)["records"]?["revoked"]?.integer == 2)
        // Nor one that forgets whom the book has as revoked.
        let forgetful = try bench.loggedIn(
            ["ca", "sign-crl", bench.path("crl-3"), "--dry-run", "--previous", "none", "--first-number", "9"] + flags)
        #expect(forgetful.status == 65 && forgetful.errors.contains("3d3681"), "\(forgetful)")
        for (previous, revoked, message) in [
            (second, "3d3681", "already"), (root, "1", "crl"), (bench.path("none"), "1", "missing"),
            (second, try serial(of: root), "root"),
        ] {
            let refused = try bench.loggedIn(
                ["ca", "sign-crl", bench.path("crl-3"), "--dry-run", "--previous", previous, "--revoke", revoked]
                    + flags)
            #expect(refused.status == 65 || refused.status == 66, "\(refused)")
            #expect(refused.errors.lowercased().contains(message), "\(refused)")
        }
        #expect(!FileManager.default.fileExists(atPath: bench.path("crl-3")))
    }

    private func serial(of certificate: String) throws -> String {
        let shown = try openssl("x509", "-in", certificate, "-noout", "-serial").output
        return String(shown.dropFirst("serial=".count).dropLast())
    }

    @Test("where both keys are at hand, the certificate comes without a request")
    func straight() throws {
        try makeKey("issuing", "p256")
        let root = try hold("create-root", "root", Self.rootFlags)
        let flags = ["--subject", "CN=Issuing", "--certified-key", "pkcs11:token=ca;object=issuing"]
        let below = ["--validity", "10y", "--path-length", "0"]
        let issuing = try hold("create-intermediate", "issuing", try rootSigned(root, flags + below))
        let judged = try openssl("verify", "-x509_strict", "-CAfile", root, issuing)
        #expect(judged.status == 0, "\(judged)")
        let shown = try bench.loggedIn(["key", "show", "pkcs11:token=ca;object=issuing", "--json"])
        #expect(
            try bench.json(shown)["publicKey"]?.string
                == openssl("x509", "-in", issuing, "-noout", "-pubkey").output)
        // The CA's own key is nobody else's.
        let own = ["--subject", "CN=Issuing", "--certified-key", Self.root] + below
        let refused = try bench.loggedIn(
            ["ca", "create-intermediate", bench.path("own"), "--dry-run"] + rootSigned(root, own))
        #expect(refused.status == 65 && refused.errors.contains("key"), "\(refused)")
    }

    @Test("a cross-certificate has name, key and key identifier of the CA, and its certificates hold under both")
    func crossSigned() throws {
        try makeKey("other", "rsa2048")
        let root = try hold("create-root", "root", Self.rootFlags)
        let other = try hold(
            "create-root", "other",
            [
                "--authority", "other", "--key", "pkcs11:token=ca;object=other", "--subject", "CN=Other", "--validity",
                "10y",
            ])
        let cross = try hold(
            "cross-sign", "cross", rootSigned(root, ["--certificate", other, "--validity", "5y", "--path-length", "1"]))
        let judged = try openssl("verify", "-x509_strict", "-CAfile", root, cross)
        #expect(judged.status == 0, "\(judged)")
        for field in ["-subject", "-pubkey"] {
            #expect(
                try openssl("x509", "-in", cross, "-noout", field).output
                    == openssl("x509", "-in", other, "-noout", field).output)
        }
        func identifier(_ path: String) throws -> String {
            try openssl("x509", "-in", path, "-noout", "-ext", "subjectKeyIdentifier").output
        }
        #expect(try identifier(cross) == identifier(other))
        // Only a CA's certificate is another CA's, and one that is what it says.
        let leaf = bench.path("leaf.pem")
        let made = try ChildProcess.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ed25519", "-noenc", "-keyout", bench.path("leaf.key"), "-out", leaf,
                "-subj", "/CN=Leaf",
            ]
                + ["-addext", "basicConstraints=critical,CA:FALSE"])
        #expect(made.status == 0, "\(made)")
        let unfit = try bench.loggedIn(
            ["ca", "cross-sign", bench.path("leaf"), "--dry-run", "--certificate", leaf, "--validity", "5y"]
                + rootSigned(root, ["--path-length", "1"]))
        #expect(unfit.status == 65 && unfit.errors.contains("CA"), "\(unfit)")
        // A root may not be certified by itself in the place of another.
        let own = try bench.loggedIn(
            ["ca", "cross-sign", bench.path("own"), "--dry-run", "--certificate", root, "--validity", "5y"]
                + rootSigned(root, ["--path-length", "1"]))
        #expect(own.status == 65, "\(own)")
    }

    @Test("the certificate that comes back is installed where it fits, and pkcs11-tool sees it beside its key")
    func installed() throws {
        try makeKey("issuing", "p256")
        let root = try hold("create-root", "root", Self.rootFlags)
        let request = try hold(
            "create-intermediate", "issuing",
            ["--authority", "issuing", "--key", "pkcs11:token=ca;object=issuing", "--subject", "CN=Issuing"])
        let issuing = try hold(
            "sign-csr", "certificate", rootSigned(root, ["--csr", request, "--validity", "10y", "--path-length", "0"]))
        let chain = bench.path("chain.pem")
        func install(_ label: String, _ arguments: String...) throws -> ChildProcess.Ended {
            try bench.loggedIn(
                ["ca", "install-certificate", "pkcs11:token=ca;object=\(label)", "--chain", chain] + arguments)
        }
        let other = try install("root", "--certificate", issuing, "--issuer", root)
        #expect(other.status == 65 && other.errors.contains("not of key"), "\(other)")
        let unfounded = try install("issuing", "--certificate", issuing)
        #expect(unfounded.status == 65 && unfounded.errors.contains("--issuer"), "\(unfounded)")
        let reversed = try install("root", "--certificate", root, "--issuer", issuing)
        #expect(reversed.status == 65, "\(reversed)")
        #expect(!FileManager.default.fileExists(atPath: chain))
        let done = try install("issuing", "--certificate", issuing, "--issuer", root)
        #expect(done.status == 0, "\(done)")
        #expect(
            try String(contentsOfFile: chain, encoding: .utf8)
                == String(contentsOfFile: issuing, encoding: .utf8) + String(contentsOfFile: root, encoding: .utf8))
        let again = try install("issuing", "--certificate", issuing, "--issuer", root)
        #expect(again.status == 0 && again.output.contains("had it already"), "\(again)")
        let seen = try ChildProcess.run(
            "pkcs11-tool",
            ["--module", SoftHSM.modulePath, "--token-label", "ca", "--list-objects", "--type", "cert"],
            environment: bench.environment)
        #expect(seen.output.contains("label:      issuing") && seen.output.contains("CN=Issuing"), "\(seen)")
        try bench.write("another chain\n", "chain.pem")
        let taken = try install("issuing", "--certificate", issuing, "--issuer", root)
        #expect(taken.status == 73, "\(taken)")
        #expect(try String(contentsOfFile: chain, encoding: .utf8) == "another chain\n")
    }
}
