package import Issuance

/// The CA whose book is taken over.
package struct ImportedAuthority: Sendable {
    /// Its name in the configuration.
    package let id: String
    package let certificate: IssuerCertificate
    /// The subject key identifier of its certificate, by which the journal knows it.
    package let keyID: [UInt8]

    /// `nil` for a certificate without subject key identifier.
    package init?(id: String, certificate: IssuerCertificate) {
        guard let keyID = certificate.subjectKeyIdentifier else { return nil }
        self.id = id
        self.certificate = certificate
        self.keyID = keyID
    }
}
