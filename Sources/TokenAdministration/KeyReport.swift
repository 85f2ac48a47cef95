import DERCoding
package import PKCS11
package import PublicKeys

/// A private key in a token, and what the token says of it.
package struct KeyReport: Sendable {
    /// `CKA_LABEL`.
    package let label: String
    /// `CKA_ID`.
    package let id: [UInt8]
    /// Names token and key.
    package let uri: URI
    /// Names the key alone: what stands as an authority's `key` in a configuration, where the token is named elsewhere.
    package let configurationURI: URI
    /// From the public key object of the same id; `nil` where there is none that can be read.
    package let publicKey: PublicKey?
    package let isSensitive: Bool
    package let isExtractable: Bool
    package let canSign: Bool
    /// Whether it is permitted to do anything else: decrypt, unwrap, derive.
    package let hasOtherUses: Bool
    /// `CKA_LOCAL`, `CKA_ALWAYS_SENSITIVE`, `CKA_NEVER_EXTRACTABLE`: it was made in the token and was never able to leave it.
    package let wasGeneratedInToken: Bool
    /// Whether each signature asks for the PIN again.
    package let alwaysAuthenticates: Bool
    let object: ObjectHandle
    /// Public key objects of the same id.
    let publicObjects: [ObjectHandle]

    /// What an operator should mend before a CA rests on the key.
    package var warnings: [String] {
        var warnings: [String] = []
        if isExtractable { warnings.append("it can leave the token (CKA_EXTRACTABLE)") }
        if !isSensitive { warnings.append("its private part can be read (not CKA_SENSITIVE)") }
        if !canSign { warnings.append("it may not sign (not CKA_SIGN)") }
        if hasOtherUses {
            warnings.append("it may do more than sign (CKA_DECRYPT, CKA_UNWRAP, CKA_SIGN_RECOVER or CKA_DERIVE)")
        }
        if id.isEmpty { warnings.append("it has no id, so that its public key is not found by it") }
        if publicKey == nil { warnings.append("its public key is not in the token, or cannot be read") }
        return warnings
    }
}

extension TokenAccess {
    /// The private keys of the token, by label; those of a URI's label and id.
    ///
    /// - Parameter uri: `nil` for all.
    /// - Throws: `AdministrationError.token`.
    package func keys(fitting uri: URI? = nil) throws(AdministrationError) -> [KeyReport] {
        if let uri { try Self.requirePrivate(uri) }
        return try step("reading the keys of token \(info.label)") { () throws(PKCS11Error) in
            var template: [Attribute] = [.objectClass(.privateKey), .flag(.token, true)]
            if let label = uri?.object { template.append(.octets(.label, Array(label.utf8))) }
            if let id = uri?.id { template.append(.octets(.id, id)) }
            return try session.findObjects(template).map { object throws(PKCS11Error) in try report(object) }
        }.sorted { ($0.label, $0.id.hex) < ($1.label, $1.id.hex) }
    }

    /// - Throws: `AdministrationError.request` for the URI of a public key or a certificate.
    package static func requirePrivate(_ uri: URI) throws(AdministrationError) {
        guard uri.type == nil || uri.type == .privateKey else {
            throw .request("\(uri) names no private key: leave type= away")
        }
    }

    /// The one that fits.
    package func key(_ uri: URI) throws(AdministrationError) -> KeyReport {
        guard uri.object != nil || uri.id != nil else {
            throw .request("\(uri) names no key: add object=LABEL, or id=%…")
        }
        let found = try keys(fitting: uri)
        guard let key = found.first else {
            throw .noSuchKey(
                "no key of token \(info.label) fits \(uri): countersign key list shows those that are there")
        }
        guard found.count == 1 else {
            throw .noSuchKey("\(found.count) keys of token \(info.label) fit \(uri): add the id= of one")
        }
        return key
    }

    func report(_ object: ObjectHandle) throws(PKCS11Error) -> KeyReport {
        let id = try session.attribute(.id, of: object) ?? []
        let label = String(decoding: try session.attribute(.label, of: object) ?? [], as: UTF8.self)
        // Without an id, which public key it would be is a guess.
        let publicObjects =
            id.isEmpty
            ? [] : try session.findObjects([.objectClass(.publicKey), .flag(.token, true), .octets(.id, id)])
        let publicKey = publicObjects.first.flatMap { publicObject in
            (try? session.subjectPublicKeyInfo(of: publicObject))
                .flatMap { try? PublicKey(subjectPublicKeyInfo: $0) }
        }
        let isLocal = try session.flag(.local, of: object)
        let wasAlwaysSensitive = try session.flag(.alwaysSensitive, of: object)
        let wasNeverExtractable = try session.flag(.neverExtractable, of: object)
        var hasOtherUses = false
        for use in Self.otherUses where try session.flag(use, of: object) { hasOtherUses = true }
        return KeyReport(
            label: label, id: id, uri: try URI(token: info, object: label, id: id, type: .privateKey),
            configurationURI: try URI(object: label, id: id, type: .privateKey),
            publicKey: publicKey, isSensitive: try session.flag(.sensitive, of: object),
            isExtractable: try session.flag(.extractable, of: object), canSign: try session.flag(.sign, of: object),
            hasOtherUses: hasOtherUses,
            wasGeneratedInToken: isLocal && wasAlwaysSensitive && wasNeverExtractable,
            alwaysAuthenticates: try session.flag(.alwaysAuthenticate, of: object), object: object,
            publicObjects: publicObjects)
    }
}
