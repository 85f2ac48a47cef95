import Authority
import FoundationEssentials
import Glibc
import Yams

extension AccessRule {
    /// Where the file says nothing: the user as whom this process runs may do everything, nobody else anything.
    static var ownUser: AccessRule {
        AccessRule(.user(geteuid()), methods: .all, profiles: .all, authorities: .all)
    }
}

extension NodeReader {
    func accessRules(methods: [String], declarations: Declarations) -> [AccessRule]? {
        var subjects: Set<AccessPolicy.Subject> = []
        return list { entry in
            entry.mapping { rule -> AccessRule? in
                let subject = rule.subject()
                if let subject, !subjects.insert(subject).inserted {
                    entry.refuse("is for \(subject.words), which has an earlier entry; put the two together")
                }
                let methods = rule.required("methods") { node in
                    node.grant { $0.choice(of: methods.map { ($0, $0) }) }
                }
                let profiles = rule.optional("profiles", default: .only([])) { node in
                    node.grant { $0.profile(declarations) }
                }
                let authorities = rule.optional("authorities", default: .only([])) { node in
                    node.grant { declarations.authorities.resolve($0, "authority")?.spelling }
                }
                guard let subject, let methods else { return nil }
                return AccessRule(subject, methods: methods, profiles: profiles, authorities: authorities)
            }
        }
    }

    /// A list of elements, or of `"*"` alone: all of them.
    private func grant<Element>(_ read: (NodeReader) -> Element?) -> Grant<Element>? {
        if case .sequence(let sequence) = node, sequence.contains(where: { $0.scalar?.string == "*" }) {
            guard sequence.count == 1 else {
                refuse("holds \"*\" and more; \"*\" stands alone, for all")
                return nil
            }
            return .all
        }
        return uniqueList(read).map { .only(Set($0)) }
    }

    /// A profile by id or name.
    private func profile(_ declarations: Declarations) -> UUID? {
        guard let text = text() else { return nil }
        guard let id = UUID(strict: text) else { return declarations.profileNames.resolve(self, "profile")?.value }
        guard declarations.profileIDs.contains(id) else {
            refuse("is the id of no profile of this file")
            return nil
        }
        return id
    }

    /// A number of a user or a group.
    fileprivate func identifier() -> UInt32? {
        // (uid_t) -1 stands for nobody in setuid(2) and chown(2).
        guard let number = wholeNumber(in: 0...Int(UInt32.max) - 1).map({ UInt32($0) }) else { return nil }
        guard number != AccessPolicy.nobody else {
            refuse("is what Linux shows for everybody who has no number here: it may be anybody")
            return nil
        }
        return number
    }

    /// getgrnam_r(3).
    fileprivate func groupID() -> UInt32? {
        guard let name = text() else { return nil }
        var record = unsafe Glibc.group()
        var match: UnsafeMutablePointer<Glibc.group>?
        // A group names all of its members.
        var strings = [CChar](repeating: 0, count: 1 << 20)
        let code = unsafe getgrnam_r(name, &record, &strings, strings.count, &match)
        guard code == 0, unsafe match != nil else {
            refuse("is the name of no group on this host")
            return nil
        }
        return unsafe record.gr_gid
    }

    /// getpwnam_r(3).
    fileprivate func userID() -> UInt32? {
        guard let name = text() else { return nil }
        var record = unsafe passwd()
        var match: UnsafeMutablePointer<passwd>?
        var strings = [CChar](repeating: 0, count: 64 << 10)
        let code = unsafe getpwnam_r(name, &record, &strings, strings.count, &match)
        guard code == 0, unsafe match != nil else {
            refuse("is the name of no user on this host")
            return nil
        }
        return unsafe record.pw_uid
    }
}

extension MappingReader {
    /// `uid`, `user`, `gid` or `group`, one of them.
    fileprivate func subject() -> AccessPolicy.Subject? {
        let subjects: [AccessPolicy.Subject?] = [
            optional("uid") { $0.identifier() }.map { .user($0) }, optional("user") { $0.userID() }.map { .user($0) },
            optional("gid") { $0.identifier() }.map { .group($0) },
            optional("group") { $0.groupID() }.map { .group($0) },
        ]
        let given = ["uid", "user", "gid", "group"].filter(contains)
        guard given.count == 1 else {
            owner.refuse(
                given.isEmpty
                    ? "has none of uid, user, gid and group; it needs one"
                    : "has \(given.joined(separator: " and ")); it needs one of them")
            return nil
        }
        return subjects.compactMap(\.self).first
    }
}

extension AccessPolicy.Subject {
    fileprivate var words: String {
        switch self {
        case .user(let uid): "uid \(uid)"
        case .group(let gid): "gid \(gid)"
        }
    }
}
