package import PublicKeys
package import Timekeeping

/// The TBSCertificate of a root, which no chain stands above: linted, and waiting for the signature of the very key that it
/// certifies. It cannot be copied, and sealing consumes it, as with `PreparedCertificate`.
package struct PreparedRoot: ~Copyable, Sendable {
    /// The DER of the TBSCertificate: what is signed.
    package let tbs: [UInt8]
    package let publicKey: PublicKey
    package let signatureAlgorithm: SignatureAlgorithm
    private let serial: SerialNumber
    private let notBefore: Instant
    private let notAfter: Instant

    /// Builds the TBSCertificate, and lints its bytes.
    ///
    /// - Parameters:
    ///   - subject: the DER of the Name, which is the issuer too.
    ///   - notAfter: the final second.
    ///   - pathLength: how many CAs may follow below; `nil` for no limit (RFC 5280 § 4.2.1.9).
    /// - Throws: `IssuanceError.lintFailed`, with every finding.
    package init(
        subject: [UInt8], publicKey: PublicKey, notBefore: Instant, notAfter: Instant, pathLength: Int? = nil,
        serial: SerialNumber = .random()
    ) throws(IssuanceError) {
        let identifier = SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: publicKey)
        let template = CertificateTemplate(
            subject: subject, publicKey: publicKey, notBefore: notBefore, notAfter: notAfter,
            extensions: [
                .authorityKeyIdentifier(identifier), .subjectKeyIdentifier(identifier),
                .keyUsage([.keyCertSign, .cRLSign]), .basicConstraints(.ca(pathLength: pathLength)),
            ])
        let algorithm = SignatureAlgorithm.default(for: publicKey).algorithmIdentifier
        let tbs = TBSCertificate(serialNumber: serial, signature: algorithm, issuer: subject, template: template).der
        let root: LintedRoot
        do { root = try LintedRoot(tbs: tbs, publicKey: publicKey) } catch {
            throw .lintFailed([LintedRoot.unreadable(error)])
        }
        let findings = KeyPolicy().violations(of: publicKey) + root.findings(of: template)
        guard findings.isEmpty else { throw .lintFailed(findings) }
        self.tbs = tbs
        self.publicKey = publicKey
        signatureAlgorithm = .default(for: publicKey)
        (self.serial, self.notBefore, self.notAfter) = (serial, notBefore, notAfter)
    }

    /// Makes the certificate of these bytes and their signature, and reads it back.
    ///
    /// - Throws: `IssuanceError.signatureInvalid` where it is not one by this key over exactly these bytes; `.assemblyDiffers`
    ///   where the certificate does not read back as what was prepared.
    package consuming func seal(_ signature: VerifiedSignature) throws(IssuanceError) -> IssuedCertificate {
        guard
            signature.publicKey == publicKey, signature.algorithm == signatureAlgorithm, signature.message == tbs
        else { throw .signatureInvalid }
        guard let der = CertificateParts(tbs: tbs, signature: signature.octets).der else {
            throw .assemblyDiffers("there is no signature algorithm in what was prepared")
        }
        let certificate: IssuerCertificate
        do { certificate = try IssuerCertificate(der: der) } catch { throw .assemblyDiffers("\(error)") }
        guard certificate.tbs == tbs, certificate.signature == signature.octets else {
            throw .assemblyDiffers("what was assembled holds other bytes than were signed")
        }
        // Whether an authority could begin with it.
        do { try ChainRules.check([certificate]) } catch { throw .assemblyDiffers("\(error)") }
        return IssuedCertificate(
            der: der, serial: serial, signature: signature.octets, notBefore: notBefore, notAfter: notAfter, isCA: true)
    }
}
