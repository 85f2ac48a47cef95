import Crypto
import PKCS11
import PublicKeys

/// A mechanism, and what is to be given to it.
struct SigningMethod: Hashable, Sendable {
    enum Input: Hashable, Sendable {
        /// The message's digest, made here.
        case digest(HashAlgorithm)
        /// The digest in a DigestInfo (RFC 8017 § 9.2).
        case digestInfo(HashAlgorithm)
        case message
    }

    let mechanism: Mechanism
    let input: Input

    /// What may make such a signature, the preferred way first: tokens advertise mechanisms that they refuse and leave out
    /// some that work, so only a signature tells.
    static func candidates(for algorithm: SignatureAlgorithm) -> [SigningMethod] {
        switch algorithm {
        case .ecdsa(let hash):
            [
                SigningMethod(mechanism: .ecdsa, input: .digest(hash)),
                SigningMethod(mechanism: .ecdsaHashing(hash.mechanismHash), input: .message),
            ]
        case .rsaPKCS1(let hash):
            [
                SigningMethod(mechanism: .rsaPKCS, input: .digestInfo(hash)),
                SigningMethod(mechanism: .rsaPKCSHashing(hash.mechanismHash), input: .message),
            ]
        case .rsaPSS(let hash):
            [
                SigningMethod(
                    mechanism: .rsaPSS(hash.mechanismHash, saltLength: UInt(hash.digestSize)), input: .digest(hash)),
                SigningMethod(
                    mechanism: .rsaPSSHashing(hash.mechanismHash, saltLength: UInt(hash.digestSize)), input: .message),
            ]
        case .ed25519: [SigningMethod(mechanism: .eddsa, input: .message)]
        }
    }

    /// What `C_Sign` gets for this message. The length is right by construction: some tokens sign any.
    func data(for message: [UInt8]) -> [UInt8] {
        switch input {
        case .message: message
        case .digest(let hash): hash.digest(of: message, after: [])
        case .digestInfo(let hash): hash.digest(of: message, after: hash.digestInfoPrefix)
        }
    }
}

extension HashAlgorithm {
    fileprivate var mechanismHash: Mechanism.Hash {
        switch self {
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        }
    }

    fileprivate func digest(of message: [UInt8], after prefix: [UInt8]) -> [UInt8] {
        var octets = prefix
        octets.reserveCapacity(prefix.count + digestSize)
        switch self {
        case .sha256: octets.append(contentsOf: SHA256.hash(data: message))
        case .sha384: octets.append(contentsOf: SHA384.hash(data: message))
        case .sha512: octets.append(contentsOf: SHA512.hash(data: message))
        }
        return octets
    }
}
