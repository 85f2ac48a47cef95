import Crypto
import CryptoExtras
import PublicKeys
import Testing

/// A key pair in memory, signing as a token does, in the form that X.509 carries.
struct TestKey: Sendable, CustomTestStringConvertible {
    enum Kind: String, CaseIterable, Sendable {
        case p256, p384, p521, rsa2048, ed25519
    }

    private enum Pair: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    private let pair: Pair
    let kind: Kind
    let publicKey: PublicKey
    var testDescription: String { kind.rawValue }

    init(_ kind: Kind) throws {
        switch kind {
        case .p256: try self.init(.p256(P256.Signing.PrivateKey()), kind)
        case .p384: try self.init(.p384(P384.Signing.PrivateKey()), kind)
        case .p521: try self.init(.p521(P521.Signing.PrivateKey()), kind)
        case .rsa2048: try self.init(.rsa(_RSA.Signing.PrivateKey(keySize: .bits2048)), kind)
        case .ed25519: try self.init(.ed25519(Curve25519.Signing.PrivateKey()), kind)
        }
    }

    /// The same key for the same octet; Ed25519, so that its signatures are the same too.
    init(fixed octet: UInt8) throws {
        let seed = [UInt8](repeating: octet, count: 32)
        try self.init(.ed25519(Curve25519.Signing.PrivateKey(rawRepresentation: seed)), .ed25519)
    }

    private init(_ pair: Pair, _ kind: Kind) throws {
        self.pair = pair
        self.kind = kind
        let info: [UInt8] =
            switch pair {
            case .p256(let key): Array(key.publicKey.derRepresentation)
            case .p384(let key): Array(key.publicKey.derRepresentation)
            case .p521(let key): Array(key.publicKey.derRepresentation)
            case .rsa(let key): Array(key.publicKey.derRepresentation)
            case .ed25519(let key):
                [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
                    + Array(key.publicKey.rawRepresentation)
            }
        publicKey = try PublicKey(subjectPublicKeyInfo: info)
    }

    func sign(_ message: [UInt8], _ algorithm: SignatureAlgorithm? = nil) throws -> [UInt8] {
        let algorithm = algorithm ?? .default(for: publicKey)
        return switch algorithm.hash {
        case .sha256?: try sign(SHA256.hash(data: message), algorithm)
        case .sha384?: try sign(SHA384.hash(data: message), algorithm)
        case .sha512?: try sign(SHA512.hash(data: message), algorithm)
        case nil:
            if case .ed25519(let key) = pair { Array(try key.signature(for: message)) } else { [] }
        }
    }

    func verifiedSignature(over message: [UInt8], _ algorithm: SignatureAlgorithm? = nil) throws -> VerifiedSignature {
        let algorithm = algorithm ?? .default(for: publicKey)
        return try #require(
            VerifiedSignature(sign(message, algorithm), over: message, by: publicKey, algorithm: algorithm))
    }

    private func sign(_ digest: some Digest, _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        let padding: _RSA.Signing.Padding =
            if case .rsaPSS = algorithm { .PSS } else { .insecurePKCS1v1_5 }
        return switch pair {
        case .p256(let key): Array(try key.signature(for: digest).derRepresentation)
        case .p384(let key): Array(try key.signature(for: digest).derRepresentation)
        case .p521(let key): Array(try key.signature(for: digest).derRepresentation)
        case .rsa(let key): Array(try key.signature(for: digest, padding: padding).rawRepresentation)
        case .ed25519: []
        }
    }

    /// One of each kind, made once: an RSA key takes its time.
    static func shared(_ kind: Kind) throws -> TestKey { try #require(leaves[kind]) }

    /// Another of each kind, for a CA: no authority certifies its own key.
    static func sharedAuthority(_ kind: Kind) throws -> TestKey { try #require(authorities[kind]) }

    private static let leaves = oneOfEach()
    private static let authorities = oneOfEach()

    private static func oneOfEach() -> [Kind: TestKey] {
        var keys: [Kind: TestKey] = [:]
        for kind in Kind.allCases { keys[kind] = try? TestKey(kind) }
        return keys
    }
}
