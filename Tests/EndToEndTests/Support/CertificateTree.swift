import PKCS11
import PublicKeys
import Signing
import TestSupport
import Timekeeping

@testable import Issuance

/// The CAs of these tests: keys in a SoftHSM token, certificates signed there, the chains in files.
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
    private let open: Token
    private let root: Certified

    /// A CA's certificate with the signer of its key.
    struct Certified: Sendable {
        let der: [UInt8]
        let name: [UInt8]
        let keyIdentifier: [UInt8]
        let signer: TokenSigner
    }

    /// Every type of key that a CA may have, by the id of its authority.
    static let keyTypes: [(id: String, type: KeyPairType, algorithm: SignatureAlgorithm?)] = [
        ("p256", .p256, nil), ("p384", .p384, nil), ("p521", .p521, nil), ("rsa2048", .rsa(bits: 2048), nil),
        ("rsa3072pss", .rsa(bits: 3072), .rsaPSS(.sha384)), ("rsa4096", .rsa(bits: 4096), .rsaPKCS1(.sha512)),
        ("ed25519", .ed25519, nil),
    ]

    static func make() async throws -> CertificateTree {
        var tree = try await CertificateTree()
        for (id, type, algorithm) in keyTypes {
            try await tree.add(id, type, pathLength: 0, algorithm: algorithm)
        }
        try await tree.add("roomy", .p256, pathLength: 2)
        try await tree.add("unlimited", .p256, pathLength: nil)
        try await tree.add("disabled", .p256, pathLength: 0)
        try await tree.add("expired", .p256, pathLength: 0, notAfter: "2026-01-31T00:00:00Z")
        try await tree.add("namesake", .p256, name: "CA roomy", pathLength: 0)
        return tree
    }

    private init() async throws {
        token = try SoftHSMToken()
        otherToken = try SoftHSMToken()
        open = try await token.open(sessions: 1)
        let key = try token.makeKey(.p256)
        root = try await Self.certify("Root", key, open, below: nil, pathLength: nil)
        rootPEM = PEM.encode(root.der, label: "CERTIFICATE")
    }

    private mutating func add(
        _ id: String, _ type: KeyPairType, name: String? = nil, pathLength: Int?, algorithm: SignatureAlgorithm? = nil,
        notAfter: String = "2040-01-01T00:00:00Z"
    ) async throws {
        let key = try token.makeKey(type, label: id)
        let certified = try await Self.certify(
            name ?? "CA \(id)", key, open, below: root, pathLength: pathLength, notAfter: notAfter)
        authorities[id] = Authority(
            id: id, key: "pkcs11:object=\(id);type=private", algorithm: algorithm ?? .default(for: key.publicKey),
            chain: [PEM.encode(certified.der, label: "CERTIFICATE"), rootPEM])
    }

    private static func certify(
        _ name: String, _ key: SoftHSMToken.Key, _ token: Token, below parent: Certified?, pathLength: Int?,
        notAfter: String = "2040-01-01T00:00:00Z"
    ) async throws -> Certified {
        let signer = try await token.signer(for: key.configuration())
        let identifier = SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: key.publicKey)
        let subject = DERBuilder.sequence(
            DERBuilder.set(DERBuilder.sequence(DERBuilder.objectIdentifier(2, 5, 4, 3), DERBuilder.text(0x0c, name))))
        let issuerSigner = parent?.signer ?? signer
        let algorithm = issuerSigner.algorithm.algorithmIdentifier
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: parent?.name ?? subject,
            template: CertificateTemplate(
                subject: subject, publicKey: key.publicKey, notBefore: try Instant(rfc3339: "2026-01-01T00:00:00Z"),
                notAfter: try Instant(rfc3339: notAfter),
                extensions: [
                    .authorityKeyIdentifier(parent?.keyIdentifier ?? identifier), .subjectKeyIdentifier(identifier),
                    .keyUsage([.keyCertSign, .cRLSign]), .basicConstraints(.ca(pathLength: pathLength)),
                ])
        ).der
        let der = DERBuilder.sequence(tbs, algorithm, DERBuilder.bitString(try await issuerSigner.sign(tbs).octets))
        return Certified(der: der, name: subject, keyIdentifier: identifier, signer: signer)
    }
}
