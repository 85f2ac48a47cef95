package import Issuance

/// The CA whose book is taken over.
package struct ImportedAuthority: Sendable {
    /// Its name in the configuration.
    package let id: String
    package let certificate: IssuerCertificate
    /// The subject key identifier of its certificate, by which the journal knows it.
    package let keyID: [UInt8]
    /// The URLs of its partitioned CRLs.
    package let partitions: [PartitionTemplate]

    /// `nil` for a certificate without subject key identifier.
    package init?(id: String, certificate: IssuerCertificate, partitions: [PartitionTemplate] = []) {
        guard let keyID = certificate.subjectKeyIdentifier else { return nil }
        self.id = id
        self.certificate = certificate
        self.keyID = keyID
        self.partitions = partitions
    }

    /// The partition whose CRL a certificate points to; `nil` where it points to none.
    func partition(of certificate: ForeignCertificate) -> UInt32? {
        for url in certificate.distributionPointURLs {
            for template in partitions {
                if let partition = template.partition(of: url) { return partition }
            }
        }
        return nil
    }
}
