import DERCoding
import SwiftASN1

enum KeyPurposes {
    private static let path = "csr.extensions.extendedKeyUsage"

    /// What a certificate gets: of `configured` those that were asked for, all where nothing was asked for.
    static func admit(
        _ asked: [ASN1ObjectIdentifier]?, within configured: [ASN1ObjectIdentifier], ignoresOthers: Bool,
        into violations: inout [Violation]
    ) -> [ASN1ObjectIdentifier] {
        guard let asked else { return configured }
        var seen: Set<ASN1ObjectIdentifier> = []
        let repeated = Set(asked.filter { !seen.insert($0).inserted })
        if !repeated.isEmpty, !ignoresOthers {
            let names = repeated.map(\.dotted).sorted().joined(separator: ", ")
            violations.append(
                Violation(.extendedKeyUsageDuplicate, at: path, "The extended key usage \(names) is there twice."))
        }
        let beyond = asked.filter { !configured.contains($0) }
        guard beyond.isEmpty else {
            guard !ignoresOthers else { return configured }
            let names = beyond.map(\.dotted).joined(separator: ", ")
            violations.append(
                Violation(
                    .extendedKeyUsageAdmitted, at: path,
                    "The extended key usage \(names) is not admitted."))
            return configured
        }
        return configured.filter(asked.contains)
    }

    /// A CA that is limited to purposes lets no others pass below it.
    static func check(
        _ purposes: [ASN1ObjectIdentifier], by issuer: Issuer, into violations: inout [Violation]
    ) {
        guard let admitted = issuer.admittedPurposes else { return }
        let beyond = purposes.filter { !admitted.contains($0) }
        guard purposes.isEmpty || !beyond.isEmpty else { return }
        let names = beyond.map(\.dotted).joined(separator: ", ")
        violations.append(
            Violation(
                .issuerExtendedKeyUsage, at: "profile.extendedKeyUsages",
                purposes.isEmpty
                    ? "The authority's chain is limited to some extended key usages, and the certificate would have none."
                    : "The authority's chain does not let the extended key usage \(names) pass."))
    }

    /// RFC 5280 § 4.2.1.12: a key may be used only for a purpose that goes with its usage, and some purpose has to.
    static func check(
        _ purposes: [ASN1ObjectIdentifier], with usage: KeyUsage?, into violations: inout [Violation]
    ) {
        guard let usage, !usage.isEmpty, !purposes.isEmpty else { return }
        let isOfUse = purposes.contains { purpose in
            consistentUsage[purpose].map { !$0.isDisjoint(with: usage) } ?? true
        }
        if !isOfUse {
            violations.append(
                Violation(
                    .purposeFitsKeyUsage, at: "profile.extendedKeyUsages",
                    "No extended key usage goes with the key usage \(usage.names.joined(separator: ", "))."))
        }
    }

    /// RFC 5280 § 4.2.1.12: the bits of which one has to be there. Of a purpose that is not here nothing is known.
    private static let consistentUsage: [ASN1ObjectIdentifier: KeyUsage] = [
        .serverAuth: [.digitalSignature, .keyEncipherment, .keyAgreement],
        .clientAuth: [.digitalSignature, .keyAgreement],
        .codeSigning: [.digitalSignature],
        .emailProtection: [.digitalSignature, .contentCommitment, .keyEncipherment, .keyAgreement],
        .timeStamping: [.digitalSignature, .contentCommitment],
        .ocspSigning: [.digitalSignature, .contentCommitment],
    ]
}
