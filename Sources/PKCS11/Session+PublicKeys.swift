import DERCoding

extension Session {
    /// The DER of the SubjectPublicKeyInfo (RFC 5280 § 4.1.2.7) of a public key object.
    package func subjectPublicKeyInfo(of object: ObjectHandle) throws(PKCS11Error) -> [UInt8] {
        switch try number(.keyType, of: object).map(KeyType.init) {
        case .rsa?: try rsaPublicKeyInfo(of: object)
        case .ec?, .ecEdwards?: try curvePublicKeyInfo(of: object)
        case let type?: throw .key("is of the type 0x\(String(type.rawValue, radix: 16)), which is not known here")
        case nil: throw .key("has no CKA_KEY_TYPE")
        }
    }

    /// RFC 3279 § 2.3.1: `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`, parameters NULL.
    private func rsaPublicKeyInfo(of object: ObjectHandle) throws(PKCS11Error) -> [UInt8] {
        guard
            let modulus = try attribute(.modulus, of: object), let exponent = try attribute(.publicExponent, of: object)
        else { throw .key("shows no modulus and public exponent") }
        let rsaEncryption: [UInt8] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00]
        var key = DERWriter()
        key.constructed(DERTag.sequence) { numbers in
            numbers.integer(magnitude: modulus[...])
            numbers.integer(magnitude: exponent[...])
        }
        return publicKeyInfo(rsaEncryption, key.octets)
    }

    /// RFC 5480 § 2 for EC, RFC 8410 § 4 for Ed25519.
    private func curvePublicKeyInfo(of object: ObjectHandle) throws(PKCS11Error) -> [UInt8] {
        guard let parameters = try attribute(.ecParameters, of: object), let curve = NamedCurve(parameters: parameters)
        else { throw .key("lies on none of the curves P-256, P-384, P-521 and Ed25519 by name") }
        guard let value = try attribute(.ecPoint, of: object), let point = curve.point(from: value) else {
            throw .key("has no CKA_EC_POINT of its curve's size")
        }
        if curve == .ed25519 { return publicKeyInfo(curve.objectIdentifier, point) }
        let ecPublicKey: [UInt8] = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]
        return publicKeyInfo(ecPublicKey + curve.objectIdentifier, point)
    }
}

/// `SEQUENCE { SEQUENCE { algorithm, parameters }, BIT STRING }`.
private func publicKeyInfo(_ algorithm: [UInt8], _ key: [UInt8]) -> [UInt8] {
    var writer = DERWriter()
    writer.constructed(DERTag.sequence) { info in
        info.constructed(DERTag.sequence) { $0.encoded(algorithm) }
        info.bitString(key)
    }
    return writer.octets
}
