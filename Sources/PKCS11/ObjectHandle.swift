/// An object as one session sees it: good while that session lives, and not after the object is destroyed.
package struct ObjectHandle: Hashable, Sendable {
    let rawValue: UInt
}

/// `CKO_…`: what sort of thing an object is.
package struct ObjectClass: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt

    package init(rawValue: UInt) {
        self.rawValue = rawValue
    }

    package static let certificate = ObjectClass(rawValue: 1)
    package static let publicKey = ObjectClass(rawValue: 2)
    package static let privateKey = ObjectClass(rawValue: 3)
    package static let secretKey = ObjectClass(rawValue: 4)
}

/// `CKK_…`: what algorithm a key is for.
package struct KeyType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt

    package init(rawValue: UInt) {
        self.rawValue = rawValue
    }

    package static let rsa = KeyType(rawValue: 0)
    package static let ec = KeyType(rawValue: 3)
    package static let aes = KeyType(rawValue: 0x1f)
    /// PKCS #11 3.0.
    package static let ecEdwards = KeyType(rawValue: 0x40)
}
