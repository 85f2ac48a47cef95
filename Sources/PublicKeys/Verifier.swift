import Crypto
import CryptoExtras

/// BoringSSL's form of a key, made once.
enum Verifier: Sendable {
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case rsa(_RSA.Signing.PublicKey)
    /// BoringSSL takes no public exponent over 33 bits, and swift-crypto no modulus below 2048.
    case rsaOfLargeExponent(LargeExponentVerifier)
    case ed25519(Curve25519.Signing.PublicKey)

    init(_ material: PublicKey.Material) throws(PublicKeyError) {
        do {
            switch material {
            case .ellipticCurve(.p256, let point): self = .p256(try P256.Signing.PublicKey(x963Representation: point))
            case .ellipticCurve(.p384, let point): self = .p384(try P384.Signing.PublicKey(x963Representation: point))
            case .ellipticCurve(.p521, let point): self = .p521(try P521.Signing.PublicKey(x963Representation: point))
            case .ed25519(let octets): self = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: octets))
            case .rsa(let numbers):
                if let key = try? _RSA.Signing.PublicKey(n: numbers.modulus, e: numbers.exponent) {
                    self = .rsa(key)
                } else {
                    self = .rsaOfLargeExponent(LargeExponentVerifier(numbers))
                }
            }
        } catch {
            throw .invalidPoint(.notOnCurve)
        }
    }
}

extension PublicKey {
    /// Whether `signature`, in the form that X.509 carries (ECDSA: the DER of Ecdsa-Sig-Value, RFC 3279 § 2.2.3), was made
    /// by this key over `message`, and has the one form that its algorithm gives it. False for an algorithm that does not
    /// fit the key.
    package func isValidSignature(
        _ signature: some Collection<UInt8>, over message: some Collection<UInt8>, algorithm: SignatureAlgorithm
    ) -> Bool {
        guard algorithm.fits(self) else { return false }
        let (signature, message) = (Array(signature), Array(message))
        return switch algorithm.hash {
        case .sha256?: isValidSignature(signature, for: SHA256.hash(data: message), algorithm)
        case .sha384?: isValidSignature(signature, for: SHA384.hash(data: message), algorithm)
        case .sha512?: isValidSignature(signature, for: SHA512.hash(data: message), algorithm)
        case nil:
            if case .ed25519(let key) = verifier { key.isValidSignature(signature, for: message) } else { false }
        }
    }

    private func isValidSignature(_ signature: [UInt8], for digest: some Digest, _ algorithm: SignatureAlgorithm)
        -> Bool
    {
        switch verifier {
        case .p256(let key):
            ECDSASignatureValue.rawRepresentation(of: signature, on: .p256)
                .flatMap { try? P256.Signing.ECDSASignature(rawRepresentation: $0) }
                .map { key.isValidSignature($0, for: digest) } ?? false
        case .p384(let key):
            ECDSASignatureValue.rawRepresentation(of: signature, on: .p384)
                .flatMap { try? P384.Signing.ECDSASignature(rawRepresentation: $0) }
                .map { key.isValidSignature($0, for: digest) } ?? false
        case .p521(let key):
            ECDSASignatureValue.rawRepresentation(of: signature, on: .p521)
                .flatMap { try? P521.Signing.ECDSASignature(rawRepresentation: $0) }
                .map { key.isValidSignature($0, for: digest) } ?? false
        case .rsa(let key):
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest,
                padding: algorithm.usesPSS ? .PSS : .insecurePKCS1v1_5)
        case .rsaOfLargeExponent(let key):
            !algorithm.usesPSS
                && algorithm.hash.map { key.isValidSignature(signature, digest: Array(digest), $0) } ?? false
        case .ed25519: false
        }
    }
}

extension SignatureAlgorithm {
    fileprivate var usesPSS: Bool {
        if case .rsaPSS = self { true } else { false }
    }
}
