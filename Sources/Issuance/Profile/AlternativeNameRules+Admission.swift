extension AlternativeNameRules {
    static let path = "csr.extensions.subjectAlternativeName"

    /// Checks what a request asks for.
    ///
    /// - Returns: the names whose syntax is right, in the request's order, each with its place there.
    func admit(_ requested: [GeneralName], into violations: inout [Violation]) -> [(place: Int, name: AdmittedName)] {
        if requested.isEmpty, isRequired {
            violations.append(Violation(.sanRequired, at: Self.path, "A subject alternative name is required."))
        }
        var admitted: [(place: Int, name: AdmittedName)] = []
        admitted.reserveCapacity(requested.count)
        var seen: Set<AdmittedName> = []
        for (place, name) in requested.enumerated() {
            guard let kind = name.kind, let isAdmitted = check(name, kind, at: place, into: &violations) else {
                violations.append(
                    Violation(
                        .sanKind, at: "\(Self.path)[\(place)]",
                        "Names of the kind \(name.kindName) are not admitted."))
                continue
            }
            guard let parsed = isAdmitted else { continue }
            if !seen.insert(parsed).inserted {
                violations.append(
                    Violation(.sanDuplicate, at: "\(Self.path)[\(place)]", "The name is there twice."))
            }
            admitted.append((place, parsed))
        }
        checkCounts(requested, into: &violations)
        return admitted
    }

    /// - Returns: `nil` where the kind has no rules, `.some(nil)` where the syntax is wrong.
    private func check(
        _ name: GeneralName, _ kind: GeneralName.Kind, at place: Int, into violations: inout [Violation]
    ) -> AdmittedName?? {
        guard counts(of: kind) != nil else { return nil }
        let parsed: AdmittedName
        do { parsed = try AdmittedName(name) } catch {
            violations.append(
                Violation(.sanSyntax, at: "\(Self.path)[\(place)]", "The \(kind.rawValue) name \(error)."))
            return .some(nil)
        }
        if case .dns(let dnsName) = parsed, dnsName.isWildcard, !admitsWildcards {
            violations.append(
                Violation(.sanWildcard, at: "\(Self.path)[\(place)]", "Wildcard names are not admitted."))
        }
        let verdict = judge(parsed)
        if !verdict.isAllowed {
            violations.append(
                Violation(
                    .sanAllowed, at: "\(Self.path)[\(place)]",
                    "The \(kind.rawValue) name matches none of the admitted patterns."))
        }
        if verdict.isDenied {
            violations.append(
                Violation(
                    .sanDenied, at: "\(Self.path)[\(place)]", "The \(kind.rawValue) name matches a denied pattern."))
        }
        return parsed
    }

    private func judge(_ name: AdmittedName) -> (isAllowed: Bool, isDenied: Bool) {
        switch name {
        case .dns(let name):
            judge(dns) {
                $0.matches(name)
            } denies: {
                $0.touches(name)
            }
        case .ip(let address):
            judge(ip) {
                $0.matches(address)
            } denies: {
                $0.touches(address)
            }
        case .email(let mailbox):
            judge(email) {
                $0.matches(mailbox)
            } denies: {
                $0.touches(mailbox)
            }
        case .uri(let name):
            judge(uri) {
                $0.matches(name)
            } denies: {
                $0.touches(name)
            }
        }
    }

    private func judge<Pattern>(
        _ rules: KindRules<Pattern>?, _ allows: (Pattern) -> Bool, denies: (Pattern) -> Bool
    ) -> (isAllowed: Bool, isDenied: Bool) {
        guard let rules else { return (false, false) }
        return (rules.allowed.contains(where: allows), rules.denied.contains(where: denies))
    }

    /// `nil` where the kind has no rules.
    private func counts(of kind: GeneralName.Kind) -> (minimum: Int, maximum: Int)? {
        switch kind {
        case .dns: dns.map { ($0.minimumCount, $0.maximumCount) }
        case .ip: ip.map { ($0.minimumCount, $0.maximumCount) }
        case .email: email.map { ($0.minimumCount, $0.maximumCount) }
        case .uri: uri.map { ($0.minimumCount, $0.maximumCount) }
        }
    }

    private func checkCounts(_ requested: [GeneralName], into violations: inout [Violation]) {
        for kind in GeneralName.Kind.allCases {
            guard let (minimum, maximum) = counts(of: kind) else { continue }
            let count = requested.count { $0.kind == kind }
            if count < minimum || count > maximum {
                violations.append(
                    Violation(
                        .sanCount, at: Self.path,
                        "There are \(count) \(kind.rawValue) names; admitted are \(minimum) to \(maximum)."))
            }
        }
    }
}

extension GeneralName {
    fileprivate var kindName: String {
        switch self {
        case .unsupported(let tag): "with tag \(tag)"
        default: kind?.rawValue ?? ""
        }
    }
}
