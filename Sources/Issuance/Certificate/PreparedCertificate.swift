import DERCoding
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
        // It was verified; here it is seen to be of this certificate.
        guard
            signature.publicKey == issuer.certificate.publicKey, signature.algorithm == issuer.signatureAlgorithm,
            signature.message == tbs
        else { throw .signatureInvalid }
        let der = assembled(with: signature.octets)
        try readBack(der, signature: signature.octets)
        return IssuedCertificate(
            der: der, serial: serial, signature: signature.octets, notBefore: notBefore, notAfter: notAfter,
            isCA: isCA)
    }

    private borrowing func assembled(with signature: [UInt8]) -> [UInt8] {
        var writer = DERWriter(reservingCapacity: tbs.count + signature.count + issuer.algorithmIdentifier.count + 16)
        writer.constructed(DERTag.sequence) { certificate in
            certificate.encoded(tbs)
            certificate.encoded(issuer.algorithmIdentifier)
            certificate.bitString(signature)
        }
        return writer.octets
    }

    /// What is inside the TBSCertificate has been linted: here it is enough that these are its bytes.
    private borrowing func readBack(_ der: [UInt8], signature: [UInt8]) throws(IssuanceError) {
        guard let (body, algorithm, bits) = try? Self.parts(of: der) else {
            throw .assemblyDiffers("the assembled certificate does not parse")
        }
        guard body.elementsEqual(tbs) else {
            throw .assemblyDiffers("the certificate holds other bytes than were signed")
        }
        // The inner one is among the linted bytes: RFC 5280 § 4.1.1.2 wants the two equal.
        guard algorithm.elementsEqual(issuer.algorithmIdentifier) else {
            throw .assemblyDiffers("the two signature algorithms differ")
        }
        guard bits.first == 0, bits.dropFirst().elementsEqual(signature) else {
            throw .assemblyDiffers("the certificate holds another signature than was checked")
        }
    }

    /// The TBSCertificate and the AlgorithmIdentifier as they are encoded, and what the BIT STRING holds (RFC 5280 § 4.1).
    private static func parts(
        of der: [UInt8]
    ) throws(DERError) -> (ArraySlice<UInt8>, ArraySlice<UInt8>, ArraySlice<UInt8>) {
        var reader = DERReader(der)
        let certificate = try reader.next(DERTag.sequence)
        try reader.finish()
        var parts = reader.reader(of: certificate)
        let (body, algorithm) = (try parts.next(DERTag.sequence), try parts.next(DERTag.sequence))
        let bits = try parts.next(DERTag.bitString)
        try parts.finish()
        return (parts.encoding(body), parts.encoding(algorithm), parts.contents(bits))
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
