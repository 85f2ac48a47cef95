import DERCoding
import PublicKeys

extension Lint {
    /// Of what the key is for.
    static let purposes: [Lint] = [
        Lint(
            "keyUsageEncoding", "RFC 5280 § 4.2.1.3; X.690 § 11.2.2",
            "keyUsage has a bit set and is a named-bit list in its shortest form, unused bits counted right"
        ) { certificate in
            guard let found = certificate.first(.keyUsage) else { return nil }
            guard
                let content = found.raw.contents(DERTag.bitString), let last = content.last,
                (2...3).contains(content.count), let unused = content.first, unused <= 7
            else { return "keyUsage is not a BIT STRING with a bit set." }
            // The shortest form ends in a set bit, right in front of the unused ones.
            return last.trailingZeroBitCount == Int(unused) ? nil : "keyUsage is not in its shortest form."
        },
        Lint("keyUsageOfCA", "RFC 5280 § 4.2.1.3", "keyCertSign is set for a CA, and for nothing else") { certificate in
            (certificate.keyUsage?.contains(.keyCertSign) ?? false) == certificate.isCA
                ? nil : "keyCertSign and cA do not go together."
        },
        Lint("keyUsageOfKey", "RFC 3279 § 2.3; RFC 5480 § 3; RFC 8410 § 5", "keyUsage is what the key can serve") {
            certificate in
            guard let usage = certificate.keyUsage else { return nil }
            let impossible: KeyUsage =
                switch certificate.template.publicKey.material {
                case .rsa: [.keyAgreement, .encipherOnly, .decipherOnly]
                case .ellipticCurve: [.keyEncipherment, .dataEncipherment]
                case .ed25519: [.keyEncipherment, .dataEncipherment, .keyAgreement, .encipherOnly, .decipherOnly]
                }
            return usage.isDisjoint(with: impossible) ? nil : "keyUsage has bits that this key cannot serve."
        },
        Lint(
            "basicConstraintsOfLeaf", "RFC 5280 § 4.2.1.9; X.690 § 11.5",
            "a leaf's basicConstraints are absent or an empty SEQUENCE, never an encoded FALSE"
        ) { certificate in
            guard !certificate.template.isCA, let found = certificate.first(.basicConstraints) else { return nil }
            return found.raw.value.elementsEqual([0x30, 0]) ? nil : "The basicConstraints of a leaf are not empty."
        },
        Lint(
            "basicConstraintsOfCA", "RFC 5280 § 4.2.1.9",
            "a CA's basicConstraints say cA TRUE, and a path length below what the chain leaves"
        ) { certificate in
            guard certificate.template.isCA else { return nil }
            guard case .basicConstraints(.ca(let limit))? = certificate.first(.basicConstraints)?.value else {
                return "The basicConstraints of a CA do not say cA TRUE."
            }
            guard let remaining = certificate.issuer.remainingPathLength else { return nil }
            return limit.map { $0 < remaining } ?? false ? nil : "The path length is more than the chain leaves."
        },
        Lint(
            "extendedKeyUsage", "RFC 5280 § 4.2.1.12",
            "key purposes are there once each, and none that a CA above does not let pass"
        ) { certificate in
            guard let found = certificate.first(.extendedKeyUsage) else {
                return certificate.issuer.admittedPurposes == nil
                    ? nil : "There is no extendedKeyUsage below a CA that is limited to some purposes."
            }
            guard case .extendedKeyUsage(let purposes, _)? = found.value, Set(purposes).count == purposes.count else {
                return "A key purpose is there twice."
            }
            guard let admitted = certificate.issuer.admittedPurposes else { return nil }
            return admitted.isSuperset(of: purposes) ? nil : "A key purpose is beyond what the chain lets pass."
        },
        Lint("certificatePolicies", "RFC 5280 § 4.2.1.4", "no policy is there twice") { certificate in
            guard let found = certificate.first(.certificatePolicies) else { return nil }
            guard case .certificatePolicies(let policies)? = found.value, Set(policies).count == policies.count else {
                return "A policy is there twice."
            }
            return nil
        },
        Lint("nameConstraintsOfCA", "RFC 5280 § 4.2.1.10", "name constraints are a CA's, and constrain something") {
            certificate in
            guard let found = certificate.first(.nameConstraints) else { return nil }
            guard case .nameConstraints(let value)? = found.value, certificate.isCA else {
                return "There are name constraints in a leaf."
            }
            return value.permitted.isEmpty && value.excluded.isEmpty ? "The name constraints are empty." : nil
        },
    ]
}
