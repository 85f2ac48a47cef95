package import PublicKeys
package import Timekeeping

/// A TBSCertList that has been linted and waits for its signature: one buffer, which is recorded, signed and released byte for byte.
/// It cannot be copied, and sealing consumes it: one number, one CRL.
package struct PreparedCRL: ~Copyable, Sendable {
    /// The DER of the TBSCertList: what is signed.
    package let tbs: [UInt8]
    package let number: UInt64
    package let thisUpdate: Instant
    package let nextUpdate: Instant
    /// By whose key the signature must be.
    package let issuer: Issuer

    /// Makes the CRL of these bytes and their signature.
    ///
    /// - Throws: `IssuanceError.signatureInvalid` where it is not one by the issuer's key over exactly these bytes;
    ///   `.assemblyDiffers` where the CRL does not read back as what was prepared.
    package consuming func seal(_ signature: VerifiedSignature) throws(IssuanceError) -> IssuedCRL {
        IssuedCRL(
            der: try issuer.seal(tbs, with: signature), number: number, signature: signature.octets,
            thisUpdate: thisUpdate, nextUpdate: nextUpdate)
    }
}

/// A CRL: signed, verified, complete.
package struct IssuedCRL: Hashable, Sendable {
    package let der: [UInt8]
    package let number: UInt64
    /// As the CRL carries it.
    package let signature: [UInt8]
    package let thisUpdate: Instant
    package let nextUpdate: Instant
}
