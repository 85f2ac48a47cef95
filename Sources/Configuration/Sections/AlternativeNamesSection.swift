import Issuance

extension NodeReader {
    /// Which subject alternative names may be asked for (RFC 5280 § 4.2.1.6).
    func alternativeNameRules() -> AlternativeNameRules? {
        mapping { names in
            let rules = AlternativeNameRules(
                dns: names.optional("dns") { $0.kindRules(DNSPattern.init(parsing:)) },
                admitsWildcards: names.optional("wildcards", default: false) { $0.boolean() },
                ip: names.optional("ip") { $0.kindRules(IPPattern.init(parsing:)) },
                email: names.optional("email") { $0.kindRules(EmailPattern.init(parsing:)) },
                uri: names.optional("uri") { $0.kindRules(URIPattern.init(parsing:)) },
                isRequired: names.optional("required", default: true) { $0.boolean() })
            guard GeneralName.Kind.allCases.contains(where: { names.contains($0.rawValue) }) else {
                refuse("admits no name: it needs at least one of dns, ip, email and uri, or has to be left out")
                return nil
            }
            if rules.admitsWildcards, !names.contains("dns") { refuse("admits wildcards, and yet no DNS names") }
            return rules
        }
    }

    private func kindRules<Pattern>(
        _ parse: (String) throws(PatternSyntaxError) -> Pattern
    ) -> AlternativeNameRules.KindRules<Pattern>? {
        mapping { kind in
            let allowed = kind.required("allowed") { $0.uniqueList { $0.pattern(parse) } }
            let denied = kind.optional("denied", default: []) { $0.uniqueList { $0.pattern(parse) } }
            let minimumCount = kind.optional("minimumCount", default: 0) { $0.wholeNumber(in: 0...1000) }
            let maximumCount = kind.optional("maximumCount", default: max(100, minimumCount)) {
                $0.wholeNumber(in: max(1, minimumCount)...1000)
            }
            guard let allowed else { return nil }
            return AlternativeNameRules.KindRules(
                allowed: allowed, denied: denied, minimumCount: minimumCount, maximumCount: maximumCount)
        }
    }

    private func pattern<Pattern>(_ parse: (String) throws(PatternSyntaxError) -> Pattern) -> Pattern? {
        guard let text = text() else { return nil }
        do throws(PatternSyntaxError) {
            return try parse(text)
        } catch {
            refuse(error.description)
            return nil
        }
    }
}
