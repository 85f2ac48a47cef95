/// What the CA/Browser Forum's Baseline Requirements for TLS server certificates (BR) add for a public-TLS profile.
extension Rule {
    package static let baselineValidity = Rule("baselineValidity", "BR § 6.3.2")
    package static let baselineStart = Rule("baselineStart", "BR § 7.1.2.7")
    package static let baselineKey = Rule("baselineKey", "BR § 6.1.1.3, § 6.1.5, § 7.1.3.1")
    package static let baselineSignature = Rule("baselineSignature", "BR § 7.1.3.2")
    package static let baselineSubject = Rule("baselineSubject", "BR § 7.1.2.7.2 to § 7.1.2.7.4, § 7.1.4.2")
    package static let baselinePolicy = Rule("baselinePolicy", "BR § 7.1.2.7.9")
    package static let baselineExtendedKeyUsage = Rule("baselineExtendedKeyUsage", "BR § 7.1.2.7.10")
    package static let baselineKeyUsage = Rule("baselineKeyUsage", "BR § 7.1.2.7.11")
    package static let baselineNames = Rule("baselineNames", "BR § 7.1.2.7.12, § 4.2.2")
    package static let baselineInformationAccess = Rule("baselineInformationAccess", "BR § 7.1.2.7.7")
    package static let baselineRevocation = Rule("baselineRevocation", "BR § 7.1.2.11.2")

    /// All of them.
    package static let baseline: [Rule] = [
        baselineValidity, baselineStart, baselineKey, baselineSignature, baselineSubject, baselinePolicy,
        baselineExtendedKeyUsage, baselineKeyUsage, baselineNames, baselineInformationAccess, baselineRevocation,
    ]
}
