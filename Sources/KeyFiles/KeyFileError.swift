import CKeyFiles

/// Why a file gives no private key, with what to do next.
package enum KeyFileError: Error, Hashable, Sendable {
    case absent
    case ambiguous
    case wrongPassphrase
    case oldEncryption
    case unknownEncryption
    case costlyEncryption
    case malformed
    case inconsistent
    /// A key, and of no kind that signs for a CA here.
    case unsupported(String)
    /// It cannot be read or held.
    case unavailable(String)
}

extension KeyFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .absent: "holds no private key: PKCS #8, SEC 1 or PKCS #1 is wanted, as PEM or DER"
        case .ambiguous: "holds more than one private key: leave the one that is meant in a file of its own"
        case .wrongPassphrase: "does not decrypt to a key: the passphrase is wrong, or the file is damaged"
        case .oldEncryption:
            "is encrypted as PEM was before PKCS #8, with a key that is one MD5 of the passphrase: convert it with openssl pkcs8 -topk8 "
                + "-v2 aes-256-cbc -in FILE -out NEW, and import NEW"
        case .unknownEncryption:
            "is encrypted by an algorithm that is not known here: convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW "
                + "(-provider legacy -provider default for old ones), and import NEW"
        case .costlyEncryption:
            "is encrypted under a passphrase whose derivation takes more memory than OpenSSL's library gives it: convert it where it was made, with "
                + "smaller parameters of scrypt, and import that"
        case .malformed:
            "cannot be read as a private key: PKCS #8, SEC 1 or PKCS #1 is wanted, as PEM or DER, of an RSA, EC or Ed25519 key; "
                + "a PKCS #12 file becomes one with openssl pkcs12 -nocerts"
        case .inconsistent: "holds a private key whose numbers do not belong together: it is damaged"
        case .unsupported(let why): "holds a key that is none for a CA here: \(why)"
        case .unavailable(let why): why
        }
    }
}
