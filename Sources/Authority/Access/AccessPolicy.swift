package import FoundationEssentials

/// What one user may ask for.
package struct Grant: Hashable, Sendable {
    /// Either everything of a kind, or what is named.
    package enum Scope<Name: Hashable & Sendable>: Hashable, Sendable {
        case all
        case only(Set<Name>)

        package func contains(_ name: Name) -> Bool {
            switch self {
            case .all: true
            case .only(let names): names.contains(name)
            }
        }
    }

    /// By their names on the wire.
    package var methods: Scope<String>
    package var profiles: Scope<UUID>
    /// By id, in lower case.
    package var authorities: Scope<String>

    package init(methods: Scope<String>, profiles: Scope<UUID>, authorities: Scope<String>) {
        self.methods = methods
        self.profiles = profiles
        self.authorities = authorities
    }

    package static let nothing = Grant(methods: .only([]), profiles: .only([]), authorities: .only([]))

    package func check(method: String) throws(AccessError) {
        guard methods.contains(method) else { throw .methodNotGranted(method) }
    }

    package func check(profile: UUID) throws(AccessError) {
        guard profiles.contains(profile) else { throw .profileNotGranted }
    }

    package func check(authority: String) throws(AccessError) {
        guard authorities.contains(authority.lowercased()) else { throw .authorityNotGranted }
    }
}

/// Who may ask for what. Whoever is not named may ask for nothing.
///
/// One rule decides, never two together, which might allow what neither does: the user's own, or else the first one of a group that the
/// user is in.
package struct AccessPolicy: Sendable {
    private let users: [UInt32: Grant]
    private let groups: [(gid: UInt32, grant: Grant)]

    /// - Parameter groups: in the order in which they are to be looked at.
    package init(users: [UInt32: Grant], groups: [(gid: UInt32, grant: Grant)] = []) {
        self.users = users
        self.groups = groups
    }

    /// Linux shows it in the place of users and groups that have no number here (`/proc/sys/kernel/overflowuid`): it may be anybody.
    package static let nobody: UInt32 = 65_534

    /// Whose rule it is.
    package enum Subject: Hashable, Sendable {
        case user(UInt32)
        /// Be it a user's first group or another.
        case group(UInt32)
    }

    /// `nil` for a user who is not named.
    package func grant(for requester: Requester) -> Grant? { decision(for: requester)?.grant }

    /// The rule that decides; `nil` where there is none.
    package func decision(for requester: Requester) -> (subject: Subject, grant: Grant)? {
        guard requester.uid != Self.nobody else { return nil }
        if let own = users[requester.uid] { return (.user(requester.uid), own) }
        return groups.first { $0.gid == requester.gid || requester.groups.contains($0.gid) }
            .map { (.group($0.gid), $0.grant) }
    }
}

/// Why a request is turned away before it is looked at.
package enum AccessError: Error, Hashable, Sendable {
    case unknownPeer(uid: UInt32)
    case tooManyInFlight(limit: Int)
    case methodNotGranted(String)
    case noSuchProfile
    case profileNotGranted
    case noSuchAuthority
    case authorityNotGranted
    case intermediatesNotPermitted
}
