import CPKCS11

extension Session {
    /// Makes a key pair that can sign and cannot leave the token.
    ///
    /// The templates say what has to be said and no more: some tokens refuse what they would have chosen by themselves.
    ///
    /// - Parameter inToken: whether the pair outlives this session; a token object needs a read-write session.
    package func generateKeyPair(
        _ type: KeyPairType, label: String, id: [UInt8], inToken: Bool
    ) throws(PKCS11Error) -> KeyPair {
        let name: [Attribute] = [
            .flag(.token, inToken), .octets(.label, Array(label.utf8)), .octets(.id, id),
        ]
        return try generateKeyPair(
            type, publicTemplate: name + [.flag(.verify, true)],
            privateTemplate: name + [
                .flag(.isPrivate, true), .flag(.sensitive, true), .flag(.extractable, false), .flag(.sign, true),
            ])
    }

    /// The same with templates of the caller's own; curve, size and exponent are added to the public one.
    package func generateKeyPair(
        _ type: KeyPairType, publicTemplate: [Attribute], privateTemplate: [Attribute]
    ) throws(PKCS11Error) -> KeyPair {
        let publicTemplate = publicTemplate + type.parameters
        var (publicKey, privateKey): (ck_object_handle_t, ck_object_handle_t) = (0, 0)
        try unsafe functions.call("C_GenerateKeyPair", functions.list.pointee.C_GenerateKeyPair) { function in
            unsafe type.mechanism.withMechanism { mechanism in
                unsafe publicTemplate.withTemplate { publicAttributes, publicCount in
                    unsafe privateTemplate.withTemplate { privateAttributes, privateCount in
                        unsafe function(
                            handle, mechanism, publicAttributes, publicCount, privateAttributes, privateCount,
                            &publicKey, &privateKey)
                    }
                }
            }
        }
        return KeyPair(
            publicKey: ObjectHandle(rawValue: publicKey), privateKey: ObjectHandle(rawValue: privateKey))
    }
}
