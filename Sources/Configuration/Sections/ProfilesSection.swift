import FoundationEssentials
import Issuance
import SwiftASN1

extension NodeReader {
    func profiles(declaring declarations: Declarations) -> [Profile]? {
        list { entry in entry.mapping { $0.profile(declaring: declarations) } }
    }

    /// The bits of RFC 5280 § 4.2.1.3 that a certificate of no CA may have.
    fileprivate func leafKeyUsage() -> KeyUsage? {
        let usages = uniqueList { bit -> KeyUsage? in
            guard let usage = bit.choice(of: KeyUsage.named.map { ($0.name, $0.usage) }) else { return nil }
            guard !KeyUsage([.keyCertSign, .cRLSign]).contains(usage) else {
                bit.refuse("is for CAs only, and a profile makes none")
                return nil
            }
            return usage
        }
        guard let usages else { return nil }
        let usage = KeyUsage(usages)
        if !usage.isDisjoint(with: [.encipherOnly, .decipherOnly]), !usage.contains(.keyAgreement) {
            refuse("has encipherOnly or decipherOnly, which mean nothing without keyAgreement (RFC 5280 § 4.2.1.3)")
        }
        return usage
    }

    /// A name that cannot be taken for an id.
    fileprivate func profileName() -> String? {
        guard let name = displayName() else { return nil }
        guard UUID(strict: name) == nil else {
            refuse("is a UUID, which would be taken for an id")
            return nil
        }
        return name
    }
}

extension MappingReader {
    fileprivate func profile(declaring declarations: Declarations) -> Profile? {
        let id = required("id") { node -> UUID? in
            let id = node.uuid()
            if let id { declarations.declareProfile(id, at: node) }
            return id
        }
        // Where the id was refused, any will do for what refers to the name.
        let name = required("name") { declarations.profileNames.declare($0, id ?? UUID()) { $0.profileName() } }
        let authority = required("authority") { declarations.authorities.resolve($0, "authority") }
        let kind = optional("kind", default: .general) { $0.choice(of: Profile.Kind.self) }
        let subject = required("subject") { $0.subjectRules(emptyIsAChoice: true) }
        let alternativeNames = optional("subjectAlternativeNames", default: AlternativeNameRules(isRequired: false)) {
            $0.alternativeNameRules()
        }
        let keys = required("keys") { $0.keyRules() }
        let keyUsage = required("keyUsage") { $0.leafKeyUsage() }
        let extendedKeyUsages = optional("extendedKeyUsages", default: []) { $0.extendedKeyUsages() }
        let isCritical = optional("extendedKeyUsageCritical", default: false) { $0.boolean() }
        let certificatePolicies = optional("certificatePolicies", default: []) { $0.certificatePolicies() }
        let basicConstraints = optional("basicConstraints", default: .absent) {
            $0.choice(of: Profile.LeafBasicConstraints.self)
        }
        let validity = validityRules()
        let requestedExtensions = optional("requestedExtensions", default: .refuse) { $0.requestedExtensionRules() }
        let locations = locations(inPlaceOf: authority?.value)
        checkTogether(subject, alternativeNames, kind)
        guard let id, let name, let authority, let subject, let keys, let keyUsage, let validity else { return nil }

        var profile = Profile(
            id: id, name: name, authorityID: authority.spelling, subject: subject,
            subjectAlternativeNames: alternativeNames, keys: keys, keyUsage: keyUsage,
            extendedKeyUsages: extendedKeyUsages, validity: validity)
        profile.kind = kind
        profile.isExtendedKeyUsageCritical = isCritical
        profile.certificatePolicies = certificatePolicies
        profile.basicConstraints = basicConstraints
        profile.requestedExtensions = requestedExtensions
        profile.locations = locations
        return profile
    }

    /// What the profile names, and for what it does not name the authority's; an empty list writes none. `nil` where it names nothing.
    private func locations(inPlaceOf authority: Locations?) -> Locations? {
        var result = authority ?? Locations()
        let keys: [(String, WritableKeyPath<Locations, [String]>)] = [
            ("crlDistributionPoints", \.cRLDistributionPoints), ("caIssuers", \.caIssuers), ("ocsp", \.ocsp),
        ]
        for (key, list) in keys {
            guard let urls = optional(key, { $0.uniqueList(mayBeEmpty: true) { $0.httpURL() } }) else { continue }
            result[keyPath: list] = urls
        }
        return keys.contains { contains($0.0) } ? result : nil
    }

    /// Rules that no request could ever keep together.
    private func checkTogether(_ subject: SubjectRules?, _ names: AlternativeNameRules, _ kind: Profile.Kind) {
        guard !contains("subjectAlternativeNames") else { return }
        if subject?.mayBeEmpty == true {
            owner.refuse("lets the subject be empty, and yet admits no subject alternative name (RFC 5280 § 4.1.2.6)")
        }
        if kind != .general {
            owner.refuse("is of kind \(kind.rawValue), and yet admits no subject alternative name")
        }
    }
}
