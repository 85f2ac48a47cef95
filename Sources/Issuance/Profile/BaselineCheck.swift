import PublicKeys
import SwiftASN1
import Timekeeping

/// The Baseline Requirements (BR) for TLS server certificates, § 7.1.2.7 and what it leans on, as far as they go beyond RFC 5280.
struct BaselineCheck {
    let profile: Profile
    let issuer: Issuer
    let now: Instant

    func check(
        _ request: CertificateRequest, names: [(place: Int, name: AdmittedName)], usage: KeyUsage?,
        purposes: [ASN1ObjectIdentifier], period: ValidityRules.Period?, into violations: inout [Violation]
    ) {
        if let period { checkValidity(period, into: &violations) }
        if case .ed25519 = request.publicKey.material {
            violations.append(Violation(.baselineKey, at: "csr.publicKey", "A public TLS key is RSA or EC."))
        }
        if !Self.mayBeUsed(issuer.signatureAlgorithm) || !isHashOfCurve {
            violations.append(
                Violation(
                    .baselineSignature, at: "profile.authority",
                    "The authority signs by \(issuer.signatureAlgorithm), which is not admitted for its key."))
        }
        checkPolicies(into: &violations)
        checkSubject(request.subject, into: &violations)
        checkNames(names, into: &violations)
        checkUsage(usage, purposes, into: &violations)
    }

    private static func mayBeUsed(_ algorithm: SignatureAlgorithm) -> Bool {
        switch algorithm {
        case .ecdsa, .rsaPKCS1, .rsaPSS: true
        case .ed25519: false
        }
    }

    /// § 7.1.3.2.2: SHA-256 for P-256, SHA-384 for P-384, SHA-512 for P-521.
    private var isHashOfCurve: Bool {
        guard case .ecdsa = issuer.signatureAlgorithm else { return true }
        return issuer.signatureAlgorithm == .default(for: issuer.certificate.publicKey)
    }

    /// § 6.3.2: by the day of issuance; a day is 86,400 seconds.
    static func maximumDays(at now: Instant) -> Int64 {
        // 2026-03-15, 2027-03-15 and 2029-03-15, 00:00 UTC.
        switch now.secondsSinceEpoch {
        case ..<1_773_532_800: 398
        case ..<1_805_068_800: 200
        case ..<1_868_227_200: 100
        default: 47
        }
    }

    private func checkValidity(_ period: ValidityRules.Period, into violations: inout [Violation]) {
        let days = Self.maximumDays(at: now)
        if period.seconds > days * 86_400 {
            violations.append(
                Violation(
                    .baselineValidity, at: "notAfter", "A public TLS certificate is valid for \(days) days at most."))
        }
        // § 7.1.2.11.2: only the short-lived (7 days, § 1.6.1) may tell of neither.
        let locations = profile.locations ?? issuer.locations
        if locations.cRLDistributionPoints.isEmpty, locations.ocsp.isEmpty, period.seconds > 7 * 86_400 {
            violations.append(
                Violation(
                    .baselineRevocation, at: "profile.locations", "Neither a CRL distribution point nor OCSP is given.")
            )
        }
    }

    private func checkPolicies(into violations: inout [Violation]) {
        let reserved = profile.certificatePolicies.filter { BaselineType($0) != nil }
        if reserved.count != 1 {
            violations.append(
                Violation(
                    .baselinePolicy, at: "profile.certificatePolicies",
                    "Exactly one policy is a reserved one of the CA/Browser Forum; \(reserved.count) are."))
        }
    }

    private func checkSubject(_ subject: DistinguishedName, into violations: inout [Violation]) {
        guard let type = profile.certificatePolicies.lazy.compactMap({ BaselineType($0) }).first else { return }
        var counts: [SubjectField: Int] = [:]
        for attribute in subject.attributes {
            guard let field = SubjectField(attribute.type), type.admits(field) else {
                let name = DistinguishedName.name(of: attribute.type)
                violations.append(
                    Violation(
                        .baselineSubject, at: "csr.subject.\(name)",
                        "The subject field \(name) is not one that a public TLS certificate of this type has."))
                continue
            }
            counts[field, default: 0] += 1
        }
        for field in type.requiredFields where counts[field] == nil {
            violations.append(
                Violation(
                    .baselineSubject, at: "csr.subject.\(field.rawValue)",
                    "A public TLS certificate of this type names \(field.rawValue)."))
        }
        for field in [SubjectField.commonName, .country, .organization] where counts[field] ?? 0 > 1 {
            violations.append(
                Violation(.baselineSubject, at: "csr.subject.\(field.rawValue)", "\(field.rawValue) is there twice."))
        }
        // § 7.1.4.1: one attribute an RDN.
        if subject.relativeNames.contains(where: { $0.count != 1 }) {
            violations.append(
                Violation(.baselineSubject, at: "csr.subject", "A relative name has more than one attribute."))
        }
    }

    private func checkNames(_ names: [(place: Int, name: AdmittedName)], into violations: inout [Violation]) {
        if names.isEmpty {
            violations.append(
                Violation(.baselineNames, at: AlternativeNameRules.path, "A DNS name or an IP address is required."))
        }
        for (place, name) in names {
            if let why = Self.fault(of: name) {
                violations.append(Violation(.baselineNames, at: "\(AlternativeNameRules.path)[\(place)]", why))
            }
        }
    }

    private static func fault(of name: AdmittedName) -> String? {
        switch name {
        case .dns(let name): PublicNames.isInternal(name) ? "The DNS name is not one of the public DNS." : nil
        case .ip(let address): PublicNames.isReserved(address) ? "The IP address is reserved by IANA." : nil
        case .email, .uri: "Only DNS names and IP addresses are admitted."
        }
    }

    private func checkUsage(
        _ usage: KeyUsage?, _ purposes: [ASN1ObjectIdentifier], into violations: inout [Violation]
    ) {
        if !purposes.contains(.serverAuth) || !Set(purposes).isSubset(of: [.serverAuth, .clientAuth]) {
            violations.append(
                Violation(
                    .baselineExtendedKeyUsage, at: "profile.extendedKeyUsages",
                    "The extended key usages are serverAuth, and possibly clientAuth."))
        }
        let admitted: KeyUsage = [.digitalSignature, .keyEncipherment, .dataEncipherment, .keyAgreement]
        if let usage, !admitted.isSuperset(of: usage) {
            violations.append(
                Violation(
                    .baselineKeyUsage, at: "profile.keyUsage",
                    "The key usage \(usage.subtracting(admitted).names.joined(separator: ", ")) is not admitted."))
        }
    }
}
