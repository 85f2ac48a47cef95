/// Which subject alternative names a request may ask for. A kind without rules is refused.
package struct AlternativeNameRules: Hashable, Sendable {
    package struct KindRules<Pattern: Hashable & Sendable>: Hashable, Sendable {
        /// A name has to match one of these.
        package var allowed: [Pattern]
        /// And none of these.
        package var denied: [Pattern]
        /// The least number of names of this kind.
        package var minimumCount: Int
        package var maximumCount: Int

        package init(allowed: [Pattern], denied: [Pattern] = [], minimumCount: Int = 0, maximumCount: Int = 100) {
            self.allowed = allowed
            self.denied = denied
            self.minimumCount = minimumCount
            self.maximumCount = maximumCount
        }
    }

    package var dns: KindRules<DNSPattern>?
    /// Whether `*.base` may be certified, where `base` matches a pattern.
    package var admitsWildcards: Bool
    package var ip: KindRules<IPPattern>?
    package var email: KindRules<EmailPattern>?
    package var uri: KindRules<URIPattern>?
    /// Whether a request has to name at least one, of whatever kind.
    package var isRequired: Bool

    package init(
        dns: KindRules<DNSPattern>? = nil, admitsWildcards: Bool = false, ip: KindRules<IPPattern>? = nil,
        email: KindRules<EmailPattern>? = nil, uri: KindRules<URIPattern>? = nil, isRequired: Bool = true
    ) {
        self.dns = dns
        self.admitsWildcards = admitsWildcards
        self.ip = ip
        self.email = email
        self.uri = uri
        self.isRequired = isRequired
    }
}
