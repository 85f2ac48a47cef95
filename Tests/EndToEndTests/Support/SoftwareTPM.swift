import Foundation
import Glibc
import TestSupport
import Testing

/// A TPM in software behind its resource manager, each with its files in a bench's folder.
final class SoftwareTPM {
    static let packages: Comment = "swtpm, tpm2-abrmd, libtss2-tcti-tabrmd0 and libtpm2-pkcs11-1"
    private static let module = "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so"
    private static let transportLibrary = "/usr/lib/x86_64-linux-gnu/libtss2-tcti-tabrmd.so.0"

    /// Not all machines have one, and nothing else needs it.
    static var isAtHand: Bool {
        ["/usr/bin/swtpm", "/usr/sbin/tpm2-abrmd", "/usr/bin/dbus-daemon", module, transportLibrary].allSatisfy {
            FileManager.default.fileExists(atPath: $0)
        }
    }

    private let environment: [String: String]
    private let transport: String
    private var running: [ChildProcess] = []
    private var manager: ChildProcess?

    /// Starts it; the bench's module and environment are then those of its tokens.
    init(_ bench: inout OperatorBench) throws {
        for name in ["tpm", "store"] {
            try FileManager.default.createDirectory(atPath: bench.path(name), withIntermediateDirectories: false)
        }
        try bench.write(
            "<busconfig><type>session</type><listen>unix:path=\(bench.path("bus"))</listen>"
                + "<policy context='default'><allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy>"
                + "</busconfig>", "bus.conf")
        bench.module = Self.module
        bench.variables["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + bench.path("bus")
        bench.variables["TPM2_PKCS11_TCTI"] = "tabrmd:bus_type=session"
        bench.variables["TPM2_PKCS11_STORE"] = bench.path("store")
        transport = "swtpm:path=" + bench.path("socket")
        environment = bench.environment
        let servers = [
            ("dbus-daemon", ["--config-file=" + bench.path("bus.conf"), "--nofork", "--nosyslog"], "bus"),
            (
                "swtpm",
                [
                    "socket", "--tpm2", "--tpmstate", "dir=" + bench.path("tpm"), "--server",
                    "type=unixio,path=" + bench.path("socket"), "--ctrl",
                    "type=unixio,path=" + bench.path("socket.ctrl"), "--flags", "not-need-init,startup-clear",
                ], "socket.ctrl"
            ),
        ]
        for (program, arguments, socket) in servers {
            running.append(try ChildProcess(program, arguments, environment: environment))
            let _: Bool = try poll { FileManager.default.fileExists(atPath: bench.path(socket)) ? true : nil }
        }
        try startManager()
    }

    func startManager() throws {
        manager = try ChildProcess(
            "/usr/sbin/tpm2-abrmd", ["--session", "--allow-root", "--flush-all", "--tcti", transport],
            environment: environment)
    }

    func killManager() throws {
        manager?.signal(SIGKILL)
        _ = try manager?.wait()
        manager = nil
    }

    func stop() {
        for process in ([manager].compactMap(\.self) + running.reversed()) { process.signal(SIGTERM) }
    }
}
