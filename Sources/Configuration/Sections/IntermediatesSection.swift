import Issuance
import SwiftASN1

extension NodeReader {
    /// What an authority demands of an intermediate CA, and writes into it.
    func intermediateRules() -> IntermediateRules? {
        mapping { rules in
            // RFC 5280 § 4.1.2.6: the subject of a CA is never empty.
            let subject = rules.required("subject") { $0.subjectRules(emptyIsAChoice: false) }
            let keys = rules.required("keys") { $0.keyRules() }
            let validity = rules.validityRules()
            let requestedExtensions = rules.optional("requestedExtensions", default: .refuse) {
                $0.requestedExtensionRules()
            }
            let digitalSignature = rules.optional("digitalSignature", default: false) { $0.boolean() }
            let extendedKeyUsages = rules.optional("extendedKeyUsages", default: []) { $0.extendedKeyUsages() }
            let certificatePolicies = rules.optional("certificatePolicies", default: []) { $0.certificatePolicies() }
            let nameConstraints = rules.optional("nameConstraints") { $0.nameConstraints() }
            guard let subject, let keys, let validity else { return nil }
            var result = IntermediateRules(subject: subject, keys: keys, validity: validity)
            result.requestedExtensions = requestedExtensions
            result.setsDigitalSignature = digitalSignature
            result.extendedKeyUsages = extendedKeyUsages
            result.certificatePolicies = certificatePolicies
            result.nameConstraints = nameConstraints
            return result
        }
    }
}
