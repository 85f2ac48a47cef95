extension Lint {
    /// Of the extensions as such, and of the key identifiers.
    static let extensions: [Lint] = [
        Lint("extensionsPresent", "RFC 5280 § 4.1.2.9", "there are extensions, and at least one") { certificate in
            certificate.extensions.isEmpty ? "There is no extension." : nil
        },
        Lint("extensionsUnique", "RFC 5280 § 4.2", "no extension is there twice") { certificate in
            let heads = certificate.heads
            let hasTwins = heads.indices.contains { index in
                // Of a kind that we do not know there is a finding already.
                heads[index].kind != nil && heads[..<index].contains { $0.kind == heads[index].kind }
            }
            return hasTwins ? "An extension is there twice." : nil
        },
        Lint("extensionsKnown", "RFC 5280 § 4.2", "there is no extension but those that this service writes") {
            certificate in
            certificate.heads.contains { $0.kind == nil } ? "There is an extension of another kind." : nil
        },
        Lint("extensionSyntax", "RFC 5280 § 4.2.1, § 4.2.2", "every extension's value reads back in strict DER") {
            certificate in
            certificate.heads.contains { $0.kind != nil && !$0.readsBack }
                ? "The value of an extension does not read back." : nil
        },
        Lint("extensionsAsAdmitted", "what was admitted", "the extensions say what was admitted, in its order") {
            certificate in
            certificate.extensions.elementsEqual(certificate.template.extensions) { $0.value == $1 }
                ? nil : "The extensions are not those that were admitted."
        },
        Lint("criticalityDefault", "X.690 § 11.5", "an extension that is not critical does not say so") { certificate in
            certificate.heads.contains(where: \.hasOddCriticality)
                ? "A critical is encoded that is not TRUE." : nil
        },
        Lint("criticality", "RFC 5280 § 4.2.1", "each extension is critical where the standard says so, else not") {
            certificate in
            certificate.heads.contains { found in
                switch found.kind {
                case .keyUsage?, .nameConstraints?, .basicConstraints?: !found.isCritical
                // Of these two the names and the profile decide.
                case .subjectAlternativeName?, .extendedKeyUsage?: false
                default: found.isCritical
                }
            } ? "An extension is critical that must not be, or the other way round." : nil
        },
        Lint(
            "emptySequence", "RFC 5280 § 4.2.1: SIZE (1..MAX)", "no extension is an empty SEQUENCE but basicConstraints"
        ) { certificate in
            certificate.heads.contains { $0.kind != .basicConstraints && $0.isEmptySequence }
                ? "An extension is an empty SEQUENCE." : nil
        },
        Lint(
            "authorityKeyIdentifier", "RFC 5280 § 4.2.1.1",
            "the authority key identifier is the CA certificate's own subject key identifier, to the octet"
        ) { certificate in
            guard case .authorityKeyIdentifier(let identifier)? = certificate.first(.authorityKeyIdentifier)?.value
            else {
                return "There is no authority key identifier that is a key identifier alone."
            }
            return identifier == certificate.issuer.certificate.subjectKeyIdentifier
                ? nil : "The authority key identifier is not the authority's subject key identifier."
        },
        Lint("subjectKeyIdentifier", "RFC 5280 § 4.2.1.2; RFC 7093 § 2", "the subject key identifier is the key's") {
            certificate in
            guard case .subjectKeyIdentifier(let identifier)? = certificate.first(.subjectKeyIdentifier)?.value else {
                return "There is no subject key identifier."
            }
            let expected = certificate.issuer.subjectKeyIdentifierMethod.identifier(of: certificate.template.publicKey)
            return identifier == expected ? nil : "The subject key identifier is not that of the key."
        },
    ]
}
