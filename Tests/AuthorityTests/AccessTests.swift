import Authority
import FoundationEssentials
import Testing

@Suite("access")
struct AccessTests {
    private static let profile = UUID()
    private let grant = Grant(
        methods: .only(["getStatus"]), profiles: .only([profile]), authorities: .only(["issuing"]))

    @Test("a grant admits what it names and nothing else; authorities are compared without case")
    func grants() throws {
        try grant.check(method: "getStatus")
        try grant.check(profile: Self.profile)
        try grant.check(authority: "ISSUING")
        #expect(throws: AccessError.methodNotGranted("getstatus")) { try grant.check(method: "getstatus") }
        #expect(throws: AccessError.profileNotGranted) { try grant.check(profile: UUID()) }
        #expect(throws: AccessError.authorityNotGranted) { try grant.check(authority: "issuing2") }
    }

    @Test("whoever is not named has no grant, root included")
    func strangers() {
        let policy = AccessPolicy(users: [1000: grant])
        #expect(policy.grant(for: Requester(uid: 1000, gid: 7, pid: 9)) == grant)
        #expect(policy.grant(for: Requester(uid: 1001, gid: 1000, pid: 9)) == nil)
        #expect(policy.grant(for: Requester(uid: 0, gid: 0, pid: 1)) == nil)
    }

    @Test("the user's own rule decides, else the first of a group that the user is in, and never two together")
    func groups() {
        let (first, second) = (
            Grant(methods: .only(["signCertificate"]), profiles: .only([]), authorities: .only([])),
            Grant(methods: .only([]), profiles: .all, authorities: .only([]))
        )
        let policy = AccessPolicy(users: [1000: grant], groups: [(20, first), (30, second), (0, .nothing)])
        let cases: [(Requester, Grant?)] = [
            (Requester(uid: 1000, gid: 20, pid: 1, groups: [30]), grant),
            (Requester(uid: 7, gid: 20, pid: 1), first), (Requester(uid: 7, gid: 1, pid: 1, groups: [9, 20]), first),
            (Requester(uid: 7, gid: 30, pid: 1), second),
            // By the order of the rules, not of the groups.
            (Requester(uid: 7, gid: 30, pid: 1, groups: [20]), first),
            (Requester(uid: 7, gid: 8, pid: 1, groups: [9]), nil), (Requester(uid: 0, gid: 0, pid: 1), .nothing),
            (Requester(uid: 7, gid: 1000, pid: 1, groups: [1000]), nil),
        ]
        for (requester, expected) in cases { #expect(policy.grant(for: requester) == expected, "\(requester)") }
    }

    @Test("nobody is nobody, whatever rule there is and whatever group it is in")
    func nobody() {
        let policy = AccessPolicy(users: [65_534: grant], groups: [(20, grant), (65_534, grant)])
        #expect(policy.grant(for: Requester(uid: 65_534, gid: 20, pid: 1, groups: [20])) == nil)
    }

    @Test("requests are counted by user, over all processes, and a place that is given back is free again")
    func inFlight() throws {
        let limit = InFlightLimit(perUser: 2)
        let first = try limit.enter(Requester(uid: 1, gid: 1, pid: 1))
        _ = try limit.enter(Requester(uid: 1, gid: 2, pid: 2))
        #expect(throws: AccessError.tooManyInFlight(limit: 2)) { try limit.enter(Requester(uid: 1, gid: 1, pid: 3)) }
        _ = try limit.enter(Requester(uid: 2, gid: 1, pid: 1))
        first.leave()
        _ = try limit.enter(Requester(uid: 1, gid: 1, pid: 4))
        #expect(throws: AccessError.tooManyInFlight(limit: 2)) { try limit.enter(Requester(uid: 1, gid: 1, pid: 1)) }
    }
}
