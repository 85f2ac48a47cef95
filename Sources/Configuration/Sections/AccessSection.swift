import FoundationEssentials
import Glibc
import Yams

extension AccessRule {
    /// Where the file says nothing: the user as whom this process runs may do everything, nobody else anything.
    static var ownUser: AccessRule {
        AccessRule(uid: geteuid(), methods: .all, profiles: .all, authorities: .all)
    }
}

extension NodeReader {
    func accessRules(methods: [String], declarations: Declarations) -> [AccessRule]? {
        var uids: Set<UInt32> = []
        return list { entry in
            entry.mapping { rule -> AccessRule? in
                let uid = rule.user()
                if let uid, !uids.insert(uid).inserted {
                    entry.refuse("is for uid \(uid), which has an earlier entry; put the two together")
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
                guard let uid, let methods else { return nil }
                return AccessRule(uid: uid, methods: methods, profiles: profiles, authorities: authorities)
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
    /// `uid` or `user`, one of them.
    fileprivate func user() -> UInt32? {
        // (uid_t) -1 stands for nobody in setuid(2) and chown(2).
        let uid = optional("uid") { $0.wholeNumber(in: 0...Int(UInt32.max) - 1) }.map { UInt32($0) }
        let named = optional("user") { $0.userID() }
        guard contains("uid") != contains("user") else {
            owner.refuse("\(contains("uid") ? "has both uid and user" : "has neither uid nor user"); it needs one")
            return nil
        }
        return uid ?? named
    }
}
