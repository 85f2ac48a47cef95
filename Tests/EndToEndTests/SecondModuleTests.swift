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

    /// What a TPM in software takes: not all machines have it, and nothing else needs it.
    private static let tpm = ["/usr/bin/swtpm", "/usr/sbin/tpm2-abrmd", "/usr/bin/dbus-daemon", tpmModule]
    private static let tpmModule = "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so"

    @Test(
        "a TPM behind its resource manager",
        .enabled(
            if: tpm.allSatisfy { FileManager.default.fileExists(atPath: $0) }, "swtpm, tpm2-abrmd and libtpm2-pkcs11-1")
    )
    func trustedPlatformModule() throws {
        var bench = try OperatorBench()
        for name in ["tpm", "store"] {
            try FileManager.default.createDirectory(atPath: bench.path(name), withIntermediateDirectories: false)
        }
        try bench.write(
            "<busconfig><type>session</type><listen>unix:path=\(bench.path("bus"))</listen>"
                + "<policy context='default'><allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy>"
                + "</busconfig>", "bus.conf")
        bench.variables["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + bench.path("bus")
        let transport = "swtpm:path=" + bench.path("socket")
        let servers = [
            ("dbus-daemon", ["--config-file=" + bench.path("bus.conf"), "--nofork", "--nosyslog"], "bus"),
            (
                "swtpm",
                [
                    "socket", "--tpm2", "--tpmstate", "dir=" + bench.path("tpm"), "--server",
                    "type=unixio,path=" + bench.path("socket"), "--ctrl",
                    "type=unixio,path=" + bench.path("socket.ctrl"),
                    "--flags", "not-need-init,startup-clear",
                ], "socket.ctrl"
            ),
        ]
        var running: [ChildProcess] = []
        defer { for process in running.reversed() { process.signal(SIGTERM) } }
        for (program, arguments, socket) in servers {
            running.append(try ChildProcess(program, arguments, environment: bench.environment))
            let _: Bool = try poll { FileManager.default.fileExists(atPath: bench.path(socket)) ? true : nil }
        }
        running.append(
            try ChildProcess(
                "/usr/sbin/tpm2-abrmd", ["--session", "--allow-root", "--flush-all", "--tcti", transport],
                environment: bench.environment))
        bench.module = Self.tpmModule
        bench.variables["TPM2_PKCS11_TCTI"] = "tabrmd:bus_type=session"
        bench.variables["TPM2_PKCS11_STORE"] = bench.path("store")
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
