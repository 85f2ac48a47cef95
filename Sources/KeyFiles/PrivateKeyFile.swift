import CKeyFiles
package import PKCS11
package import PublicKeys

/// A private key that was read from a file. It is in libcrypto's memory, which is wiped when it goes, and shown to tokens alone.
@safe package struct PrivateKeyFile: ~Copyable {
    private let key: OpaquePointer
    package let publicKey: PublicKey
    package let type: KeyPairType
    /// Whether the file needed a passphrase.
    package let isEncrypted: Bool

    /// The largest file, in octets: keys have some thousands, and text may stand around them.
    package static let maximumSize = 32_768

    /// Before anything else of this process uses libcrypto, a PKCS #11 module say: what libcrypto frees from here on is wiped.
    ///
    /// - Returns: whether it is; what libcrypto knows to be a key's it wipes anyway.
    package static func prepareMemory() -> Bool { countersign_wipe_freed_memory() == 1 }

    /// Reads the one private key of a file.
    ///
    /// - Parameter passphrase: called once, where the file is encrypted.
    /// - Throws: `KeyFileError`, and what `passphrase` throws.
    package init(_ file: borrowing SecretOctets, passphrase: () throws -> PIN) throws {
        let (opened, isEncrypted) = try unsafe Self.open(file, passphrase)
        let (publicKey, type): (PublicKey, KeyPairType)
        do throws(KeyFileError) {
            publicKey = try unsafe Self.publicKey(of: opened)
            type = try Self.type(of: publicKey)
        } catch {
            unsafe countersign_free_key(opened)
            throw error
        }
        unsafe key = unsafe opened
        (self.publicKey, self.type, self.isEncrypted) = (publicKey, type, isEncrypted)
    }

    private static func open(
        _ file: borrowing SecretOctets, _ passphrase: () throws -> PIN
    ) throws -> (key: OpaquePointer, isEncrypted: Bool) {
        var (key, reading) = unsafe read(file, nil, 0)
        let isEncrypted = reading == COUNTERSIGN_KEY_LOCKED
        if isEncrypted {
            let passphrase = try passphrase()
            unsafe (key, reading) = unsafe passphrase.withOctets { unsafe read(file, $0, Int($1)) }
        }
        guard let key = unsafe key, reading == COUNTERSIGN_KEY_READ else { throw error(reading) }
        return unsafe (key, isEncrypted)
    }

    deinit { unsafe countersign_free_key(key) }

    private static func read(
        _ file: borrowing SecretOctets, _ passphrase: UnsafeMutablePointer<UInt8>?, _ size: Int
    ) -> (OpaquePointer?, countersign_key_reading) {
        var key: OpaquePointer?
        let reading = unsafe file.withOctets { file in
            unsafe countersign_read_key(
                file.baseAddress?.assumingMemoryBound(to: UInt8.self), file.count, passphrase, size, &key)
        }
        return unsafe (key, reading)
    }

    private static func error(_ reading: countersign_key_reading) -> KeyFileError {
        switch reading {
        case COUNTERSIGN_KEY_ABSENT: .absent
        case COUNTERSIGN_KEY_AMBIGUOUS: .ambiguous
        case COUNTERSIGN_KEY_WRONG_PASSPHRASE: .wrongPassphrase
        case COUNTERSIGN_KEY_OLD_ENCRYPTION: .oldEncryption
        case COUNTERSIGN_KEY_UNKNOWN_ENCRYPTION: .unknownEncryption
        case COUNTERSIGN_KEY_COSTLY_ENCRYPTION: .costlyEncryption
        case COUNTERSIGN_KEY_MULTI_PRIME: .unsupported("it has more than two primes, which no token takes")
        case COUNTERSIGN_KEY_INCONSISTENT: .inconsistent
        case COUNTERSIGN_KEY_MALFORMED: .malformed
        default: .unavailable("cannot be read: OpenSSL's library failed")
        }
    }

    private static func publicKey(of key: OpaquePointer) throws(KeyFileError) -> PublicKey {
        var der = [UInt8](repeating: 0, count: 8192)
        let count = unsafe der.withUnsafeMutableBufferPointer {
            unsafe countersign_public_key(key, $0.baseAddress, $0.count)
        }
        do { return try PublicKey(subjectPublicKeyInfo: Array(der.prefix(count))) } catch {
            throw .unsupported("\(error)")
        }
    }

    private static func type(of key: PublicKey) throws(KeyFileError) -> KeyPairType {
        let type: KeyPairType =
            switch key.material {
            case .ellipticCurve(.p256, _): .p256
            case .ellipticCurve(.p384, _): .p384
            case .ellipticCurve(.p521, _): .p521
            case .rsa(let numbers): .rsa(bits: numbers.bitCount)
            case .ed25519: .ed25519
            }
        guard KeyPairType.ofCAs.contains(type) else {
            throw .unsupported("it is \(type), and an RSA key here has 2048, 3072 or 4096 bits")
        }
        return type
    }
}

extension PrivateKeyFile {
    /// The key encrypted for a token, in two layers.
    package struct Wrapped: Sendable {
        /// An AES-256 key under the token's RSA key: RSAES-OAEP with SHA-1.
        package let transportKey: [UInt8]
        /// The PKCS #8 of the key under that one: RFC 5649.
        package let key: [UInt8]
    }

    /// Encrypts the key to an RSA key, of which this is the SubjectPublicKeyInfo.
    package borrowing func wrapped(to recipient: [UInt8]) throws(KeyFileError) -> Wrapped {
        var transportKey = [UInt8](repeating: 0, count: 1024)
        var wrapped = [UInt8](repeating: 0, count: 16_384)
        var (transportSize, size) = (transportKey.count, wrapped.count)
        let isDone = unsafe countersign_wrap_key(
            key, recipient, recipient.count, &transportKey, &transportSize, &wrapped, &size)
        guard isDone == 1 else { throw .unavailable("cannot be encrypted for the token: OpenSSL's library failed") }
        return Wrapped(transportKey: Array(transportKey.prefix(transportSize)), key: Array(wrapped.prefix(size)))
    }

    /// The private numbers as PKCS #11 wants them: for a token that unwraps none.
    package borrowing func secrets() throws(KeyFileError) -> SecretAttributes {
        var secrets: SecretAttributes
        do { secrets = try SecretAttributes(capacity: 8192) } catch { throw .unavailable("\(error)") }
        for (type, name, width) in numbers {
            unsafe secrets.add(type) { room in
                unsafe countersign_key_number(
                    key, name, width, room.baseAddress?.assumingMemoryBound(to: UInt8.self), room.count)
            }
        }
        guard secrets.isComplete else { throw .unavailable("lacks a number that tokens want") }
        return secrets
    }

    /// What they are, by libcrypto's names, and their widths where those are fixed.
    private var numbers: [(AttributeType, String, Int)] {
        switch type {
        case .p256: [(.value, "priv", 32)]
        case .p384: [(.value, "priv", 48)]
        case .p521: [(.value, "priv", 66)]
        case .ed25519: [(.value, "priv", 0)]
        case .rsa:
            [
                (.privateExponent, "d", 0), (.prime1, "rsa-factor1", 0), (.prime2, "rsa-factor2", 0),
                (.exponent1, "rsa-exponent1", 0), (.exponent2, "rsa-exponent2", 0),
                (.coefficient, "rsa-coefficient1", 0),
            ]
        }
    }
}
