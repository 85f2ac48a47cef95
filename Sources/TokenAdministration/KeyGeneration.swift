import Crypto
import DERCoding
package import PKCS11
package import PublicKeys
package import Signing

extension TokenAccess {
    /// Makes a key pair in the token: sensitive, never extractable, to sign and for nothing else. Its id is derived from the public key,
    /// so that no two have the same and a certificate's subject key identifier finds it (RFC 7093 § 2, method 1).
    ///
    /// It is read back and makes a test signature before this returns; one that fails is taken out again.
    ///
    /// - Parameter label: of no other key of the token.
    /// - Throws: `AdministrationError`.
    package func generateKey(_ type: KeyPairType, label: String) throws(AdministrationError) -> KeyReport {
        try requireFree(label)
        // Until its public key is known.
        var generator = SystemRandomNumberGenerator()
        let passing = (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let pair = try step("making a \(type) key in token \(info.label)") { () throws(PKCS11Error) in
            try makePair(type, label, passing)
        }
        do throws(AdministrationError) {
            try name(pair)
            let made = try step("reading the new key back") { () throws(PKCS11Error) -> KeyReport in
                try report(pair.privateKey)
            }
            try requireFit(made)
            return made
        } catch {
            throw removing([pair.publicKey, pair.privateKey], after: error)
        }
    }

    /// Takes a key out again that is none to be used.
    ///
    /// - Returns: why it is none, and what became of it.
    func removing(_ objects: [ObjectHandle], after error: AdministrationError) -> AdministrationError {
        do throws(PKCS11Error) {
            for object in objects { try session.destroyObject(object) }
        } catch let failure {
            return .keyUnfit(
                "\(error). It cannot be taken out again (\(failure)): countersign key list shows what is left of it, countersign key "
                    + "delete deletes it")
        }
        return .keyUnfit("\(error). It was taken out again")
    }

    func makePair(_ type: KeyPairType, _ label: String, _ id: [UInt8]) throws(PKCS11Error) -> KeyPair {
        // What a token permits where nothing is said is the token's own: most permit everything.
        let name: [Attribute] = [.flag(.token, true), .octets(.label, Array(label.utf8)), .octets(.id, id)]
        do {
            return try session.generateKeyPair(
                type,
                publicTemplate: name + Self.publicUses, privateTemplate: name + Self.privateUses)
        } catch  where Self.refusesTemplate(error) {
            // Some tokens take no attribute that such a key cannot have anyway.
            return try session.generateKeyPair(type, label: label, id: id, inToken: true)
        }
    }

    static let publicUses: [Attribute] = [.flag(.verify, true), .flag(.encrypt, false), .flag(.wrap, false)]
    static let privateUses: [Attribute] =
        [.flag(.isPrivate, true), .flag(.sensitive, true), .flag(.extractable, false), .flag(.sign, true)]
        + otherUses.map { .flag($0, false) }

    /// What a CA's private key is not for.
    static let otherUses: [AttributeType] = [.decrypt, .unwrap, .signRecover, .derive]

    private static func refusesTemplate(_ error: PKCS11Error) -> Bool {
        switch error.returnValue {
        case .templateInconsistent, .attributeTypeInvalid, .attributeValueInvalid, .attributeReadOnly: true
        // What tpm2-pkcs11 says of them.
        case .generalError, .functionFailed: true
        default: false
        }
    }

    func requireFree(_ label: String) throws(AdministrationError) {
        guard !label.isEmpty, label.utf8.count <= 255 else {
            throw .request("a key's label has 1 to 255 octets of UTF-8: name it by object= in the URI")
        }
        for objectClass in [ObjectClass.privateKey, .publicKey] {
            let found = try step("looking for keys of that label") { () throws(PKCS11Error) in
                try session.findObjects([
                    .objectClass(objectClass), .flag(.token, true), .octets(.label, Array(label.utf8)),
                ])
            }
            guard found.isEmpty else {
                throw .keyExists(
                    "token \(info.label) has a key of the label \(label) already: nothing was changed; give another label, or delete that key "
                        + (objectClass == .privateKey
                            ? "first with countersign key delete"
                            : "first; only its public part is there, which the token's own tool deletes (pkcs11-tool --delete-object --type pubkey)")
                )
            }
        }
    }

    /// RFC 7093 § 2, method 1.
    static func id(of publicKey: PublicKey) -> [UInt8] {
        Array(SHA256.hash(data: publicKey.subjectPublicKey).prefix(20))
    }

    private func name(_ pair: KeyPair) throws(AdministrationError) {
        let publicKey = try readPublicKey(pair.publicKey)
        let id = Self.id(of: publicKey)
        try step("giving the new key its id") { () throws(PKCS11Error) in
            try session.setAttributes([.octets(.id, id)], of: pair.publicKey)
            try session.setAttributes([.octets(.id, id)], of: pair.privateKey)
        }
    }

    private func readPublicKey(_ object: ObjectHandle) throws(AdministrationError) -> PublicKey {
        let octets = try step("reading the new public key") { () throws(PKCS11Error) in
            try session.subjectPublicKeyInfo(of: object)
        }
        do { return try PublicKey(subjectPublicKeyInfo: octets) } catch {
            throw .keyUnfit("the token made a key that is none to be used: \(error)")
        }
    }

    func requireFit(_ key: KeyReport) throws(AdministrationError) {
        // A token that permits more than it was told to is not thereby useless.
        guard key.isSensitive, !key.isExtractable, key.canSign, key.publicKey != nil else {
            throw .keyUnfit("the token has the key, and \(key.warnings.joined(separator: ", "))")
        }
        let trials = try trials(of: key)
        guard trials.contains(where: { $0.outcome == .signs }) else {
            let reasons = trials.map { "\($0.mechanism): \($0.words)" }.joined(separator: "; ")
            throw .keyUnfit("the key does not sign (\(reasons))")
        }
    }

    /// Test signatures by each mechanism that fits the key, with the algorithm that a CA of it would use where none is given.
    package func trials(
        of key: KeyReport, by algorithm: SignatureAlgorithm? = nil
    ) throws(AdministrationError) -> [KeyTrial] {
        guard let publicKey = key.publicKey else { return [] }
        return try step("signing with key \(key.label)") { () throws(PKCS11Error) in
            try KeyTrial.run(
                privateKey: key.object, publicKey: publicKey, algorithm: algorithm ?? .default(for: publicKey)
            ) { () throws(PKCS11Error) in try slot.openSession() }
        }
    }
}

extension KeyTrial {
    /// What came of it.
    package var words: String {
        switch outcome {
        case .signs: "signs"
        case .refused(let error): "\(error)"
        case .wrong(let reason): reason
        }
    }
}
