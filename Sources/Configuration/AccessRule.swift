package import Authority
package import FoundationEssentials

/// What the processes of one user, or of the users in one group, may do.
package struct AccessRule: Hashable, Sendable {
    package let subject: AccessPolicy.Subject
    /// By the methods' names on the wire.
    package let methods: Grant<String>
    package let profiles: Grant<UUID>
    /// By id, in the spelling of `ServiceConfiguration.authorities`.
    package let authorities: Grant<String>

    package init(
        _ subject: AccessPolicy.Subject, methods: Grant<String>, profiles: Grant<UUID>, authorities: Grant<String>
    ) {
        self.subject = subject
        self.methods = methods
        self.profiles = profiles
        self.authorities = authorities
    }
}

/// All of a kind, those that a later configuration adds included, or some of it.
package enum Grant<Element: Hashable & Sendable>: Hashable, Sendable {
    case all
    case only(Set<Element>)

    package func contains(_ element: Element) -> Bool {
        switch self {
        case .all: true
        case .only(let elements): elements.contains(element)
        }
    }
}
