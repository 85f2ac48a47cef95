import Issuance
import PublicKeys
import SwiftASN1
import Timekeeping
import Yams

// What profiles, the rules for intermediates and ceremonies have in common.

extension MappingReader {
    /// `crlDistributionPoints`, `caIssuers`, `ocsp`, beside the other keys.
    func locations(mayHavePartition: Bool) -> Locations {
        Locations(
            cRLDistributionPoints: optional("crlDistributionPoints", default: []) {
                $0.uniqueList { $0.httpURL(mayHavePartition: mayHavePartition) }
            },
            caIssuers: optional("caIssuers", default: []) { $0.uniqueList { $0.httpURL() } },
            ocsp: optional("ocsp", default: []) { $0.uniqueList { $0.httpURL() } })
    }

    /// `maximumValidity`, `backdate`, `maximumBackdate`, `maximumDelay`, beside the other keys.
    func validityRules() -> ValidityRules? {
        let maximum = required("maximumValidity") { $0.lifetime() }
        let standard = ValidityRules(maximum: .day)
        let backdate = optional("backdate", default: standard.backdate) { $0.lifetimeOrNone() }
        let maximumBackdate = optional("maximumBackdate", default: standard.maximumBackdate) { $0.lifetimeOrNone() }
        let maximumDelay = optional("maximumDelay", default: standard.maximumDelay) { $0.lifetimeOrNone() }
        guard let maximum else { return nil }
        return ValidityRules(
            maximum: maximum, backdate: backdate, maximumBackdate: maximumBackdate, maximumDelay: maximumDelay)
    }
}

extension NodeReader {
    /// Which keys may be certified, each kind by a key of its own; a kind that is not named is refused.
    func keyRules() -> KeyRules? {
        mapping { keys in
            let curves = keys.optional("ec") { $0.uniqueList { $0.choice(of: EllipticCurve.self) } }
            let rsa = keys.optional("rsa") { $0.rsaSizes() }
            let ed25519 = keys.optional("ed25519", default: false) { $0.boolean() }
            guard keys.contains("ec") || keys.contains("rsa") || ed25519 else {
                refuse("admits no key: it needs at least one of ec, rsa and ed25519")
                return nil
            }
            return KeyRules(curves: Set(curves ?? []), rsaSizes: rsa, admitsEd25519: ed25519)
        }
    }

    /// Within what is certified at all: 2048 to 8192 bits, a multiple of 8.
    private func rsaSizes() -> ClosedRange<Int>? {
        mapping { sizes in
            let minimum = sizes.optional("minimumBits", default: 2048) { $0.rsaSize(in: 2048...8192) }
            let maximum = sizes.optional("maximumBits", default: 8192) { $0.rsaSize(in: minimum...8192) }
            return minimum...max(minimum, maximum)
        }
    }

    private func rsaSize(in range: ClosedRange<Int>) -> Int? {
        guard let size = wholeNumber(in: range) else { return nil }
        guard size.isMultiple(of: 8) else {
            refuse("is \(size), which is not a multiple of 8")
            return nil
        }
        return size
    }

    /// RFC 5280 § 4.2.1.12. `anyExtendedKeyUsage` has no name here: who means it writes 2.5.29.37.0.
    func extendedKeyUsages() -> [ASN1ObjectIdentifier]? {
        uniqueList { $0.objectIdentifier(names: Self.extendedKeyUsageNames) }
    }

    private static let extendedKeyUsageNames: [(name: String, value: ASN1ObjectIdentifier)] = [
        ("serverAuth", [1, 3, 6, 1, 5, 5, 7, 3, 1]), ("clientAuth", [1, 3, 6, 1, 5, 5, 7, 3, 2]),
        ("codeSigning", [1, 3, 6, 1, 5, 5, 7, 3, 3]), ("emailProtection", [1, 3, 6, 1, 5, 5, 7, 3, 4]),
        ("timeStamping", [1, 3, 6, 1, 5, 5, 7, 3, 8]), ("OCSPSigning", [1, 3, 6, 1, 5, 5, 7, 3, 9]),
    ]

    /// RFC 5280 § 4.2.1.4.
    func certificatePolicies() -> [ASN1ObjectIdentifier]? {
        uniqueList { $0.objectIdentifier() }
    }

    /// `refuse`, `ignoreAll`, or a list of what is passed over.
    func requestedExtensionRules() -> RequestedExtensionRules? {
        if case .sequence = node {
            return uniqueList { $0.ignorableExtension() }.map { .ignore(Set($0)) }
        }
        return choice(of: [("refuse", .refuse), ("ignoreAll", .ignoreAll)])
    }

    private func ignorableExtension() -> ASN1ObjectIdentifier? {
        guard let identifier = objectIdentifier(names: Self.extensionNames) else { return nil }
        guard !Self.ruledExtensions.contains(identifier) else {
            refuse("is an extension that the other rules judge; it cannot be passed over")
            return nil
        }
        return identifier
    }

    /// Whatever a profile says of them elsewhere is not undone by a line of a list.
    private static let ruledExtensions: Set<ASN1ObjectIdentifier> = [
        .subjectAlternativeName, .keyUsage, .extendedKeyUsage, .basicConstraints,
    ]

    private static let extensionNames: [(name: String, value: ASN1ObjectIdentifier)] = [
        ("authorityKeyIdentifier", .authorityKeyIdentifier), ("subjectKeyIdentifier", .subjectKeyIdentifier),
        ("certificatePolicies", .certificatePolicies), ("crlDistributionPoints", .cRLDistributionPoints),
        ("nameConstraints", .nameConstraints), ("authorityInformationAccess", .authorityInformationAccess),
        ("subjectAlternativeName", .subjectAlternativeName), ("keyUsage", .keyUsage),
        ("extendedKeyUsage", .extendedKeyUsage), ("basicConstraints", .basicConstraints),
        // RFC 7633.
        ("tlsFeature", [1, 3, 6, 1, 5, 5, 7, 1, 24]),
        // Microsoft's certificate template, by name and by OID, which its tools put into every request.
        ("certificateTemplateName", [1, 3, 6, 1, 4, 1, 311, 20, 2]),
        ("certificateTemplate", [1, 3, 6, 1, 4, 1, 311, 21, 7]),
    ]
}
