import PublicKeys
import SwiftASN1
import Timekeeping

/// The Baseline Requirements (BR) for TLS server certificates, § 7.1.2.7 and what it leans on, as far as they go beyond RFC 5280.
struct BaselineCheck {
    let profile: Profile
    let issuer: Issuer

    func check(
        _ request: CertificateRequest, names: [(place: Int, name: AdmittedName)], usage: KeyUsage?,
        purposes: [ASN1ObjectIdentifier], period: ValidityRules.Period?, at now: Instant,
        into violations: inout [Violation]
    ) {
        if let period { checkValidity(period, at: now, into: &violations) }
        if KeyKind(request.publicKey) == .ed25519 {
            violations.append(Violation(.baselineKey, at: "csr.publicKey", "A public TLS key is RSA or EC."))
        }
        checkStanding(into: &violations)
        checkSubject(request.subject, into: &violations)
        checkNames(names, into: &violations)
        checkPurposes(purposes, into: &violations)
        checkUsage(usage, of: KeyKind(request.publicKey), into: &violations)
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

    static let secondsAroundSigning: Int64 = 48 * 3600

    private func checkValidity(
        _ period: ValidityRules.Period, at now: Instant, into violations: inout [Violation]
    ) {
        let days = Self.maximumDays(at: now)
        if period.seconds > days * 86_400 {
            violations.append(
                Violation(
                    .baselineValidity, at: "notAfter", "A public TLS certificate is valid for \(days) days at most."))
        }
        // § 7.1.2.7: within 48 hours of the signing.
        if abs(period.notBefore.secondsSinceEpoch - now.secondsSinceEpoch) > Self.secondsAroundSigning {
            violations.append(
                Violation(
                    .baselineStart, at: "notBefore",
                    "A public TLS certificate begins within 48 hours of its signing, before or after."))
        }
        // § 7.1.2.11.2: only the short-lived (7 days, § 1.6.1) may tell of neither.
        if locations.cRLDistributionPoints.isEmpty, locations.ocsp.isEmpty, period.seconds > 7 * 86_400 {
            violations.append(
                Violation(
                    .baselineRevocation, at: "profile.locations", "Neither a CRL distribution point nor OCSP is given.")
            )
        }
    }

    private func checkSubject(_ subject: DistinguishedName, into violations: inout [Violation]) {
        guard let type else { return }
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
            if let why = Self.fault(of: attribute.value, in: field) {
                violations.append(Violation(.baselineSubject, at: "csr.subject.\(field.rawValue)", why))
            }
        }
        for field in type.requiredFields where counts[field] == nil {
            violations.append(
                Violation(
                    .baselineSubject, at: "csr.subject.\(field.rawValue)",
                    "A public TLS certificate of this type names \(field.rawValue)."))
        }
        if !type.requiredPlaces.isEmpty, type.requiredPlaces.allSatisfy({ counts[$0] == nil }) {
            violations.append(
                Violation(
                    .baselineSubject, at: "csr.subject.L",
                    "A public TLS certificate of this type names a locality (L) or a state or province (ST)."))
        }
        // § 7.1.4.1.
        for field in SubjectField.allCases where field != .street && counts[field] ?? 0 > 1 {
            violations.append(
                Violation(.baselineSubject, at: "csr.subject.\(field.rawValue)", "\(field.rawValue) is there twice."))
        }
        let places = subject.attributes.compactMap { attribute in
            SubjectField(attribute.type).flatMap(BaselineType.order.firstIndex)
        }
        if zip(places, places.dropFirst()).contains(where: { $0 > $1 }) {
            let names = BaselineType.order.map(\.rawValue).joined(separator: ", ")
            violations.append(
                Violation(.baselineSubject, at: "csr.subject", "The subject's fields are not in the order \(names)."))
        }
        // § 7.1.4.2: one attribute an RDN.
        if subject.relativeNames.contains(where: { $0.count != 1 }) {
            violations.append(
                Violation(.baselineSubject, at: "csr.subject", "A relative name has more than one attribute."))
        }
    }

    private static func fault(of value: String, in field: SubjectField) -> String? {
        // § 7.1.2.7.3, § 7.1.2.7.4: nothing that only stands for a value that is not known.
        if value.unicodeScalars.allSatisfy({ $0 == "." || $0 == "-" || $0.isBlank }) {
            return "The value says nothing."
        }
        return field == .country && !CountryCodes.all.contains(value) ? "The country is not one of ISO 3166-1." : nil
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

    func checkPurposes(_ purposes: [ASN1ObjectIdentifier], into violations: inout [Violation]) {
        if !purposes.contains(.serverAuth) || !Set(purposes).isSubset(of: [.serverAuth, .clientAuth]) {
            violations.append(
                Violation(
                    .baselineExtendedKeyUsage, at: "profile.extendedKeyUsages",
                    "The extended key usages are serverAuth, and possibly clientAuth."))
        }
    }

    func checkUsage(_ usage: KeyUsage?, of kind: KeyKind, into violations: inout [Violation]) {
        guard let usage else { return }
        let admitted: KeyUsage =
            switch kind {
            case .rsa: [.digitalSignature, .keyEncipherment, .dataEncipherment]
            case .ellipticCurve: [.digitalSignature, .keyAgreement]
            // Not a public TLS key at all, which has a rule of its own.
            case .ed25519: usage
            }
        if !admitted.isSuperset(of: usage) {
            violations.append(
                Violation(
                    .baselineKeyUsage, at: "profile.keyUsage",
                    "The key usage \(usage.subtracting(admitted).names.joined(separator: ", ")) is not admitted."))
        }
        if kind == .ellipticCurve, !usage.contains(.digitalSignature) {
            violations.append(
                Violation(.baselineKeyUsage, at: "profile.keyUsage", "The key usage of an EC key is digitalSignature."))
        }
    }
}
