package import PublicKeys
package import Timekeeping

/// A TBSCertificate that has been linted and waits for its signature: one buffer, which is recorded, signed and released byte for
/// byte. It cannot be copied, and sealing consumes it: one serial number, one certificate.
package struct PreparedCertificate: ~Copyable, Sendable {
    /// The DER of the TBSCertificate: what is signed.
    package let tbs: [UInt8]
    package let serial: SerialNumber
    package let notBefore: Instant
    /// The final second.
    package let notAfter: Instant
    package let isCA: Bool
    /// By whose key the signature must be.
    package let issuer: Issuer

    /// Makes the certificate of these bytes and their signature.
    ///
    /// - Throws: `IssuanceError.signatureInvalid` where it is not one by the issuer's key over exactly these bytes;
    ///   `.assemblyDiffers` where the certificate does not read back as what was prepared.
    package consuming func seal(_ signature: VerifiedSignature) throws(IssuanceError) -> IssuedCertificate {
        IssuedCertificate(
            der: try issuer.seal(tbs, with: signature), serial: serial, signature: signature.octets,
            notBefore: notBefore, notAfter: notAfter, isCA: isCA)
    }
}

/// A certificate: signed, verified, complete.
package struct IssuedCertificate: Hashable, Sendable {
    package let der: [UInt8]
    package let serial: SerialNumber
    /// As the certificate carries it.
    package let signature: [UInt8]
    package let notBefore: Instant
    /// The final second.
    package let notAfter: Instant
    package let isCA: Bool
}
