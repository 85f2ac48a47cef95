package import PublicKeys
package import Timekeeping

/// What was admitted: all that a certificate will say, save its serial number and what its issuer adds to every one.
package struct CertificateTemplate: Hashable, Sendable {
    /// The DER of the Name, as it stands in the request.
    package let subject: [UInt8]
    package let publicKey: PublicKey
    package let notBefore: Instant
    /// The final second in which the certificate is valid.
    package let notAfter: Instant
    /// In the order in which they are written, none twice.
    package let extensions: [CertificateExtension]

    /// The DER of a Name without attributes.
    static let emptySubject: [UInt8] = [0x30, 0]

    /// Whether the certificate is a CA's.
    package var isCA: Bool {
        extensions.contains {
            if case .basicConstraints(.ca) = $0 { true } else { false }
        }
    }
}
