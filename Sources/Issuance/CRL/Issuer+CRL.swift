extension Issuer {
    /// Who reads a CRL looks for cRLSign in its signer's keyUsage (RFC 5280 § 4.2.1.3, § 6.3.3 (f)). An issuer whose key may not sign CRLs can
    /// issue certificates nevertheless, and someone else would have to say which of them are revoked.
    ///
    /// - Throws: `IssuerError.chain`, where that is missing.
    package func checkSignsCRLs() throws(IssuerError) {
        guard certificate.keyUsage?.contains(.cRLSign) ?? true else {
            throw .chain(position: 0, "may not sign CRLs: its keyUsage has no cRLSign")
        }
    }

    /// Builds the TBSCertList of what is revoked and lints the very bytes that will be signed.
    ///
    /// - Throws: `IssuanceError.lintFailed`, with every finding. Nothing has been signed then.
    package func prepare(crl template: CRLTemplate) throws(IssuanceError) -> PreparedCRL {
        let tbs = TBSCertList(
            signature: algorithmIdentifier, issuer: certificate.subject, keyIdentifier: keyIdentifier,
            template: template
        ).der
        let findings = CRLLint.findings(in: tbs, of: template, by: self)
        guard findings.isEmpty else { throw .lintFailed(findings) }
        return PreparedCRL(
            tbs: tbs, number: template.number, thisUpdate: template.thisUpdate, nextUpdate: template.nextUpdate,
            issuer: self)
    }
}
