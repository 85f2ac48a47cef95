import Foundation
import TestSupport

/// A CA that `openssl ca` has served so far, with its book and its CRLs; then its key is in a token, and a daemon is to go on.
final class OldCA {
    let configuration: TestConfiguration
    private let openssl: OpenSSLTool

    /// What openssl keeps of it, and the configuration of the daemon that takes over.
    init() throws {
        openssl = try OpenSSLTool()
        configuration = try TestConfiguration(["legacy"])
        try makeCA()
        try moveKeyIntoToken()
        try configuration.write(configurationText, to: "countersign.yaml")
    }

    deinit { openssl.close() }

    func path(_ name: String) -> String { openssl.folder.path + "/" + name }

    @discardableResult
    func run(_ arguments: String...) throws -> String {
        String(decoding: try openssl.run(arguments), as: UTF8.self)
    }

    func write(_ text: String, to name: String) throws { try openssl.write(Array(text.utf8), to: name) }

    /// A certificate by that number, PEM and text.
    func issue(_ number: Int, _ arguments: String...) throws {
        try openssl.run(
            ["ca", "-batch", "-config", "ca.cnf", "-in", "leaf.csr", "-subj", "/CN=host\(number).example", "-notext"]
                + arguments)
    }

    /// The file of a certificate.
    func certificate(_ serial: String) -> String { path("newcerts/\(serial).pem") }

    func revoke(_ serial: String, _ arguments: String...) throws {
        try openssl.run(["ca", "-config", "ca.cnf", "-revoke", "newcerts/\(serial).pem"] + arguments)
    }

    /// Its path.
    func makeCRL() throws -> String {
        try openssl.run("ca", "-config", "ca.cnf", "-gencrl", "-out", "last.crl")
        return path("last.crl")
    }

    /// What openssl ca makes of a certificate beside a CRL.
    func accepts(_ serial: String, crl: String) -> Bool {
        (try? openssl.run(
            "verify", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", crl, "newcerts/\(serial).pem")) != nil
    }

    private func makeCA() throws {
        try FileManager.default.createDirectory(atPath: path("newcerts"), withIntermediateDirectories: true)
        try write(
            """
            [ca]
            default_ca = own
            [own]
            database = index.txt
            new_certs_dir = newcerts
            serial = serial
            crlnumber = crlnumber
            certificate = ca.pem
            private_key = ca.key
            default_md = sha256
            default_days = 300
            default_crl_days = 30
            policy = any
            unique_subject = no
            crl_extensions = crl
            x509_extensions = leaf
            [any]
            commonName = supplied
            [crl]
            authorityKeyIdentifier = keyid:always
            [leaf]
            authorityKeyIdentifier = keyid:always
            subjectAltName = DNS:host.internal.example
            [req]
            distinguished_name = name
            [name]
            [root]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign, cRLSign
            subjectKeyIdentifier = hash
            """, to: "ca.cnf")
        try write("", to: "index.txt")
        try write("1000\n", to: "serial")
        try write("1F00\n", to: "crlnumber")
        try openssl.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ca.key")
        try openssl.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "leaf.key")
        try openssl.run(
            "req", "-x509", "-new", "-config", "ca.cnf", "-extensions", "root", "-key", "ca.key", "-subj", "/CN=Old CA",
            "-days", "3650", "-out", "ca.pem")
        try openssl.run("req", "-new", "-config", "ca.cnf", "-key", "leaf.key", "-subj", "/CN=leaf", "-out", "leaf.csr")
    }

    private func moveKeyIntoToken() throws {
        let folder = configuration.folder
        try FileManager.default.createDirectory(atPath: folder + "/tokens", withIntermediateDirectories: true)
        try configuration.write(
            "directories.tokendir = \(folder)/tokens\nobjectstore.backend = file\nlog.level = ERROR\n",
            to: "softhsm2.conf")
        try configuration.write("1234\n", to: "pin")
        try utility("--init-token", "--free", "--label", "legacy", "--pin", "1234", "--so-pin", "5678")
        try openssl.run("pkcs8", "-topk8", "-nocrypt", "-in", "ca.key", "-out", "ca.p8")
        try utility("--import", path("ca.p8"), "--token", "legacy", "--label", "legacy", "--id", "01", "--pin", "1234")
        try configuration.write(String(contentsOfFile: path("ca.pem"), encoding: .utf8), to: "legacy.pem")
    }

    func utility(_ arguments: String...) throws {
        let ended = try ChildProcess.run("softhsm2-util", arguments, environment: configuration.environment)
        guard ended.status == 0 else { throw TestSupportError("softhsm2-util \(arguments): \(ended)") }
    }

    private var configurationText: String {
        """
        version: 1
        socket: { path: \(configuration.socket) }
        journal: { directory: \(configuration.journal) }
        tokens:
          - name: main
            module: \(SoftHSM.modulePath)
            uri: pkcs11:token=legacy
            pin: { file: \(configuration.folder)/pin }
        authorities:
          - id: legacy
            token: main
            key: pkcs11:object=legacy;type=private
            chain: legacy.pem
            crl: { file: legacy.crl, validity: 2d }
        profiles:
          - id: \(TestConfiguration.profile("legacy"))
            name: by legacy
            authority: legacy
            subject: { mayBeEmpty: true, fields: { CN: {} } }
            subjectAlternativeNames: { dns: { allowed: ["*.internal.example"] } }
            keys: { ec: [P-256] }
            keyUsage: [digitalSignature]
            extendedKeyUsages: [serverAuth]
            maximumValidity: 90d

        """
    }
}
