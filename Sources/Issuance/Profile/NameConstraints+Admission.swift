extension Issuer {
    /// Checks every name of a certificate against the name constraints of the whole chain (RFC 5280 § 4.2.1.10).
    func checkNameConstraints(
        subject: DistinguishedName, names: [(place: Int, name: AdmittedName)], into violations: inout [Violation]
    ) {
        guard !nameConstraints.isEmpty else { return }
        for (place, name) in names where !nameConstraints.allSatisfy({ $0.admits(name) }) {
            violations.append(
                Violation(
                    .nameConstraints, at: "\(AlternativeNameRules.path)[\(place)]",
                    "The name constraints of the authority's chain do not let the name pass."))
        }
        guard !subject.isEmpty else { return }
        if !admits(subject) {
            violations.append(
                Violation(
                    .nameConstraints, at: "csr.subject",
                    "The name constraints of the authority's chain do not let the subject pass."))
        }
        let hasDNSNames = names.contains { if case .dns = $0.name { true } else { false } }
        for attribute in subject.attributes where !admits(attribute, hasDNSNames: hasDNSNames) {
            violations.append(
                Violation(
                    .nameConstraints, at: "csr.subject.\(DistinguishedName.name(of: attribute.type))",
                    "The name constraints of the authority's chain do not let the value pass."))
        }
    }

    private func admits(_ subject: DistinguishedName) -> Bool {
        guard let name = try? ComparableName(der: subject.der) else { return false }
        return nameConstraints.allSatisfy { $0.admits(name) }
    }

    /// An e-mail address in the subject is constrained like one in the SAN, and verifiers take a common name for a host where
    /// there is no DNS name.
    private func admits(_ attribute: DistinguishedName.Attribute, hasDNSNames: Bool) -> Bool {
        switch SubjectField(attribute.type) {
        case .emailAddress:
            guard let mailbox = try? Mailbox(parsing: attribute.value) else { return false }
            return nameConstraints.allSatisfy { $0.admits(.email(mailbox)) }
        case .commonName where !hasDNSNames && attribute.value.utf8.contains(UInt8(ascii: ".")):
            guard let name = try? DNSName(parsing: attribute.value) else { return true }
            return nameConstraints.allSatisfy { $0.admits(.dns(name)) }
        default: return true
        }
    }
}
