import FoundationEssentials
import Glibc
package import PKCS11
package import PublicKeys
package import Signing

/// A fresh token in this process's SoftHSM, with its PIN in a file.
package final class SoftHSMToken: Sendable {
    package let softHSM: SoftHSM
    package let label: String
    package let serial: String
    /// Names the token by label and serial, and no object.
    package let uri: URI
    /// Mode 0600.
    package let pinFile: String
    private let slot: Slot

    /// - Parameter label: by default one that no other token has.
    package init(label: String? = nil) throws {
        softHSM = try SoftHSM.shared()
        let spare = try softHSM.spareTokens.take()
        slot = spare.slot
        if let label {
            try SpareTokens.initialize(slot, label: label)
        }
        let info = try slot.tokenInfo()
        (self.label, serial) = (info.label, info.serial)
        uri = try URI("pkcs11:token=\(info.label.replacing(" ", with: "%20"));serial=\(info.serial)")
        pinFile = softHSM.directory + "/pin-\(spare.number)"
        try Self.writePIN(to: pinFile)
    }

    private static func writePIN(to path: String) throws {
        try (SpareTokens.userPIN + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        guard unsafe chmod(path, 0o600) == 0 else { throw TestSupportError("chmod \(path): errno \(errno)") }
    }

    /// A read-write session, logged in.
    package func openSession() throws -> Session {
        let session = try slot.openSession(readWrite: true)
        try session.logIn(pin: PIN(copying: Array(SpareTokens.userPIN.utf8)))
        return session
    }

    /// The token as the signing layer wants to know it.
    ///
    /// Its keys prove that they sign after trouble only: calls can be counted.
    ///
    /// - Parameter module: through which it is seen; by default SoftHSM itself.
    package func configuration(
        name: String = "test", through module: FaultyModule? = nil, sessions: Int? = nil, queueLimit: Int = 1024,
        deadline: Duration = patience, keyCheckInterval: Duration = .seconds(60)
    ) -> TokenConfiguration {
        TokenConfiguration(
            name: name, modulePath: module?.path ?? SoftHSM.modulePath, uri: uri, pinSource: .file(pinFile),
            sessions: sessions, queueLimit: queueLimit, deadline: deadline, keyCheckInterval: keyCheckInterval,
            proofInterval: .zero)
    }

    /// The token, logged in and with its workers; the caller closes it.
    package func open(sessions: Int? = nil) async throws -> Token {
        try await Token.open(configuration(sessions: sessions))
    }

    /// Closes all sessions behind the backs of those who hold them, as a token does that was pulled out and put back.
    package func closeAllSessions() throws {
        try slot.closeAllSessions()
    }

    /// A key pair that a test made in a token.
    package struct Key: Sendable {
        /// Names token and private key.
        package let uri: URI
        package let publicKey: PublicKey
    }

    /// Makes a key pair in the token, as the key of a CA would be made.
    ///
    /// - Parameters:
    ///   - label: by default one that no other key of any token has.
    ///   - id: by default random.
    ///   - privateAttributes: what the private key is to have, other than a CA's key should.
    package func makeKey(
        _ type: KeyPairType, label: String? = nil, id: [UInt8]? = nil, privateAttributes: [Attribute]? = nil
    ) throws -> Key {
        let id = id ?? (0..<8).map { _ in UInt8.random(in: 0...255) }
        let label = label ?? "key " + id.map { String($0, radix: 16) }.joined()
        let session = try openSession()
        let pair: KeyPair
        if let privateAttributes {
            let name: [Attribute] = [.flag(.token, true), .octets(.label, Array(label.utf8)), .octets(.id, id)]
            pair = try session.generateKeyPair(
                type, publicTemplate: name, privateTemplate: name + privateAttributes)
        } else {
            pair = try session.generateKeyPair(type, label: label, id: id, inToken: true)
        }
        let publicKey = try PublicKey(subjectPublicKeyInfo: session.subjectPublicKeyInfo(of: pair.publicKey))
        let info = try slot.tokenInfo()
        try session.close()
        return Key(uri: try URI(token: info, object: label, id: id, type: .privateKey), publicKey: publicKey)
    }
}

extension SoftHSMToken {
    /// Takes a private key out of the token again.
    package func destroy(_ key: Key) throws {
        let session = try openSession()
        try session.destroyObject(session.findObject(key.uri, of: .privateKey))
        try session.close()
    }
}

extension SoftHSMToken.Key {
    /// What a signer for this key is asked for.
    ///
    /// - Parameter algorithm: by default what a CA of this key signs with.
    package func configuration(_ algorithm: SignatureAlgorithm? = nil) -> KeyConfiguration {
        KeyConfiguration(uri: uri, publicKey: publicKey, algorithm: algorithm ?? .default(for: publicKey))
    }
}
