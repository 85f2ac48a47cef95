import DERCoding
import SwiftASN1

extension RequestedExtensionRules {
    /// Whether an extension or attribute without a rule of its own is passed over.
    func ignores(_ identifier: ASN1ObjectIdentifier) -> Bool {
        switch self {
        case .refuse: false
        case .ignore(let identifiers): identifiers.contains(identifier)
        case .ignoreAll: true
        }
    }
}

/// What a request asks for that has rules of its own, sorted out of its extensions.
struct RequestedExtensions {
    private(set) var names: [GeneralName] = []
    private(set) var keyUsage: KeyUsage?
    private(set) var purposes: [ASN1ObjectIdentifier]?
    private(set) var basicConstraints: (isCA: Bool, pathLength: Int?)?

    /// - Parameters:
    ///   - admitsNames: whether there are rules for subject alternative names; otherwise they are an extension like any other.
    ///   - violations: gets one for everything that has no rule and is not ignored.
    init(
        _ request: CertificateRequest, rules: RequestedExtensionRules, admitsNames: Bool,
        violations: inout [Violation]
    ) {
        for found in request.extensions {
            switch found.value {
            case .subjectAlternativeName(let names) where admitsNames: self.names = names
            case .keyUsage(let usage): keyUsage = usage
            case .extendedKeyUsage(let purposes): self.purposes = purposes
            case .basicConstraints(let isCA, let pathLength): basicConstraints = (isCA, pathLength)
            case .subjectKeyIdentifier: continue
            case .subjectAlternativeName, .other:
                guard !rules.ignores(found.identifier) else { continue }
                let name = RequestedExtension.name(of: found.identifier)
                violations.append(
                    Violation(
                        .extensionAdmitted, at: "csr.extensions.\(name)",
                        "The extension \(name) is not admitted in a request."))
            }
        }
        for attribute in request.otherAttributes where !rules.ignores(attribute) {
            violations.append(
                Violation(
                    .attributeAdmitted, at: "csr.attributes.\(attribute.dotted)",
                    "The attribute \(attribute.dotted) is not admitted in a request."))
        }
    }
}
