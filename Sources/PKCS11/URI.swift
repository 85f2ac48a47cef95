import DERCoding

/// A PKCS #11 URI (RFC 7512): which token, which object in it, and where the PIN is.
package struct URI: Hashable, Sendable {
    /// As it was given. It holds no secret: a `pin-value` is refused.
    package let text: String
    package let token: String?
    package let manufacturer: String?
    package let serial: String?
    package let model: String?
    package let slotDescription: String?
    package let slotManufacturer: String?
    /// The object's `CKA_LABEL`.
    package let object: String?
    /// The object's `CKA_ID`.
    package let id: [UInt8]?
    package let type: ObjectClass?
    /// From `pin-source=file:…`.
    package let pinSource: PINSource?

    /// Whether anything says which token is meant.
    package var namesToken: Bool { token != nil || serial != nil || manufacturer != nil || model != nil || namesSlot }

    var namesSlot: Bool { slotDescription != nil || slotManufacturer != nil }

    /// Whether a token fits all that the URI says of tokens.
    package func matches(_ info: TokenInfo) -> Bool {
        Self.fits(token, info.label) && Self.fits(serial, info.serial) && Self.fits(model, info.model)
            && Self.fits(manufacturer, info.manufacturer)
    }

    func matches(_ info: SlotInfo) -> Bool {
        Self.fits(slotDescription, info.description) && Self.fits(slotManufacturer, info.manufacturer)
    }

    /// Octet by octet: Swift's own comparison of strings would equate different spellings of one character.
    private static func fits(_ wanted: String?, _ value: String) -> Bool {
        wanted.map { $0.utf8.elementsEqual(value.utf8) } ?? true
    }
}

extension URI: CustomStringConvertible {
    package var description: String { text }
}

extension URI {
    /// The URI of a token, by label and serial.
    package init(token info: TokenInfo) throws(PKCS11Error) {
        try self.init("pkcs11:" + Self.attributes(of: info))
    }

    /// The URI of an object in a token that is named elsewhere, by object and id.
    package init(object: String, id: [UInt8], type: ObjectClass) throws(PKCS11Error) {
        try self.init("pkcs11:" + Self.attributes(object, id, type))
    }

    /// The URI of an object in a token, by label, serial, object and id.
    package init(token info: TokenInfo, object: String, id: [UInt8], type: ObjectClass) throws(PKCS11Error) {
        try self.init("pkcs11:" + Self.attributes(of: info) + ";" + Self.attributes(object, id, type))
    }

    private static func attributes(of info: TokenInfo) -> String {
        "token=\(encoded(info.label.utf8));serial=\(encoded(info.serial.utf8))"
    }

    private static func attributes(_ object: String, _ id: [UInt8], _ type: ObjectClass) -> String {
        let kind =
            switch type {
            case .privateKey: "private"
            case .publicKey: "public"
            default: "cert"
            }
        return "object=\(encoded(object.utf8));id=\(encoded(id, everything: true));type=\(kind)"
    }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    private static func encoded(_ octets: some Sequence<UInt8>, everything: Bool = false) -> String {
        octets.reduce(into: "") { text, octet in
            let scalar = Unicode.Scalar(octet)
            let isUnreserved =
                octet < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || scalar == "-" || scalar == "." || scalar == "_" || scalar == "~"
            if isUnreserved && !everything {
                text.unicodeScalars.append(scalar)
            } else {
                text += "%" + [octet].hex
            }
        }
    }
}
