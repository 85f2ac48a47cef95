/// The rules that admission checks. Their names are part of the contract: a client may compare them.
extension Rule {
    // The key.
    package static let keyType = Rule("keyType", "the profile's keys")
    package static let issuerKey = Rule("issuerKey", "RFC 5280 § 4.2.1.2")

    // The subject.
    package static let subjectField = Rule("subjectField", "the profile's subject rules")
    package static let subjectFieldCount = Rule("subjectFieldCount", "the profile's subject rules")
    package static let subjectFieldRequired = Rule("subjectFieldRequired", "the profile's subject rules")
    package static let subjectValue = Rule("subjectValue", "the profile's subject rules")
    package static let subjectEmpty = Rule("subjectEmpty", "RFC 5280 § 4.1.2.6")
    package static let subjectIsIssuer = Rule("subjectIsIssuer", "RFC 5280 § 4.1.2.6")
    package static let commonNameInSAN = Rule("commonNameInSAN", "RFC 6125 § 6.4.4; Baseline Requirements § 7.1.4.3")
    package static let emailAddressInSAN = Rule("emailAddressInSAN", "RFC 5280 § 4.1.2.6")

    // The subject alternative names.
    package static let sanRequired = Rule("sanRequired", "the profile's subject alternative names")
    package static let sanKind = Rule("sanKind", "the profile's subject alternative names")
    package static let sanCount = Rule("sanCount", "the profile's subject alternative names")
    package static let sanSyntax = Rule("sanSyntax", "RFC 5280 § 4.2.1.6")
    package static let sanAllowed = Rule("sanAllowed", "the profile's subject alternative names")
    package static let sanDenied = Rule("sanDenied", "the profile's subject alternative names")
    package static let sanWildcard = Rule("sanWildcard", "the profile's subject alternative names")
    package static let sanDuplicate = Rule("sanDuplicate", "no name twice: RFC 5280 § 4.2.1.6 is a set of identities")

    // What else the request asks for.
    package static let extensionAdmitted = Rule("extensionAdmitted", "the profile's requested extensions")
    package static let attributeAdmitted = Rule("attributeAdmitted", "the profile's requested extensions")
    package static let keyUsageAdmitted = Rule("keyUsageAdmitted", "the profile's key usage")
    package static let keyUsageFitsKey = Rule("keyUsageFitsKey", "RFC 3279 § 2.3, RFC 5480 § 3, RFC 8410 § 5")
    package static let extendedKeyUsageAdmitted = Rule("extendedKeyUsageAdmitted", "the profile's extended key usages")
    package static let extendedKeyUsageDuplicate = Rule(
        "extendedKeyUsageDuplicate", "no purpose twice: RFC 5280 § 4.2.1.12 is a set of purposes")
    package static let purposeFitsKeyUsage = Rule("purposeFitsKeyUsage", "RFC 5280 § 4.2.1.12")
    package static let leafIsNoCA = Rule("leafIsNoCA", "RFC 5280 § 4.2.1.9")
    package static let intermediateIsCA = Rule("intermediateIsCA", "RFC 5280 § 4.2.1.9")
    package static let pathLength = Rule("pathLength", "RFC 5280 § 4.2.1.9")

    // The validity.
    package static let validityUnstated = Rule("validityUnstated", "RFC 5280 § 4.1.2.5")
    package static let validityOrder = Rule("validityOrder", "RFC 5280 § 4.1.2.5")
    package static let validityOver = Rule("validityOver", "a certificate is of use for some time")
    package static let validityRepresentable = Rule("validityRepresentable", "RFC 5280 § 4.1.2.5.2")
    package static let ttlCapsNotAfter = Rule("ttlCapsNotAfter", "the order's own ttl")
    package static let maximumValidity = Rule(
        "maximumValidity", "the profile's validity, both ends counted: RFC 5280 § 4.1.2.5")
    package static let maximumBackdate = Rule("maximumBackdate", "the profile's validity")
    package static let maximumDelay = Rule("maximumDelay", "the profile's validity")
    package static let insideIssuerValidity = Rule(
        "insideIssuerValidity", "RFC 5280 § 6.1.3 (a)(2), for the whole chain")

    // What the issuer's chain lets pass.
    package static let nameConstraints = Rule("nameConstraints", "RFC 5280 § 4.2.1.10")
    package static let issuerExtendedKeyUsage = Rule(
        "issuerExtendedKeyUsage", "RFC 5280 § 4.2.1.12, nested down the chain")

    /// Of the configuration alone, which no request can break.
    package static let location = Rule("location", "RFC 5280 § 4.2.1.13, § 4.2.2.1")

    /// All of them, in the order in which they are looked at.
    package static let admission: [Rule] = [
        keyType, issuerKey, subjectField, subjectFieldCount, subjectFieldRequired, subjectValue, subjectEmpty,
        subjectIsIssuer, commonNameInSAN, emailAddressInSAN, sanRequired, sanKind, sanCount, sanSyntax, sanAllowed,
        sanDenied,
        sanWildcard, sanDuplicate, extensionAdmitted, attributeAdmitted, keyUsageAdmitted, keyUsageFitsKey,
        extendedKeyUsageAdmitted, extendedKeyUsageDuplicate, purposeFitsKeyUsage, leafIsNoCA, intermediateIsCA,
        pathLength, validityUnstated,
        validityOrder,
        validityOver, validityRepresentable, ttlCapsNotAfter, maximumValidity, maximumBackdate, maximumDelay,
        insideIssuerValidity, nameConstraints, issuerExtendedKeyUsage,
    ]
}
