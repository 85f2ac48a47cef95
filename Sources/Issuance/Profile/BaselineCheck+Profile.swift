import PublicKeys
import SwiftASN1
import Timekeeping

/// What a profile and its authority have to be for any request by it, public TLS being what it is.
extension BaselineCheck {
    /// What no request can change.
    func checkStanding(into violations: inout [Violation]) {
        if !Self.mayBeUsed(issuer.signatureAlgorithm) || !isHashOfCurve {
            violations.append(
                Violation(
                    .baselineSignature, at: "profile.authority",
                    "The authority signs by \(issuer.signatureAlgorithm), which is not admitted for its key."))
        }
        if locations.ocsp.isEmpty, locations.caIssuers.isEmpty {
            violations.append(
                Violation(
                    .baselineInformationAccess, at: "profile.locations",
                    "Neither the authority's certificate (caIssuers) nor OCSP is given."))
        }
        if profile.isExtendedKeyUsageCritical {
            violations.append(
                Violation(
                    .baselineExtendedKeyUsage, at: "profile.extendedKeyUsageCritical",
                    "The extended key usage is not critical in public TLS."))
        }
        if profile.validity.backdate.seconds > Self.secondsAroundSigning {
            violations.append(
                Violation(
                    .baselineStart, at: "profile.backdate",
                    "A public TLS certificate begins within 48 hours of its signing."))
        }
        checkPolicies(into: &violations)
    }

    var locations: Locations { profile.locations ?? issuer.locations }

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

    private func checkPolicies(into violations: inout [Violation]) {
        let types = profile.certificatePolicies.compactMap { BaselineType($0) }
        if types.count != 1 {
            violations.append(
                Violation(
                    .baselinePolicy, at: "profile.certificatePolicies",
                    "Exactly one policy is a reserved one of the CA/Browser Forum; \(types.count) are."))
        }
        if profile.certificatePolicies.contains([2, 5, 29, 32, 0]) {
            violations.append(
                Violation(.baselinePolicy, at: "profile.certificatePolicies", "anyPolicy is for CAs."))
        }
        if types.contains(.extendedValidation) {
            violations.append(
                Violation(
                    .baselinePolicy, at: "profile.certificatePolicies", "Extended validation is not supported."))
        }
    }

    /// Whether the profile's subject can have the fields that the type of certificate has.
    func checkFields(into violations: inout [Violation]) {
        guard let type else { return }
        func admits(_ field: SubjectField) -> Bool {
            profile.subject.admitsAnyField || profile.subject.fields[field] != nil
        }
        func fault(_ message: String) {
            violations.append(Violation(.baselineSubject, at: "profile.subject", message))
        }
        for field in type.requiredFields where !admits(field) {
            fault("A public TLS certificate of this type names \(field.rawValue), which is not admitted.")
        }
        if !type.requiredPlaces.isEmpty, !type.requiredPlaces.contains(where: admits) {
            fault("A public TLS certificate of this type names L or ST, and neither is admitted.")
        }
        for field in SubjectField.allCases
        where profile.subject.fields[field]?.isRequired ?? false && !type.admits(field) {
            fault("The subject field \(field.rawValue) is required, and no public TLS certificate of this type has it.")
        }
    }

    /// `nil` where the profile's policies do not tell.
    var type: BaselineType? { profile.certificatePolicies.lazy.compactMap { BaselineType($0) }.first }
}
