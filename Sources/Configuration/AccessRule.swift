package import FoundationEssentials

/// What the processes of one user may do.
package struct AccessRule: Hashable, Sendable {
    package let uid: UInt32
    /// By the methods' names on the wire.
    package let methods: Grant<String>
    package let profiles: Grant<UUID>
    /// By id, in the spelling of `ServiceConfiguration.authorities`.
    package let authorities: Grant<String>

    package init(uid: UInt32, methods: Grant<String>, profiles: Grant<UUID>, authorities: Grant<String>) {
        self.uid = uid
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
