import ArgumentParser
import Authority
import Configuration
import Console
import FoundationEssentials
import Glibc
import Issuance
import JSONRPC
import SigningAPI

/// `countersign access explain`: which rule decides.
struct AccessExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell which access rule decides about a user's request, and how.",
        discussion: """
            By the file, not by what a running daemon has read of it, and with the groups that this host knows for the user; a process may \
            have others (--gid). One rule decides: the user's own, or else the first in the file of a group that the user is in.

            Exit codes: 0 allowed; 66 the configuration cannot be read, or there is no such user; 77 refused.

            Example: countersign access explain --user www-data --method signCertificate --profile 'web server' --config \
            /etc/countersign/countersign.yaml
            """)

    @Option(help: "The user's number.")
    var uid: UInt32?

    @Option(help: "The user's name, in place of the number.")
    var user: String?

    @Option(
        help:
            "A group's number, in place of those that this host knows for the user; may be repeated, the first one first."
    )
    var gid: [UInt32] = []

    @Option(help: "The method.", completion: .list(SigningAPI.Method.allCases.map(\.rawValue)))
    var method: SigningAPI.Method

    @Option(help: ArgumentHelp("The profile that would be asked for.", valueName: "id-or-name"))
    var profile: String?

    @Option(help: ArgumentHelp("The authority that would be asked for.", valueName: "id"))
    var authority: String?

    @Option(help: ArgumentHelp("The daemon's configuration; else COUNTERSIGN_CONFIG.", valueName: "file"))
    var config: String?

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func validate() throws {
        guard (uid == nil) != (user == nil) else { throw ValidationError("Give --uid or --user.") }
    }

    func run() throws {
        let configuration = try DaemonConfiguration(config, neededFor: "To explain needs").values
        let account = try account()
        let groups = gid.isEmpty ? account.groups : gid
        let requester = Requester(
            uid: account.uid, gid: groups.first ?? AccessPolicy.nobody, pid: 0, groups: Array(groups.dropFirst()))
        let decision = AccessPolicy(configuration.access).decision(for: requester)
        let rule = decision.flatMap { decision in
            configuration.access.firstIndex { $0.subject == decision.subject }
        }
        let refusal = try refusal(decision?.grant, configuration)
        let result: JSONValue = [
            "allowed": .bool(refusal == nil), "uid": .number(JSONNumber(Int64(account.uid))),
            "gids": .array(groups.map { .number(JSONNumber(Int64($0))) }),
            "rule": rule.map { .string("access[\($0)]") } ?? .null, "reason": refusal.map { .string($0) } ?? .null,
        ]
        try StandardOutput.show(json ? result.compactText : text(account, groups, rule, decision?.subject, refusal))
        if refusal != nil { throw ExitCode(CommandFailure.Code.notPermitted.rawValue) }
    }

    private func text(
        _ account: Account, _ groups: [UInt32], _ rule: Int?, _ subject: AccessPolicy.Subject?, _ refusal: String?
    ) -> String {
        let whose =
            switch subject {
            case .user(let uid): "access[\(rule ?? 0)], that of uid \(uid), decides"
            case .group(let gid): "access[\(rule ?? 0)], that of gid \(gid), decides"
            case nil: "no rule is for it"
            }
        let gids = groups.map(String.init).joined(separator: ", ")
        return """
            uid \(account.uid)\(account.name.map { " (\($0))" } ?? ""), groups \(gids.isEmpty ? "none" : gids): \(whose).
            \(refusal.map { "refused: \($0)" } ?? "allowed")
            """.printable
    }

    /// Why it would be turned away; `nil` where it would not be.
    private func refusal(
        _ grant: Authority.Grant?, _ configuration: ServiceConfiguration
    ) throws(CommandFailure) -> String? {
        guard let grant else { return "401, the user is unknown" }
        let profile = try self.profile.map { (name) throws(CommandFailure) in try id(ofProfile: name, configuration) }
        if let authority {
            guard configuration.authorities.contains(where: { $0.id.lowercased() == authority.lowercased() }) else {
                throw CommandFailure(.noInput, "\(configuration.path) has no authority \(authority).")
            }
        }
        do throws(AccessError) {
            try grant.check(method: method.rawValue)
        } catch {
            return "403, the method \(method.rawValue) is not granted"
        }
        if let profile {
            do throws(AccessError) { try grant.check(profile: profile) } catch {
                return "403, the profile \(self.profile ?? "") is not granted"
            }
        }
        if let authority {
            do throws(AccessError) { try grant.check(authority: authority) } catch {
                return "403, the authority \(authority) is not granted"
            }
        }
        return nil
    }

    private func id(ofProfile name: String, _ configuration: ServiceConfiguration) throws(CommandFailure) -> UUID {
        let found = configuration.profiles.first {
            $0.id.uuidString.lowercased() == name.lowercased() || $0.name.lowercased() == name.lowercased()
        }
        guard let found else { throw CommandFailure(.noInput, "\(configuration.path) has no profile \(name).") }
        return found.id
    }
}

// MARK: - What this host knows of the user

extension AccessExplain {
    private struct Account {
        let uid: UInt32
        var name: String?
        /// The first one first.
        var groups: [UInt32] = []
    }

    private func account() throws(CommandFailure) -> Account {
        var record = unsafe passwd()
        var match: UnsafeMutablePointer<passwd>?
        var strings = [CChar](repeating: 0, count: 64 << 10)
        if let uid {
            _ = unsafe getpwuid_r(uid, &record, &strings, strings.count, &match)
        } else if let user {
            _ = unsafe getpwnam_r(user, &record, &strings, strings.count, &match)
        }
        guard unsafe match != nil, let name = unsafe record.pw_name else {
            // A number needs no name.
            if let uid { return Account(uid: uid) }
            throw CommandFailure(.noInput, "\(user ?? "") is the name of no user on this host.")
        }
        var count: Int32 = 1024
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard unsafe getgrouplist(name, record.pw_gid, &groups, &count) >= 0 else {
            throw CommandFailure(.noInput, "the user has more than 1024 groups: name those that count (--gid).")
        }
        return Account(
            uid: unsafe record.pw_uid, name: unsafe String(cString: name), groups: Array(groups.prefix(Int(count))))
    }
}

extension SigningAPI.Method: ExpressibleByArgument {}
