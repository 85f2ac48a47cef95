import Crypto
import DERCoding
package import KeyFiles
package import PKCS11
import PublicKeys

/// A key that was brought into a token.
package struct ImportedKey: Sendable {
    /// How it got there.
    package enum Way: Sendable {
        /// Encrypted to a key that the token made for it: `C_UnwrapKey`.
        case unwrapped
        /// In clear, to the PKCS #11 library: `C_CreateObject`. Why it was not unwrapped.
        case created(insteadOf: PKCS11Error)
    }

    package let report: KeyReport
    package let way: Way
}

extension TokenAccess {
    /// Brings a private key into the token, with the attributes of one that is generated there; only where it comes from cannot be
    /// mended, and the token says so (`CKA_LOCAL`, `CKA_ALWAYS_SENSITIVE`, `CKA_NEVER_EXTRACTABLE`).
    ///
    /// It is read back and makes a test signature, which the public key of the file verifies, before this returns; one that fails is taken
    /// out again.
    ///
    /// - Parameters:
    ///   - label: of no other key of the token.
    ///   - encryptedOnly: whether a token that does not unwrap it is not given the key at all.
    /// - Throws: `AdministrationError`.
    package func importKey(
        _ file: borrowing PrivateKeyFile, label: String, encryptedOnly: Bool = false
    ) throws(AdministrationError) -> ImportedKey {
        try requireFree(label)
        let publicKey = file.publicKey
        let name = KeyName(label: label, id: Self.id(of: publicKey))
        try requireFree(id: name.id)
        let (privateKey, way) = try bringIn(file, name, encryptedOnly)
        var objects = [privateKey]
        do throws(AdministrationError) {
            let template = name.attributes + Self.publicUses + file.type.publicAttributes(of: publicKey)
            objects.append(
                try step("storing the public key in token \(info.label)") { () throws(PKCS11Error) in
                    try session.createObject([.objectClass(.publicKey)] + template)
                })
            let found = try step("reading the imported key back") { () throws(PKCS11Error) -> KeyReport in
                try report(privateKey)
            }
            guard found.publicKey == publicKey, found.label == label, found.id == name.id else {
                throw .keyUnfit("what the token shows of the key is not what was imported")
            }
            guard !found.wasGeneratedInToken else {
                throw .keyUnfit("the token says that it generated the key itself, which is not so")
            }
            try requireFit(found)
            return ImportedKey(report: found, way: way)
        } catch {
            throw removing(objects, after: error)
        }
    }

    private struct KeyName {
        let label: String
        let id: [UInt8]

        var attributes: [Attribute] { [.flag(.token, true), .octets(.label, Array(label.utf8)), .octets(.id, id)] }
    }

    private func requireFree(id: [UInt8]) throws(AdministrationError) {
        for objectClass in [ObjectClass.privateKey, .publicKey] {
            let found = try step("looking for the key itself") { () throws(PKCS11Error) in
                try session.findObjects([.objectClass(objectClass), .flag(.token, true), .octets(.id, id)])
            }
            guard found.isEmpty else {
                throw .keyExists(
                    "token \(info.label) has a key of the id \(id.hex) already, which is what this key's id would be: nothing was changed; "
                        + "countersign key list shows it")
            }
        }
    }

    private func bringIn(
        _ file: borrowing PrivateKeyFile, _ name: KeyName, _ encryptedOnly: Bool
    ) throws(AdministrationError) -> (ObjectHandle, ImportedKey.Way) {
        let template: [Attribute] =
            [.objectClass(.privateKey), .keyType(file.type.keyType)] + name.attributes + Self.privateUses
        let refusal: PKCS11Error
        do throws(PKCS11Error) {
            return (try unwrap(file, template), .unwrapped)
        } catch { refusal = error }
        guard !encryptedOnly else {
            throw .token(refusal, during: "bringing the key into token \(info.label) encrypted, and not in clear")
        }
        // A token may have done it and said that it had not.
        try requireFree(id: name.id)
        let key = try step(
            "storing the key in token \(info.label), which did not unwrap it either (\(refusal))"
        ) { () throws(PKCS11Error) in try create(file, template) }
        return (key, .created(insteadOf: refusal))
    }

    private func create(
        _ file: borrowing PrivateKeyFile, _ template: [Attribute]
    ) throws(PKCS11Error) -> ObjectHandle {
        let template = template + file.type.privateAttributes(of: file.publicKey)
        do { return try session.createObject(template, secrets: file.secrets()) } catch let error as PKCS11Error {
            throw error
        } catch { throw .key("\(error)") }
    }

    /// In two layers, as most tokens do it: an RSA key of the token, which lives as long as this session at most, decrypts an AES key, and
    /// that one the key. Nothing between this process and the token sees it in clear.
    private func unwrap(
        _ file: borrowing PrivateKeyFile, _ template: [Attribute]
    ) throws(PKCS11Error) -> ObjectHandle {
        let passing: [Attribute] = [
            .flag(.token, false), .flag(.isPrivate, true), .flag(.sensitive, true), .flag(.extractable, false),
            .flag(.unwrap, true),
        ]
        let recipient = try session.generateKeyPair(
            .rsa(bits: 3072), publicTemplate: [.flag(.token, false), .flag(.wrap, true)], privateTemplate: passing)
        defer {
            try? session.destroyObject(recipient.privateKey)
            try? session.destroyObject(recipient.publicKey)
        }
        let recipientKey = try session.subjectPublicKeyInfo(of: recipient.publicKey)
        let wrapped: PrivateKeyFile.Wrapped
        do throws(KeyFileError) { wrapped = try file.wrapped(to: recipientKey) } catch { throw .key("\(error)") }
        let transport = try session.unwrapKey(
            wrapped.transportKey, with: recipient.privateKey, .rsaOAEP,
            [.objectClass(.secretKey), .keyType(.aes)] + passing)
        defer { try? session.destroyObject(transport) }
        do {
            return try session.unwrapKey(wrapped.key, with: transport, .aesKeyWrapKWP, template)
        } catch {
            return try session.unwrapKey(wrapped.key, with: transport, .aesKeyWrapPad, template)
        }
    }
}
