import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

/// The way from a token to a root's certificate through libraries other than SoftHSM's, which do things their own way.
@Suite("other PKCS#11 libraries", .serialized)
struct SecondModuleTests {
    /// Key, ceremony and deletion: what an operator does first.
    private func smoke(_ bench: OperatorBench, _ type: String = "p256") throws {
        let key = "pkcs11:token=ca;object=smoke"
        let made = try bench.loggedIn(["key", "generate", key, "--type", type])
        #expect(made.status == 0, "\(made)")
        let shown = try bench.loggedIn(["key", "show", key, "--test"])
        #expect(shown.status == 0 && shown.output.contains(": signs"), "\(shown)")
        let folder = bench.path("root")
        let prepared = try bench.loggedIn(
            [
                "ca", "create-root", folder, "--authority", "root", "--key", key, "--subject", "CN=Smoke", "--validity",
                "1y", "--dry-run", "--json",
            ])
        let hash = try #require(try bench.json(prepared)["sha256"]?.string)
        let signed = try bench.loggedIn(["ca", "create-root", folder, "--confirm", hash])
        #expect(signed.status == 0, "\(signed)")
        let certificate = folder + "/certificate.pem"
        let judged = try ChildProcess.run("openssl", ["verify", "-x509_strict", "-CAfile", certificate, certificate])
        #expect(judged.status == 0, "\(judged)")
        let installed = try bench.loggedIn(["ca", "install-certificate", key, "--certificate", certificate])
        #expect(installed.status == 0, "\(installed)")
        let deleted = try bench.loggedIn(["key", "delete", key, "--label", "smoke"])
        #expect(deleted.status == 0, "\(deleted)")
    }

    @Test("a token behind p11-kit's remote")
    func remote() throws {
        var bench = try OperatorBench()
        #expect(try bench.initialize().status == 0)
        let socket = bench.path("p11")
        let server = try ChildProcess(
            "p11-kit",
            ["server", "--foreground", "--name", socket, "--provider", SoftHSM.modulePath, "pkcs11:token=ca"],
            environment: bench.environment)
        defer { server.signal(SIGTERM) }
        let _: Bool = try poll { FileManager.default.fileExists(atPath: socket) ? true : nil }
        bench.module = "/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so"
        bench.variables["P11_KIT_SERVER_ADDRESS"] = "unix:path=" + socket
        let listed = try bench.tool(["token", "list"])
        #expect(listed.output.contains("p11-kit-client.so"), "\(listed)")
        let diagnosed = try bench.loggedIn(["token", "doctor", "pkcs11:token=ca"])
        #expect(diagnosed.output.contains("# Keys for authorities: p256"), "\(diagnosed)")
        try smoke(bench)
    }

    @Test("a TPM behind its resource manager", .enabled(if: SoftwareTPM.isAtHand, SoftwareTPM.packages))
    func trustedPlatformModule() throws {
        var bench = try OperatorBench()
        let tpm = try SoftwareTPM(&bench)
        defer { tpm.stop() }
        let _: Bool = try poll { try bench.tool(["token", "list"]).output.contains("blank") ? true : nil }
        #expect(try bench.initialize().status == 0)
        let none = try bench.loggedIn(["token", "doctor", "pkcs11:token=ca"])
        #expect(none.status == 0 && none.output.contains("--token-keys"), "\(none)")
        let diagnosed = try bench.loggedIn(["token", "doctor", "pkcs11:token=ca", "--token-keys"])
        #expect(diagnosed.output.contains("# Keys for authorities: p256"), "\(diagnosed)")
        let listed = try bench.loggedIn(["key", "list", "pkcs11:token=ca"])
        #expect(listed.output.contains("no key"), "\(listed)")
        try smoke(bench)
    }
}
