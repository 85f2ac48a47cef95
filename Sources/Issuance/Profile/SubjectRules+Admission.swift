import DERCoding

extension SubjectRules {
    /// - Parameter hasNames: whether the certificate will have subject alternative names.
    func check(_ subject: DistinguishedName, hasNames: Bool, into violations: inout [Violation]) {
        if subject.isEmpty {
            // RFC 5280 § 4.1.2.6: an empty subject leaves all to the alternative names.
            if !mayBeEmpty || !hasNames {
                violations.append(
                    Violation(
                        .subjectEmpty, at: "csr.subject",
                        mayBeEmpty
                            ? "The subject is empty, and there is no subject alternative name in its place."
                            : "The subject is empty."))
            }
            return
        }
        var counts: [SubjectField: Int] = [:]
        for attribute in subject.attributes {
            guard let field = SubjectField(attribute.type) else {
                if !admitsAnyField {
                    violations.append(
                        Violation(
                            .subjectField, at: "csr.subject.\(attribute.type.dotted)",
                            "The subject attribute \(attribute.type.dotted) is not admitted."))
                }
                continue
            }
            counts[field, default: 0] += 1
            check(field, value: attribute.value, into: &violations)
        }
        checkCounts(counts, into: &violations)
    }

    private func check(_ field: SubjectField, value: String, into violations: inout [Violation]) {
        let path = "csr.subject.\(field.rawValue)"
        guard let rule = fields[field] else {
            if !admitsAnyField {
                violations.append(
                    Violation(.subjectField, at: path, "The subject field \(field.rawValue) is not admitted."))
            }
            return
        }
        // Compared by code points: é in two forms is two values.
        if let allowed = rule.allowedValues, !allowed.contains(where: { $0.utf8.elementsEqual(value.utf8) }) {
            violations.append(
                Violation(.subjectValue, at: path, "The value of \(field.rawValue) is not one of those admitted."))
        }
    }

    private func checkCounts(_ counts: [SubjectField: Int], into violations: inout [Violation]) {
        for field in SubjectField.allCases {
            guard let rule = fields[field] else { continue }
            let count = counts[field] ?? 0
            let path = "csr.subject.\(field.rawValue)"
            if rule.isRequired, count == 0 {
                violations.append(
                    Violation(.subjectFieldRequired, at: path, "The subject field \(field.rawValue) is missing."))
            }
            if count > rule.maximumCount {
                violations.append(
                    Violation(
                        .subjectFieldCount, at: path,
                        "The subject has \(count) fields \(field.rawValue); at most \(rule.maximumCount) is admitted."))
            }
        }
    }
}
