import Crypto
import CryptoExtras
package import PKCS11
package import PublicKeys
package import Signing

/// A signer whose key is in this process's memory: for tests of those who need a signature and no token.
package struct InMemorySigner: Signer {
    package let publicKey: PublicKey
    package let algorithm: SignatureAlgorithm
    private let key: Key

    private enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    /// Makes a fresh key.
    ///
    /// - Parameter algorithm: by default what a CA of this key signs with.
    package init(_ type: KeyPairType, algorithm: SignatureAlgorithm? = nil) throws {
        let info: [UInt8]
        switch type {
        case .p256:
            let key = P256.Signing.PrivateKey()
            (self.key, info) = (.p256(key), Array(key.publicKey.derRepresentation))
        case .p384:
            let key = P384.Signing.PrivateKey()
            (self.key, info) = (.p384(key), Array(key.publicKey.derRepresentation))
        case .p521:
            let key = P521.Signing.PrivateKey()
            (self.key, info) = (.p521(key), Array(key.publicKey.derRepresentation))
        case .rsa(let bits):
            let key = try _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits))
            (self.key, info) = (.rsa(key), Array(key.publicKey.derRepresentation))
        case .ed25519:
            let key = Curve25519.Signing.PrivateKey()
            // RFC 8410 § 4: SEQUENCE { SEQUENCE { 1.3.101.112 }, BIT STRING }.
            let header: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
            (self.key, info) = (.ed25519(key), header + key.publicKey.rawRepresentation)
        }
        publicKey = try PublicKey(subjectPublicKeyInfo: info)
        self.algorithm = algorithm ?? .default(for: publicKey)
    }

    private init(_ signer: InMemorySigner, _ algorithm: SignatureAlgorithm) {
        (publicKey, key, self.algorithm) = (signer.publicKey, signer.key, algorithm)
    }

    /// The same key with another algorithm.
    package func signing(with algorithm: SignatureAlgorithm) -> InMemorySigner {
        InMemorySigner(self, algorithm)
    }

    package var status: SignerStatus { SignerStatus(state: .ready) }

    package func checkReady() throws(SigningError) {}

    package func sign(_ message: [UInt8]) async throws(SigningError) -> VerifiedSignature {
        let octets = try octets(signing: message)
        guard let signature = VerifiedSignature(octets, over: message, by: publicKey, algorithm: algorithm) else {
            throw SigningError(.invalidSignature, "a key in memory signed wrongly", outcome: .possiblySigned)
        }
        return signature
    }

    /// The same at once, in X.509's form and not verified.
    package func octets(signing message: [UInt8]) throws(SigningError) -> [UInt8] {
        do {
            return switch algorithm.hash {
            case .sha256?: try signature(for: SHA256.hash(data: message))
            case .sha384?: try signature(for: SHA384.hash(data: message))
            case .sha512?: try signature(for: SHA512.hash(data: message))
            case nil: try ed25519Signature(for: message)
            }
        } catch let error as SigningError {
            throw error
        } catch {
            throw SigningError(.failed, String(describing: error))
        }
    }

    private func signature(for digest: some Digest) throws -> [UInt8] {
        switch (key, algorithm) {
        case (.p256(let key), .ecdsa): Array(try key.signature(for: digest).derRepresentation)
        case (.p384(let key), .ecdsa): Array(try key.signature(for: digest).derRepresentation)
        case (.p521(let key), .ecdsa): Array(try key.signature(for: digest).derRepresentation)
        case (.rsa(let key), .rsaPKCS1):
            Array(try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
        case (.rsa(let key), .rsaPSS): Array(try key.signature(for: digest, padding: .PSS).rawRepresentation)
        default: throw SigningError(.misconfigured, "\(algorithm) does not fit \(publicKey)")
        }
    }

    private func ed25519Signature(for message: [UInt8]) throws -> [UInt8] {
        guard case .ed25519(let key) = key else {
            throw SigningError(.misconfigured, "\(algorithm) does not fit \(publicKey)")
        }
        return Array(try key.signature(for: message))
    }
}
