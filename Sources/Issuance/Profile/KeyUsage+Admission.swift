import PublicKeys

extension KeyUsage {
    /// RFC 5280 § 4.2.1.3: encipherOnly and decipherOnly mean nothing without keyAgreement.
    var withoutDangling: KeyUsage {
        contains(.keyAgreement) ? self : subtracting([.encipherOnly, .decipherOnly])
    }

    /// RFC 5280 § 4.2.1.9: keyCertSign goes with cA.
    func checkLeaf(into violations: inout [Violation]) {
        if contains(.keyCertSign) {
            violations.append(
                Violation(
                    .leafIsNoCA, at: "profile.keyUsage", "The profile's keyUsage has keyCertSign, which is a CA's."))
        }
    }

    /// What a leaf gets: what was asked for, where that lies within the profile's and the key can serve it; the profile's,
    /// as far as the key can serve it, where nothing was asked for.
    ///
    /// - Parameter ignoresOthers: what cannot be met is passed over: the key gets what it can serve of what was asked for, and
    ///   the profile's where that is nothing, or more was asked for than the profile has.
    /// - Returns: `nil` where the profile has none, or the request cannot be met.
    static func admit(
        _ asked: KeyUsage?, within profile: KeyUsage, for key: PublicKey, ignoresOthers: Bool,
        into violations: inout [Violation]
    ) -> KeyUsage? {
        profile.checkLeaf(into: &violations)
        let servable = KeyKind(key).servableUsage
        if let asked {
            guard ignoresOthers else {
                return admit(asked, within: profile, servable: servable, key, into: &violations)
            }
            let fitting = asked.intersection(servable).withoutDangling
            if profile.isSuperset(of: asked), !fitting.isEmpty { return fitting }
        }
        guard !profile.isEmpty else { return nil }
        let reduced = profile.intersection(servable).withoutDangling
        if reduced.isEmpty {
            violations.append(
                Violation(
                    .keyUsageFitsKey, at: "csr.publicKey", "\(key) can serve no key usage that the profile admits."))
        }
        return reduced
    }

    private static func admit(
        _ asked: KeyUsage, within profile: KeyUsage, servable: KeyUsage, _ key: PublicKey,
        into violations: inout [Violation]
    ) -> KeyUsage {
        let path = "csr.extensions.keyUsage"
        let beyond = asked.subtracting(profile)
        if !beyond.isEmpty {
            violations.append(
                Violation(
                    .keyUsageAdmitted, at: path,
                    "The key usage \(beyond.names.joined(separator: ", ")) is not admitted."))
        }
        let unservable = asked.intersection(profile).subtracting(servable)
        if !unservable.isEmpty {
            violations.append(
                Violation(
                    .keyUsageFitsKey, at: path,
                    "\(key) cannot serve the key usage \(unservable.names.joined(separator: ", "))."))
        }
        if asked.withoutDangling != asked {
            violations.append(
                Violation(
                    .keyUsageFitsKey, at: path, "encipherOnly and decipherOnly mean nothing without keyAgreement."))
        }
        return asked
    }
}
