extension Issuer {
    /// Checks every name of a certificate against the name constraints of the whole chain (RFC 5280 § 4.2.1.10).
    ///
    /// - Parameter isCA: a CA's common name is no host's, whatever it looks like.
    func checkNameConstraints(
        subject: DistinguishedName, names: [(place: Int, name: AdmittedName)], isCA: Bool,
        into violations: inout [Violation]
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
        let hasDNSName = names.contains { if case .dns = $0.name { true } else { false } }
        for attribute in subject.attributes where !admits(attribute, isCA: isCA, hasDNSName: hasDNSName) {
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

    private func admits(_ attribute: DistinguishedName.Attribute, isCA: Bool, hasDNSName: Bool) -> Bool {
        switch SubjectField(attribute.type) {
        case .emailAddress: nameConstraints.allSatisfy { $0.admits(emailAddress: attribute.value) }
        case .commonName where !isCA:
            nameConstraints.allSatisfy { $0.admits(commonName: attribute.value, hasDNSName: hasDNSName) }
        default: true
        }
    }
}
