import Issuance

extension NodeReader {
    /// Which subject may be asked for.
    ///
    /// - Parameter emptyIsAChoice: whether `mayBeEmpty` is a key here.
    func subjectRules(emptyIsAChoice: Bool) -> SubjectRules? {
        mapping { subject in
            let mayBeEmpty = emptyIsAChoice ? subject.flag("mayBeEmpty") : false
            let anyField = subject.flag("anyField")
            let fields = subject.optional("fields", default: [:]) { $0.subjectFields() }
            if mayBeEmpty == false, anyField == false, !subject.contains("fields") {
                refuse(
                    "admits no subject: it needs fields"
                        + (emptyIsAChoice ? ", anyField or mayBeEmpty" : " or anyField"))
            }
            if mayBeEmpty == true, let field = fields.first(where: \.value.isRequired)?.key {
                refuse("may be empty, and yet requires \(field.rawValue)")
            }
            return SubjectRules(fields: fields, admitsAnyField: anyField == true, mayBeEmpty: mayBeEmpty == true)
        }
    }

    private func subjectFields() -> [SubjectField: SubjectRules.FieldRule]? {
        mapping { fields in
            var rules: [SubjectField: SubjectRules.FieldRule] = [:]
            for field in SubjectField.allCases {
                rules[field] = fields.optional(field.rawValue) { $0.fieldRule() }
            }
            return rules
        }
    }

    private func fieldRule() -> SubjectRules.FieldRule? {
        mapping { field in
            SubjectRules.FieldRule(
                isRequired: field.optional("required", default: false) { $0.boolean() },
                maximumCount: field.optional("maximumCount", default: 1) { $0.wholeNumber(in: 1...100) },
                allowedValues: field.optional("allowed") { $0.uniqueList { $0.subjectValue() } })
        }
    }
}

extension MappingReader {
    /// False where it is left out; `nil` where it is wrong.
    fileprivate func flag(_ key: String) -> Bool? {
        let value = optional(key) { $0.boolean() }
        return contains(key) ? value : false
    }
}
