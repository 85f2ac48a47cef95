import PKCS11

/// A certificate as a token keeps it beside its key, for other tools to find: nothing here reads it there.
package struct TokenCertificate: Sendable {
    package let der: [UInt8]
    /// The DER of these three.
    package let subject: [UInt8]
    package let issuer: [UInt8]
    package let serialNumber: [UInt8]

    package init(der: [UInt8], subject: [UInt8], issuer: [UInt8], serialNumber: [UInt8]) {
        (self.der, self.subject, self.issuer, self.serialNumber) = (der, subject, issuer, serialNumber)
    }
}

extension TokenAccess {
    /// Puts a certificate beside its key, under the key's label and id.
    ///
    /// - Returns: whether it was put there; `false` where it is there already.
    /// - Throws: `AdministrationError.token`.
    package func install(_ certificate: TokenCertificate, for key: KeyReport) throws(AdministrationError) -> Bool {
        try step("putting the certificate beside key \(key.label)") { () throws(PKCS11Error) in
            let present: [Attribute] = [
                .objectClass(.certificate), .flag(.token, true), .octets(.id, key.id), .octets(.value, certificate.der),
            ]
            guard try session.findObjects(present, limit: 1).isEmpty else { return false }
            _ = try session.createObject(
                present + [
                    // CKC_X_509.
                    .number(.certificateType, 0), .flag(.isPrivate, false), .octets(.label, Array(key.label.utf8)),
                    .octets(.subject, certificate.subject), .octets(.issuer, certificate.issuer),
                    .octets(.serialNumber, certificate.serialNumber),
                ])
            return true
        }
    }
}
