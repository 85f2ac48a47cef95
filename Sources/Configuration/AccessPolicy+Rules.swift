package import Authority

extension AccessPolicy {
    /// What a configuration says of access, for the one who decides.
    package init(_ rules: [AccessRule]) {
        var (users, groups) = ([UInt32: Authority.Grant](), [(gid: UInt32, grant: Authority.Grant)]())
        for rule in rules {
            let grant = Authority.Grant(
                methods: .init(rule.methods) { $0 }, profiles: .init(rule.profiles) { $0 },
                authorities: .init(rule.authorities) { $0.lowercased() })
            switch rule.subject {
            case .user(let uid): users[uid] = grant
            case .group(let gid): groups.append((gid, grant))
            }
        }
        self.init(users: users, groups: groups)
    }
}

extension Authority.Grant.Scope {
    fileprivate init(_ grant: Configuration.Grant<Name>, _ name: (Name) -> Name) {
        self =
            switch grant {
            case .all: .all
            case .only(let names): .only(Set(names.map(name)))
            }
    }
}
