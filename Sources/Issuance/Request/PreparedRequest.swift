import DERCoding
package import PublicKeys

/// A CertificationRequestInfo that waits for the signature of the key that it is about (RFC 2986 § 4.1). It asks for nothing but a
/// certificate for that name and key: what a CA's certificate says is for whoever issues it.
package struct PreparedRequest: ~Copyable, Sendable {
    /// The DER of the CertificationRequestInfo: what is signed.
    package let information: [UInt8]
    package let publicKey: PublicKey
    package let signatureAlgorithm: SignatureAlgorithm

    /// - Parameter subject: the DER of the Name.
    package init(subject: [UInt8], publicKey: PublicKey) {
        var writer = DERWriter(reservingCapacity: 512)
        writer.constructed(DERTag.sequence) { fields in
            fields.integer(0)
            fields.encoded(subject)
            fields.encoded(publicKey.subjectPublicKeyInfo)
            fields.constructed(DERTag.constructedContext(0)) { _ in }
        }
        information = writer.octets
        self.publicKey = publicKey
        signatureAlgorithm = .default(for: publicKey)
    }

    /// Puts the request together, and reads it back as an issuer would.
    ///
    /// - Throws: `IssuanceError.signatureInvalid` where the signature is not one by this key over exactly these bytes; what
    ///   `CertificateRequest` throws where no issuer here would take it.
    package consuming func seal(_ signature: VerifiedSignature) throws(IssuanceError) -> CertificateRequest {
        guard
            signature.publicKey == publicKey, signature.algorithm == signatureAlgorithm,
            signature.message == information
        else { throw .signatureInvalid }
        var writer = DERWriter(reservingCapacity: information.count + signature.octets.count + 64)
        writer.constructed(DERTag.sequence) { structure in
            structure.encoded(information)
            structure.encoded(signatureAlgorithm.algorithmIdentifier)
            structure.bitString(signature.octets)
        }
        return try CertificateRequest(
            verifying: PEM.encode(writer.octets, label: "CERTIFICATE REQUEST"), policy: KeyPolicy())
    }
}
