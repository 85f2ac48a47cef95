import Foundation
import JSONRPC
import PKCS11
import PublicKeys
import Signing
import TestSupport
import Timekeeping

@testable import Issuance

/// The CAs of these tests, made as an operator makes them: keys in a SoftHSM token, certificates by ceremonies, the chains in files.
struct CertificateTree: Sendable {
    /// One CA below the root.
    struct Authority: Sendable {
        let id: String
        /// Its private key's URI, as the configuration wants it.
        let key: String
        let algorithm: SignatureAlgorithm
        /// Its own certificate, then the root's: PEM.
        let chain: [String]
    }

    let token: SoftHSMToken
    /// For whom a wrong PIN is tried.
    let otherToken: SoftHSMToken
    let rootPEM: String
    private(set) var authorities: [String: Authority] = [:]
    private let folder: String

    /// Every type of key that a CA may have, by the id of its authority.
    static let keyTypes: [(id: String, type: String, algorithm: SignatureAlgorithm?)] = [
        ("p256", "p256", nil), ("p384", "p384", nil), ("p521", "p521", nil), ("rsa2048", "rsa2048", nil),
        ("rsa3072pss", "rsa3072", .rsaPSS(.sha384)), ("rsa4096", "rsa4096", .rsaPKCS1(.sha512)),
        ("ed25519", "ed25519", nil),
    ]

    static func make() async throws -> CertificateTree {
        var tree = try CertificateTree()
        for (id, type, algorithm) in keyTypes { try tree.add(id, type, pathLength: "0", algorithm: algorithm) }
        try tree.add("roomy", pathLength: "2")
        try tree.add("unlimited", pathLength: "none")
        try tree.add("disabled", pathLength: "0")
        try tree.add("namesake", name: "CA roomy", pathLength: "0")
        try await tree.addExpired()
        return tree
    }

    private init() throws {
        token = try SoftHSMToken()
        otherToken = try SoftHSMToken()
        folder = try ChildProcess.scratch.get() + "/tree"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.generate("root", "p256", in: token)
        rootPEM = try Self.hold(
            ["create-root", folder + "/root", "--key", "\(token.uri);object=root", "--subject", "CN=Root"]
                + ["--validity", "20y"], in: token)
        try rootPEM.write(toFile: folder + "/root.pem", atomically: false, encoding: .utf8)
    }

    private mutating func add(
        _ id: String, _ type: String = "p256", name: String? = nil, pathLength: String,
        algorithm: SignatureAlgorithm? = nil
    ) throws {
        try Self.generate(id, type, in: token)
        let pem = try Self.hold(
            [
                "create-intermediate", folder + "/" + id, "--key", "\(token.uri);object=root", "--certified-key",
                "\(token.uri);object=\(id)", "--subject", "CN=\(name ?? "CA \(id)")", "--issuer", folder + "/root.pem",
                "--validity", "10y", "--path-length", pathLength,
            ], in: token)
        let publicKey = try IssuerCertificate(der: Self.der(pem)).publicKey
        authorities[id] = Authority(
            id: id, key: "pkcs11:object=\(id);type=private", algorithm: algorithm ?? .default(for: publicKey),
            chain: [pem, rootPEM])
    }

    private static func der(_ pem: String) throws -> [UInt8] { try PEM.decodeOne(pem, labels: ["CERTIFICATE"]).der }

    private static func generate(_ label: String, _ type: String, in token: SoftHSMToken) throws {
        try tool(["key", "generate", "\(token.uri);object=\(label)", "--type", type], in: token)
    }

    /// Prepares a ceremony, and confirms it.
    ///
    /// - Returns: the certificate in PEM.
    private static func hold(_ arguments: [String], in token: SoftHSMToken) throws -> String {
        let arguments = ["ca"] + arguments + ["--authority", "root"]
        let prepared = try tool(arguments + ["--dry-run", "--json"], in: token)
        guard let hash = try JSONValue(parsing: Array(prepared.utf8.dropLast()))["sha256"]?.string else {
            throw TestSupportError("no hash: \(prepared)")
        }
        try tool(Array(arguments.prefix(3)) + ["--confirm", hash], in: token)
        return try String(contentsOfFile: arguments[2] + "/certificate.pem", encoding: .utf8)
    }

    @discardableResult
    private static func tool(_ arguments: [String], in token: SoftHSMToken) throws -> String {
        let ended = try ChildProcess.run(
            RunningDaemon.program("countersign"),
            arguments + ["--module", SoftHSM.modulePath, "--pin-file", token.pinFile],
            environment: SoftHSM.environment(of: SoftHSM.shared().directory))
        guard ended.status == 0 else { throw TestSupportError("\(arguments): \(ended)") }
        return ended.output
    }
}

// MARK: - What no ceremony makes

extension CertificateTree {
    /// A CA that has expired: it was valid for one second.
    private mutating func addExpired() async throws {
        let publicKey = try token.makeKey(.p256, label: "expired").publicKey
        let open = try await token.open(sessions: 1)
        let root = try IssuerCertificate(der: Self.der(rootPEM))
        let signer = try await open.signer(
            for: KeyConfiguration(
                uri: URI("\(token.uri);object=root"), publicKey: root.publicKey,
                algorithm: .default(for: root.publicKey)))
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: signer.algorithm.algorithmIdentifier, issuer: root.subject,
            template: CertificateTemplate(
                subject: DERBuilder.sequence(
                    DERBuilder.set(
                        DERBuilder.sequence(
                            DERBuilder.objectIdentifier(2, 5, 4, 3), DERBuilder.text(0x0c, "CA expired")))),
                publicKey: publicKey, notBefore: root.notBefore, notAfter: root.notBefore,
                extensions: [
                    .authorityKeyIdentifier(SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: root.publicKey)),
                    .subjectKeyIdentifier(SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: publicKey)),
                    .keyUsage([.keyCertSign, .cRLSign]), .basicConstraints(.ca(pathLength: 0)),
                ])
        ).der
        let der = DERBuilder.sequence(
            tbs, signer.algorithm.algorithmIdentifier, DERBuilder.bitString(try await signer.sign(tbs).octets))
        await open.close()
        authorities["expired"] = Authority(
            id: "expired", key: "pkcs11:object=expired;type=private", algorithm: .default(for: publicKey),
            chain: [PEM.encode(der, label: "CERTIFICATE"), rootPEM])
    }
}
