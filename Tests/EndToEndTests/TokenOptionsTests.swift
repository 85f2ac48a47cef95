import Foundation
import TestSupport
import Testing

/// What the configuration says of tokens and keys, as `--check` finds it with a real token.
@Suite("options of tokens and keys")
struct TokenOptionsTests {
    private func row(_ ended: ChildProcess.Ended) -> String {
        ended.output.split(separator: "\n").first { $0.hasPrefix("p256 ") }.map(String.init) ?? ""
    }

    @Test("the PIN is found where the token's URI says")
    func pinSource() async throws {
        let tree = try await TestBed.shared().tree
        let configuration = try TestConfiguration(["p256"])
        try configuration.write(tree)
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        let uri = "\(tree.token.uri)"
        try configuration.write(
            text.replacing("    pin: { file: \(tree.token.pinFile) }\n", with: "")
                .replacing("uri: \(uri)\n", with: "uri: \(uri)?pin-source=file:\(tree.token.pinFile)\n"),
            to: "countersign.yaml")
        let ended = try RunningDaemon.spawn(configuration, "--check").wait()
        #expect(ended.status == 0 && row(ended).hasSuffix("ok"), "\(ended)")
    }

    @Test("pkcs11-spy is loaded only where the token's entry allows it", arguments: [false, true])
    func spy(_ isAllowed: Bool) async throws {
        var configuration = try TestConfiguration(["p256"])
        // OpenSC's, in Debian's folder of this architecture.
        configuration.module = try #require(
            FileManager.default.contentsOfDirectory(atPath: "/usr/lib").map { "/usr/lib/\($0)/pkcs11-spy.so" }
                .first(where: FileManager.default.fileExists(atPath:)), "scripts/setup --tests installs opensc")
        configuration.more.token = ["allowSpy: \(isAllowed)"]
        try await configuration.write(TestBed.shared().tree)
        let log = configuration.folder + "/spy.log"
        configuration.variables = ["PKCS11SPY": SoftHSM.modulePath, "PKCS11SPY_OUTPUT": log]
        let ended = try RunningDaemon.spawn(configuration, "--check").wait()
        #expect(ended.status == (isAllowed ? 0 : 1), "\(ended)")
        #expect(row(ended).contains(isAllowed ? "ok" : "logs PINs in clear"), "\(ended)")
        #expect(FileManager.default.fileExists(atPath: log) == isAllowed)
    }

    @Test("a key that was imported signs, unless its authority wants one that was generated in the token")
    func imported() async throws {
        let tree = try await TestBed.shared().tree
        for (isWanted, status, found) in [(false, Int32(0), "ok"), (true, 1, "was not generated in the token")] {
            var configuration = try TestConfiguration(["p256"])
            configuration.more.authority = ["requireGeneratedInToken: \(isWanted)"]
            try configuration.write(tree)
            let generated = try RunningDaemon.spawn(configuration, "--check").wait()
            #expect(generated.status == 0, "\(generated)")
            try importKey(into: configuration, tree)
            let ended = try RunningDaemon.spawn(configuration, "--check").wait()
            #expect(ended.status == status, "\(ended)")
            #expect(row(ended).contains(found), "\(ended)")
        }
    }

    /// Puts another key under the authority's certificate: of `openssl`, imported into the copy of the token.
    private func importKey(into configuration: TestConfiguration, _ tree: CertificateTree) throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", "key.pem",
            "-out", "ca.pem", "-subj", "/CN=Imported", "-days", "30", "-addext", "keyUsage=critical,keyCertSign,cRLSign"
        )
        let pem = String(decoding: try openssl.read("ca.pem"), as: UTF8.self)
        try configuration.write(pem, to: "p256.pem")
        let pin = try String(contentsOfFile: tree.token.pinFile, encoding: .utf8).split(separator: "\n").first ?? ""
        let imported = try ChildProcess.run(
            "softhsm2-util",
            [
                "--import", openssl.folder.path + "/key.pem", "--token", tree.token.label, "--label", "imported",
                "--id",
                "0badcafe", "--pin", String(pin),
            ], environment: configuration.environment)
        #expect(imported.status == 0, "\(imported)")
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        try configuration.write(text.replacing("object=p256", with: "object=imported"), to: "countersign.yaml")
    }
}
