import Timekeeping

extension Profile {
    /// What is wrong with this profile whatever a request says: the rules that every one would break, and those that it breaks where
    /// it asks for nothing of its own. For the operator, before the first request.
    ///
    /// - Returns: all of it, with paths into the profile; none for a profile that can issue. That the issuer's chain is expired, or
    ///   not valid yet, is not among it: time changes that.
    package func faults(under issuer: Issuer) -> [Violation] {
        var faults: [Violation] = []
        checkNames(by: issuer, into: &faults)
        subject.checkFeasible(canBeEmpty: subject.mayBeEmpty && subjectAlternativeNames.admitsAny, into: &faults)
        keyUsage.checkLeaf(into: &faults)
        checkKeys(by: issuer, into: &faults)
        KeyPurposes.check(extendedKeyUsages, by: issuer, into: &faults)
        validity.checkFeasible(into: &faults)
        for (url, why) in locations?.faults ?? [] {
            faults.append(Violation(.location, at: "profile.locations", "The URL \(url) \(why)."))
        }
        if kind == .publicTLS {
            let check = BaselineCheck(profile: self, issuer: issuer)
            check.checkStanding(into: &faults)
            check.checkPurposes(extendedKeyUsages, into: &faults)
            check.checkFields(into: &faults)
        }
        return faults
    }

    /// What every kind of key would break that the profile admits; nothing where there is one of use.
    private func checkKeys(by issuer: Issuer, into faults: inout [Violation]) {
        var found: [Violation] = []
        if keys.kinds.isEmpty {
            found.append(Violation(.keyType, at: "profile.keys", "No key is admitted."))
        }
        for kind in keys.kinds {
            var violations: [Violation] = []
            let usage = keyUsage.intersection(kind.servableUsage).withoutDangling
            if usage.isEmpty, !keyUsage.isEmpty {
                violations.append(
                    Violation(
                        .keyUsageFitsKey, at: "profile.keyUsage", "No key that is admitted can serve the key usage."))
            }
            KeyPurposes.check(extendedKeyUsages, with: usage, into: &violations)
            if self.kind == .publicTLS {
                if kind == .ed25519 {
                    violations.append(Violation(.baselineKey, at: "profile.keys", "A public TLS key is RSA or EC."))
                }
                BaselineCheck(profile: self, issuer: issuer)
                    .checkUsage(keyUsage.isEmpty ? nil : usage, of: kind, into: &violations)
            }
            if violations.isEmpty { return }
            found += violations.filter { !found.contains($0) }
        }
        faults += found
    }

    private func checkNames(by issuer: Issuer, into faults: inout [Violation]) {
        let path = "profile.subjectAlternativeNames"
        let names = subjectAlternativeNames
        let isPublic = kind == .publicTLS
        let hasDNS = names.dns?.allowed.contains { pattern in
            issuer.nameConstraints.allSatisfy { $0.mayAdmit(pattern, wildcards: names.admitsWildcards) }
                && !(isPublic && PublicNames.isInternal(pattern))
        }
        let hasIP = names.ip?.allowed.contains { pattern in
            issuer.nameConstraints.allSatisfy { $0.mayAdmit(pattern) }
        }
        // Of mailboxes and URIs it is not simple to tell.
        let hasOther = !isPublic && (names.email != nil || names.uri != nil)
        if names.isRequired || isPublic, hasDNS != true, hasIP != true, !hasOther {
            faults.append(
                Violation(
                    .sanRequired, at: path,
                    "A subject alternative name is required, and none that is admitted can pass the authority's name constraints"
                        + (isPublic ? " and be public." : ".")))
        }
        for (kind, count, has) in [
            ("dns", names.dns?.minimumCount, hasDNS), ("ip", names.ip?.minimumCount, hasIP),
        ] where count ?? 0 > 0 && has == false {
            faults.append(
                Violation(
                    .sanCount, at: "\(path).\(kind)",
                    "A name of this kind is required, and none that is admitted can pass the authority's name constraints."
                ))
        }
        if kind != .general, subject.fields[.commonName]?.isRequired ?? false, names.dns == nil, names.ip == nil {
            faults.append(
                Violation(
                    .commonNameInSAN, at: "profile.subject",
                    "A common name is required, and it has to be a DNS name or an IP address among the subject alternative names, of which none is admitted."
                ))
        }
        if subject.fields[.emailAddress]?.isRequired ?? false, names.email == nil {
            faults.append(
                Violation(
                    .emailAddressInSAN, at: "profile.subject",
                    "An emailAddress is required, and it has to be an email name among the subject alternative names, of which none is admitted."
                ))
        }
    }
}

extension IntermediateRules {
    /// What is wrong with these rules whatever a request says, as `Profile.faults` has it of a profile.
    package func faults(under issuer: Issuer) -> [Violation] {
        var faults: [Violation] = []
        if issuer.remainingPathLength == 0 {
            faults.append(
                Violation(
                    .pathLength, at: "intermediates",
                    "The path length constraint of the authority's chain leaves no CA below it."))
        }
        subject.checkFeasible(canBeEmpty: false, into: &faults)
        KeyPurposes.check(extendedKeyUsages, by: issuer, into: &faults)
        validity.checkFeasible(into: &faults)
        return faults
    }
}

extension SubjectRules {
    fileprivate func checkFeasible(canBeEmpty: Bool, into faults: inout [Violation]) {
        guard !canBeEmpty, !admitsAnyField, fields.isEmpty else { return }
        faults.append(
            Violation(.subjectEmpty, at: "subject", "The subject may not be empty, and no field is admitted in it."))
    }
}

extension AlternativeNameRules {
    fileprivate var admitsAny: Bool { dns != nil || ip != nil || email != nil || uri != nil }
}

extension ValidityRules {
    fileprivate func checkFeasible(into faults: inout [Violation]) {
        guard backdate.seconds >= maximum.seconds else { return }
        faults.append(
            Violation(
                .validityOver, at: "backdate",
                "A certificate begins \(backdate) ago and is valid for \(maximum) at most: it is over before it is issued."
            ))
    }
}
