import DERCoding

extension CRLLint {
    /// Of the CRL's own extensions.
    static let extensions: [CRLLint] = [
        CRLLint("crlExtensionsKnown", "RFC 5280 § 5.2", "there is no extension but those that this service writes") {
            crl in
            crl.kinds.allSatisfy { [.authorityKeyIdentifier, .cRLNumber, .issuingDistributionPoint].contains($0) }
                ? nil : "There is an extension of another kind."
        },
        CRLLint("crlExtensionsUnique", "RFC 5280 § 4.2", "no extension is there twice") { crl in
            Set(crl.kinds).count == crl.kinds.count ? nil : "An extension is there twice."
        },
        CRLLint(
            "crlCriticality", "RFC 5280 § 5.2.1, § 5.2.3, § 5.2.5; X.690 § 11.5",
            "the issuing distribution point is critical, and no other extension says whether it is"
        ) { crl in
            zip(crl.kinds, crl.extensions).allSatisfy { kind, found in
                kind == .issuingDistributionPoint
                    ? found.criticality?.elementsEqual([0xff]) ?? false : found.criticality == nil
            } ? nil : "An extension is critical that must not be, or the other way round."
        },
        CRLLint(
            "crlAuthorityKeyIdentifier", "RFC 5280 § 5.2.1",
            "the authority key identifier is the CA certificate's own subject key identifier, to the octet"
        ) { crl in
            guard
                let found = crl.list.first(.authorityKeyIdentifier),
                case .authorityKeyIdentifier(let identifier)? = try? CertificateExtension(
                    .authorityKeyIdentifier, found.reader, isCritical: found.isCritical)
            else { return "There is no authority key identifier that is a key identifier alone." }
            return identifier == crl.issuer.certificate.subjectKeyIdentifier
                ? nil : "The authority key identifier is not the authority's subject key identifier."
        },
        CRLLint("crlNumberForm", "RFC 5280 § 5.2.3", "there is a CRL number, positive and of at most 20 octets") {
            crl in
            guard let octets = crl.number, let first = octets.first else { return "There is no CRL number." }
            // X.690 § 8.3.2: a zero in front is there for the sign, or is the whole number.
            let isShortest = first != 0 || octets.dropFirst().first.map { $0 >= 0x80 } ?? false
            return octets.count <= 20 && first < 0x80 && isShortest ? nil : "The CRL number is not a positive one."
        },
        CRLLint("crlNumberAsOrdered", "RFC 5280 § 5.2.3", "the CRL number is the one that was reserved") { crl in
            guard let octets = crl.number, octets.count <= 9 else { return "The CRL number is not the one reserved." }
            let value = octets.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            return value == UInt128(crl.template.number) ? nil : "The CRL number is not the one that was reserved."
        },
        CRLLint(
            "crlDistributionPoint", "RFC 5280 § 5.2.5",
            "an issuing distribution point has http URLs, or says that there are users' or CAs' certificates only, and nothing else"
        ) { crl in
            guard let found = crl.list.first(.issuingDistributionPoint) else { return nil }
            guard let point = try? ParsedIssuingDistributionPoint(found.reader) else {
                return "The issuing distribution point does not read back."
            }
            if let names = point.names {
                guard !names.isEmpty, point.urls.count == names.count, point.urls.allSatisfy(Lint.isHTTP) else {
                    return "A distribution point is not an http URL."
                }
            }
            switch point.limits.subtracting([.distributionPoint]) {
            case [] where point.names != nil, [.onlyUserCertificates], [.onlyCACertificates]: return nil
            default: return "The issuing distribution point is empty, or says what this service does not."
            }
        },
        CRLLint(
            "crlDistributionPointAsOrdered", "what was ordered",
            "the CRL is for the distribution point that was ordered"
        ) { crl in
            let point = crl.list.first(.issuingDistributionPoint)
                .flatMap { try? ParsedIssuingDistributionPoint($0.reader) }
            let scope: IssuingDistributionPoint.Scope =
                switch point?.limits.subtracting([.distributionPoint]) {
                case [.onlyUserCertificates]?: .userCertificates
                case [.onlyCACertificates]?: .caCertificates
                default: .anyCertificate
                }
            return point.map { IssuingDistributionPoint(urls: $0.urls, scope: scope) } == crl.template.distributionPoint
                ? nil : "The issuing distribution point is not the one that was ordered."
        },
    ]
}
