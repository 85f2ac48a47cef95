import CPKCS11

/// `CK_MECHANISM`: a way of signing, of making a key pair, or of bringing a key in.
package enum Mechanism: Hashable, Sendable {
    /// `CKM_ECDSA`: signs a digest made by the host; r‖s comes back.
    case ecdsa
    /// `CKM_ECDSA_SHA256` and its like: the token hashes.
    case ecdsaHashing(Hash)
    /// `CKM_RSA_PKCS`: pads a DigestInfo made by the host (RFC 8017 § 9.2) and signs it.
    case rsaPKCS
    /// `CKM_SHA256_RSA_PKCS` and its like: the token hashes.
    case rsaPKCSHashing(Hash)
    /// `CKM_RSA_PKCS_PSS`: signs a digest made by the host with this hash; MGF1 over the same hash.
    case rsaPSS(Hash, saltLength: UInt)
    /// `CKM_SHA256_RSA_PKCS_PSS` and its like: the token hashes.
    case rsaPSSHashing(Hash, saltLength: UInt)
    /// `CKM_EDDSA`: signs the whole message.
    case eddsa
    /// `CKM_EC_KEY_PAIR_GEN`.
    case ecKeyPairGeneration
    /// `CKM_RSA_PKCS_KEY_PAIR_GEN`.
    case rsaKeyPairGeneration
    /// `CKM_EC_EDWARDS_KEY_PAIR_GEN`.
    case edwardsKeyPairGeneration
    /// `CKM_RSA_PKCS_OAEP` with SHA-1, the one hash that every token has for it: decrypts a key into the token.
    case rsaOAEP
    /// `CKM_AES_KEY_WRAP_KWP` (RFC 5649): decrypts a key into the token.
    case aesKeyWrapKWP
    /// `CKM_AES_KEY_WRAP_PAD`: what that was called before PKCS #11 3.0.
    case aesKeyWrapPad

    /// The hashes that a mechanism may be tied to.
    package enum Hash: Hashable, Sendable, CaseIterable {
        case sha256
        case sha384
        case sha512

        /// `CKM_SHA256` and its like.
        var type: UInt {
            switch self {
            case .sha256: 0x250
            case .sha384: 0x260
            case .sha512: 0x270
            }
        }

        /// `CKG_MGF1_SHA256` and its like.
        var maskGeneration: UInt {
            switch self {
            case .sha256: 2
            case .sha384: 3
            case .sha512: 4
            }
        }

        /// 0, 1, 2: mechanisms that differ in the hash alone stand side by side in this order.
        fileprivate var offset: UInt { maskGeneration - 2 }
    }

    /// `CKM_…`.
    package var type: UInt {
        switch self {
        case .ecdsa: 0x1041
        case .ecdsaHashing(let hash): 0x1044 + hash.offset
        case .rsaPKCS: 0x1
        case .rsaPKCSHashing(let hash): 0x40 + hash.offset
        case .rsaPSS: 0xd
        case .rsaPSSHashing(let hash, _): 0x43 + hash.offset
        case .eddsa: 0x1057
        case .ecKeyPairGeneration: 0x1040
        case .rsaKeyPairGeneration: 0x0
        case .edwardsKeyPairGeneration: 0x1055
        case .rsaOAEP: 0x9
        case .aesKeyWrapKWP: 0x210b
        case .aesKeyWrapPad: 0x210a
        }
    }

    /// The mechanism in C, valid inside `body`.
    @inline(__always)
    func withMechanism(_ body: (UnsafeMutablePointer<ck_mechanism>) -> ck_rv_t) -> ck_rv_t {
        switch self {
        case .rsaPSS(let hash, let saltLength), .rsaPSSHashing(let hash, let saltLength):
            var parameters = ck_rsa_pkcs_pss_params(hash_alg: hash.type, mgf: hash.maskGeneration, s_len: saltLength)
            return unsafe withUnsafeMutablePointer(to: &parameters) { pointer in
                var mechanism = unsafe ck_mechanism(
                    mechanism: type, parameter: pointer,
                    parameter_len: UInt(MemoryLayout<ck_rsa_pkcs_pss_params>.size))
                return unsafe body(&mechanism)
            }
        case .rsaOAEP:
            // CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED without data.
            var parameters = unsafe ck_rsa_pkcs_oaep_params(
                hash_alg: 0x220, mgf: 1, source: 1, source_data: nil, source_data_len: 0)
            return unsafe withUnsafeMutablePointer(to: &parameters) { pointer in
                var mechanism = unsafe ck_mechanism(
                    mechanism: type, parameter: pointer,
                    parameter_len: UInt(MemoryLayout<ck_rsa_pkcs_oaep_params>.size))
                return unsafe body(&mechanism)
            }
        default:
            var mechanism = unsafe ck_mechanism(mechanism: type, parameter: nil, parameter_len: 0)
            return unsafe body(&mechanism)
        }
    }
}

extension Mechanism: CustomStringConvertible {
    /// The standard's name, such as `CKM_ECDSA`.
    package var description: String {
        switch self {
        case .ecdsa: "CKM_ECDSA"
        case .ecdsaHashing(let hash): "CKM_ECDSA_\(hash.name)"
        case .rsaPKCS: "CKM_RSA_PKCS"
        case .rsaPKCSHashing(let hash): "CKM_\(hash.name)_RSA_PKCS"
        case .rsaPSS: "CKM_RSA_PKCS_PSS"
        case .rsaPSSHashing(let hash, _): "CKM_\(hash.name)_RSA_PKCS_PSS"
        case .eddsa: "CKM_EDDSA"
        case .ecKeyPairGeneration: "CKM_EC_KEY_PAIR_GEN"
        case .rsaKeyPairGeneration: "CKM_RSA_PKCS_KEY_PAIR_GEN"
        case .edwardsKeyPairGeneration: "CKM_EC_EDWARDS_KEY_PAIR_GEN"
        case .rsaOAEP: "CKM_RSA_PKCS_OAEP"
        case .aesKeyWrapKWP: "CKM_AES_KEY_WRAP_KWP"
        case .aesKeyWrapPad: "CKM_AES_KEY_WRAP_PAD"
        }
    }
}

extension Mechanism.Hash {
    fileprivate var name: String {
        switch self {
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        case .sha512: "SHA512"
        }
    }
}
