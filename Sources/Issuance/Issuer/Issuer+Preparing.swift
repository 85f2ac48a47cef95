extension Issuer {
    /// Builds the TBSCertificate of what was admitted and lints the very bytes that will be signed.
    ///
    /// - Throws: `IssuanceError.lintFailed`, with every finding. Nothing has been signed then.
    package func prepare(
        _ template: CertificateTemplate, serial: SerialNumber
    ) throws(IssuanceError) -> PreparedCertificate {
        let tbs = TBSCertificate(
            serialNumber: serial, signature: algorithmIdentifier, issuer: certificate.subject, template: template
        ).der
        let findings = Lint.findings(in: tbs, of: template, serial: serial, by: self)
        guard findings.isEmpty else { throw .lintFailed(findings) }
        return PreparedCertificate(
            tbs: tbs, serial: serial, notBefore: template.notBefore, notAfter: template.notAfter, isCA: template.isCA,
            issuer: self)
    }
}
