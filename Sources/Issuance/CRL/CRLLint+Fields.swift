import DERCoding

extension CRLLint {
    /// Of the fields in front of the entries, and of who signs.
    static let fields: [CRLLint] = [
        CRLLint("crlVersion", "RFC 5280 § 5.1.2.1", "the version is 2") { crl in
            crl.list.version.map { $0.elementsEqual([1]) } ?? false ? nil : "The version is not 2."
        },
        CRLLint(
            "crlSignatureAlgorithm", "RFC 5280 § 5.1.1.2, § 5.1.2.2",
            "the AlgorithmIdentifier is the issuer's, to the octet"
        ) { crl in
            crl.list.signatureAlgorithm.elementsEqual(crl.issuer.algorithmIdentifier)
                ? nil : "The signature algorithm is not the authority's."
        },
        CRLLint("crlIssuerName", "RFC 5280 § 5.1.2.3", "the issuer is the CA certificate's subject, to the octet") {
            crl in
            crl.list.issuer.elementsEqual(crl.issuer.certificate.subject)
                ? nil : "The issuer is not the subject of the authority's certificate, to the octet."
        },
        CRLLint(
            "crlSigner", "RFC 5280 § 4.2.1.3, § 6.3.3 (f)",
            "the CA certificate's keyUsage, where it is there, has cRLSign"
        ) { crl in
            guard let usage = crl.issuer.certificate.keyUsage else { return nil }
            return usage.contains(.cRLSign) ? nil : "The authority's certificate has a keyUsage without cRLSign."
        },
        CRLLint("crlTimeOrder", "RFC 5280 § 5.1.2.5", "nextUpdate is there and after thisUpdate") { crl in
            guard let nextUpdate = crl.list.nextUpdate else { return "There is no nextUpdate." }
            return crl.list.thisUpdate.instant < nextUpdate.instant ? nil : "nextUpdate is not after thisUpdate."
        },
        CRLLint("crlTimesAsOrdered", "what was ordered", "thisUpdate and nextUpdate are those that were ordered") {
            crl in
            crl.list.thisUpdate.instant == crl.template.thisUpdate
                && crl.list.nextUpdate?.instant == crl.template.nextUpdate
                ? nil : "The times are not those that were ordered."
        },
        CRLLint(
            "crlTimeEncoding", "RFC 5280 § 5.1.2.4 to § 5.1.2.6",
            "times are UTCTime through 2049 and GeneralizedTime from 2050"
        ) { crl in
            guard crl.list.thisUpdate.isOfTheRightType, crl.list.nextUpdate?.isOfTheRightType ?? true else {
                return "A time is of the wrong type for its year."
            }
            return crl.finding("A revocation date is of the wrong type for its year") {
                !$0.revocationDate.isOfTheRightType
            }
        },
    ]
}
