import DERCoding

extension CertificateRequest {
    /// Stands for a request where a CA is to have another certificate, for the name and the key that it has in one: by another issuer, or of
    /// other dates. Whoever made that certificate has seen that the CA holds its key.
    ///
    /// - Throws: `IssuanceError.refused` for a key or name that nobody is certified with.
    package init(ofCAWith certificate: IssuerCertificate, policy: KeyPolicy) throws(IssuanceError) {
        var violations = policy.violations(of: certificate.publicKey)
        var buffer = DERReader(certificate.subject)
        let subject: DistinguishedName
        do throws(DERError) {
            let element = try buffer.next(DERTag.sequence)
            try buffer.finish()
            subject = try DistinguishedName(
                reading: element, of: buffer, at: "certificate.subject", violations: &violations)
        } catch {
            throw .refused([
                Violation(.requestDER, at: "certificate.subject", "The subject is malformed: \(error).")
            ])
        }
        guard violations.isEmpty else { throw .refused(violations) }
        self.init(
            der: certificate.der, subject: subject, publicKey: certificate.publicKey, extensions: [],
            otherAttributes: [])
    }
}
