import Foundation
import PublicKeys
import TestSupport
import Testing

@testable import Issuance

@Suite("countersignd --check")
struct CheckTests {
    private func configuration() async throws -> TestConfiguration {
        let configuration = try TestConfiguration(["p256"])
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    private func check(_ configuration: TestConfiguration) throws -> ChildProcess.Ended {
        try RunningDaemon.spawn(configuration, "--check").wait()
    }

    /// What the row of that place says.
    private func row(_ place: String, _ ended: ChildProcess.Ended) -> String {
        ended.output.split(separator: "\n").first { $0.hasPrefix(place + " ") }.map(String.init) ?? ""
    }

    @Test("finds the places of a daemon that never ran ready for it, and makes none of them")
    func untouched() async throws {
        let configuration = try await configuration()
        let before = try FileManager.default.contentsOfDirectory(atPath: configuration.folder).sorted()
        let ended = try check(configuration)
        #expect(ended.status == 0, "\(ended)")
        #expect(row("journal", ended).contains("ok: there is none yet"), "\(ended)")
        #expect(row("socket", ended).contains("ok: "), "\(ended)")
        #expect(row("open files", ended).contains("ok: "), "\(ended)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: configuration.folder).sorted() == before)
    }

    @Test("replays the journal of a daemon that runs, and hinders it in nothing")
    func running() async throws {
        let configuration = try await configuration()
        let daemon = try RunningDaemon(configuration)
        let params = try await TestBed.shared().params()
        _ = try daemon.connect().call("signCertificate", params).get()
        let ended = try check(configuration)
        #expect(ended.status == 0, "\(ended)")
        // Genesis, configuration, intent, issued.
        #expect(row("journal", ended).hasSuffix("ok: 4 records"), "\(ended)")
        #expect(row("socket", ended).contains("ok: "), "\(ended)")
        _ = try daemon.connect().call("signCertificate", params).get()
        #expect(try daemon.stop().status == 0)
    }

    /// What is wrong with a place, and what its row says of it.
    struct Fault: Sendable {
        let place: String
        let says: String
        let make: @Sendable (inout TestConfiguration) throws -> Void
    }

    static let faults: [Fault] = [
        Fault(place: "journal", says: "it is not a folder") { try $0.write("", to: "journal") },
        Fault(place: "journal", says: "its mode is 755") { try makeFolder($0.journal, mode: 0o755) },
        Fault(place: "journal", says: "is not part of a journal") {
            try makeFolder($0.journal + ".new", mode: 0o700)
            try $0.write("", to: "journal.new/notes")
        },
        Fault(place: "journal", says: "is not part of a journal") {
            try makeFolder($0.journal, mode: 0o700)
            try $0.write("", to: "journal/notes")
        },
        Fault(place: "journal", says: "no segment") {
            try makeFolder($0.journal, mode: 0o700)
            try $0.write("", to: "journal/00000000000000000001.journal.new")
        },
        Fault(place: "journal", says: "is a symbolic link") {
            try makeFolder($0.folder + "/elsewhere", mode: 0o700)
            try FileManager.default.createSymbolicLink(
                atPath: $0.journal, withDestinationPath: $0.folder + "/elsewhere")
        },
        Fault(place: "journal", says: "cannot be made in /nowhere") { $0.otherJournal = "/nowhere/journal" },
        Fault(place: "CRL of p256", says: "its folder /nowhere") {
            $0.more.authority = ["crl: { file: /nowhere/p256.crl, validity: 2d }"]
        },
        Fault(place: "CRL of p256", says: "no file") {
            $0.more.authority = ["crl: { file: p256.crl, validity: 2d }"]
            try makeFolder($0.folder + "/p256.crl", mode: 0o700)
        },
        Fault(place: "socket", says: "its folder /nowhere") { $0.otherSocket = "/nowhere/socket" },
        Fault(place: "socket", says: "is no socket") { try $0.write("", to: "socket") },
    ]

    @Test("tells what is wrong with a place, and ends with 1", arguments: faults.indices)
    func faulty(_ index: Int) async throws {
        let fault = Self.faults[index]
        var configuration = try TestConfiguration(["p256"])
        try fault.make(&configuration)
        try await configuration.write(TestBed.shared().tree)
        let ended = try check(configuration)
        #expect(ended.status == 1, "\(ended)")
        #expect(row(fault.place, ended).contains(fault.says), "\(ended)")
    }

    @Test("tries the key of the checkpoints, and does not call its token unused")
    func checkpoints() async throws {
        let bed = try await TestBed.shared()
        let configuration = try await configuration()
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        for (id, says, status) in [("unlimited", "ok: it signs", 0), ("p256", "is that of authority p256", 1)] {
            let authority = try #require(bed.tree.authorities[id])
            let der = try PEM.decodeOne(authority.chain[0], labels: ["CERTIFICATE"]).der
            let key = try IssuerCertificate(der: der).publicKey.subjectPublicKeyInfo
            try configuration.write(PEM.encode(key, label: "PUBLIC KEY"), to: "checkpoint.pem")
            try configuration.write(
                text
                    + "checkpoints: { token: main, key: \"\(authority.key)\", publicKey: checkpoint.pem, file: c.pem }\n",
                to: "countersign.yaml")
            let ended = try check(configuration)
            #expect(ended.status == Int32(status), "\(ended)")
            #expect(row("checkpoint key", ended).contains(says), "\(ended)")
            #expect(row("checkpoints", ended).contains("ok: "), "\(ended)")
        }
    }

    @Test("finds the octet of a journal that is not what was written")
    func corrupted() async throws {
        let configuration = try await configuration()
        let daemon = try RunningDaemon(configuration)
        _ = try await daemon.connect().call("signCertificate", TestBed.shared().params()).get()
        #expect(try daemon.stop().status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: configuration.journal)
        let path = configuration.journal + "/" + (try #require(names.first))
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        // Within the first batch, with others behind it.
        try file.seek(toOffset: 200)
        let octet = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: 200)
        try file.write(contentsOf: [octet ^ 1])
        try file.close()
        let ended = try check(configuration)
        #expect(ended.status == 1, "\(ended)")
        #expect(row("journal", ended).contains("is corrupt at octet"), "\(ended)")
    }

    @Test("warns where the configuration allows more connections than the kernel, with the number that is needed")
    func openFiles() async throws {
        var configuration = try await configuration()
        configuration.openFiles = 1024
        let ended = try check(configuration)
        #expect(ended.status == 0, "\(ended)")
        let row = row("open files", ended)
        #expect(row.contains(/warning: 4096 connections need 4\d\d\d, and 1024 are allowed/), "\(ended)")
        configuration.limits = "{ connections: 500 }"
        try await configuration.write(TestBed.shared().tree)
        #expect(self.row("open files", try check(configuration)).contains("ok: "))
    }

    @Test("says in a sentence why a chain is not read")
    func unreadableChain() async throws {
        let configuration = try await configuration()
        for (name, make, says) in [
            ("nope.pem", { _ in }, "cannot be opened: No such file or directory"),
            ("folder.pem", { try Self.makeFolder($0, mode: 0o700) }, "is not a regular file"),
            ("octets.pem", { try Data([0xff, 0xfe, 0xff]).write(to: URL(fileURLWithPath: $0)) }, "is not text"),
        ] as [(String, (String) throws -> Void, String)] {
            try make(configuration.folder + "/" + name)
            let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
            try configuration.write(
                text.replacing(/chain: .*/, with: "chain: \(name)"), to: "countersign.yaml")
            let ended = try check(configuration)
            #expect(ended.status == 78, "\(ended)")
            #expect(ended.errors.contains("\(name): the chain of authority p256"), "\(ended)")
            #expect(ended.errors.contains(says), "\(ended)")
            #expect(!ended.errors.contains("NSCocoa"), "\(ended)")
        }
    }

    @Test("warns of a chain that does not reach up to a root, and of no other")
    func withoutRoot() async throws {
        let tree = try await TestBed.shared().tree
        let configuration = try await configuration()
        #expect(!(try check(configuration).output.contains("root")))
        try configuration.write(try #require(tree.authorities["p256"]?.chain.first), to: "p256.pem")
        let ended = try check(configuration)
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("warning: the chain of authority p256 ends below its root"), "\(ended)")
    }

    @Test("a result that nobody received is no success")
    func lostResult() async throws {
        let configuration = try await configuration()
        let command = [try RunningDaemon.program("countersignd"), "--config", configuration.path, "--new-journal"]
        let ended = try ChildProcess.run(
            "sh", ["-c", #"exec "$0" "$@" >/dev/full"#] + command + ["--check"], environment: configuration.environment)
        #expect(ended.status == 74, "\(ended)")
        #expect(ended.errors.contains("standard output"), "\(ended)")
    }

    /// A configuration with one more token that no authority uses.
    private func withUnusedToken(_ entry: String) async throws -> TestConfiguration {
        let configuration = try await configuration()
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        try configuration.write(
            text.replacing("authorities:\n", with: "  - name: spare\n\(entry)authorities:\n"), to: "countersign.yaml")
        return configuration
    }

    @Test("tells what is wrong with a token that no authority uses", arguments: [0, 1, 2, 3])
    func unusedToken(_ which: Int) async throws {
        let tree = try await TestBed.shared().tree
        let wrongPIN = try await configuration()
        try wrongPIN.write("not the PIN\n", to: "wrong-pin")
        let (module, uri, pin, says) = [
            ("/nowhere/module.so", "\(tree.otherToken.uri)", tree.otherToken.pinFile, "/nowhere/module.so"),
            (SoftHSM.modulePath, "pkcs11:token=nobodys", tree.otherToken.pinFile, "nobodys"),
            (SoftHSM.modulePath, "\(tree.otherToken.uri)", wrongPIN.folder + "/wrong-pin", "CKR_PIN_INCORRECT"),
            (SoftHSM.modulePath, "\(tree.otherToken.uri)", tree.otherToken.pinFile, "ok: "),
        ][which]
        let configuration = try await withUnusedToken(
            "    module: \(module)\n    uri: \(uri)\n    pin: { file: \(pin) }\n")
        let ended = try check(configuration)
        #expect(ended.status == (which == 3 ? 0 : 1), "\(ended)")
        #expect(row("token spare", ended).contains(says), "\(ended)")
        // It stops no authority, so not the daemon either.
        let daemon = try RunningDaemon(configuration)
        #expect(try daemon.stop().status == 0)
    }

    @Test("two entries of one token are refused, though no authority uses the second")
    func unusedTwin() async throws {
        let tree = try await TestBed.shared().tree
        let configuration = try await withUnusedToken(
            "    module: \(SoftHSM.modulePath)\n    uri: \(tree.token.uri)\n    pin: { file: \(tree.token.pinFile) }\n")
        for ended in [try check(configuration), try RunningDaemon.spawn(configuration).wait()] {
            #expect(ended.status == 78, "\(ended)")
            #expect(ended.errors.contains("main and spare are one and the same token"), "\(ended)")
        }
    }

    @Test("warns of authorities with one name and different keys, and of no others")
    func namesakes() async throws {
        let tree = try await TestBed.shared().tree
        for (authorities, isWarned) in [(["roomy", "namesake"], true), (["roomy", "p256"], false)] {
            let configuration = try TestConfiguration(authorities)
            try configuration.write(tree)
            let ended = try check(configuration)
            #expect(ended.status == 0, "\(ended)")
            let warning =
                "warning: the authorities namesake and roomy have the same subject, CN=CA roomy, and different keys"
            #expect(ended.output.contains(warning) == isWarned, "\(ended)")
        }
    }

    private static func makeFolder(_ path: String, mode: Int) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}
