package import JSONRPC

/// The result of `getCertificate`: what is on record of it, and the certificate itself.
package struct GetCertificateResult: Sendable, JSONEncodable {
    package let description: CertificateDescription
    /// PEM; `nil` where no signature is on record.
    package let certificate: String?
    /// The sequence number of the last record that the inventory had read.
    package let position: UInt64

    package init(description: CertificateDescription, certificate: String?, position: UInt64) {
        self.description = description
        self.certificate = certificate
        self.position = position
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            description.encodeMembers(into: &writer)
            writer.member("certificate", certificate)
            writer.member("position", Int64(clamping: position))
        }
    }
}
