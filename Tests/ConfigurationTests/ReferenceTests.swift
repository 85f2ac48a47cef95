import Authority
import Configuration
import FoundationEssentials
import Glibc
import Issuance
import PKCS11
import Signing
import Testing

struct ReferenceTests {
    private static let second = """
          - id: 00000000-0000-4000-8000-000000000002
            name: second
            authority: ISSUING
            subject: { mayBeEmpty: true }
            subjectAlternativeNames: { ip: { allowed: [10.0.0.0/8] } }
            keys: { ed25519: true }
            keyUsage: [digitalSignature]
            maximumValidity: 1d

        """

    private func load(_ addition: String) throws -> ServiceConfiguration {
        try Examples.load(Examples.smallest + Self.second + addition)
    }

    @Test("A reference finds its authority whatever its case, and takes that one's spelling")
    func spelling() throws {
        #expect(try load("").profiles.map(\.authorityID) == ["issuing", "issuing"])
    }

    @Test("Profiles are granted by id or by name")
    func grants() throws {
        let access = try load(
            "access: [{uid: 7, methods: [getStatus], profiles: [SECOND, 3F2B8C1E-5D4A-4E6F-9B7A-2C1D0E9F8A7B]}]"
        ).access
        let ids = try ["3f2b8c1e-5d4a-4e6f-9b7a-2c1d0e9f8a7b", "00000000-0000-4000-8000-000000000002"]
            .map { try #require(UUID(uuidString: $0)) }
        #expect(
            access == [
                AccessRule(
                    .user(7), methods: .only(["getStatus"]), profiles: .only(Set(ids)), authorities: .only([]))
            ])
        #expect(access.first?.methods.contains("getStatus") == true)
        #expect(access.first?.methods.contains("signCertificate") == false)
    }

    @Test("A star grants everything, also what comes later")
    func everything() throws {
        let rule = try #require(load("access: [{user: root, methods: ['*'], profiles: [\"*\"]}]").access.first)
        #expect(rule.subject == .user(0))
        #expect(rule.methods.contains("anything"))
        #expect(rule.profiles.contains(UUID()))
        #expect(!rule.authorities.contains("issuing"))
    }

    @Test(
        "A reference to nothing, and a name that is taken, is refused",
        arguments: [
            ("access: [{uid: 7, methods: [getstatus]}]", "access[0].methods[0]", "did you mean `getStatus`?"),
            ("access: [{uid: 7, methods: ['*', getStatus]}]", "access[0].methods", "\"*\" stands alone"),
            ("access: [{uid: 7, methods: '*'}]", "access[0].methods", "is a text, not a list"),
            (
                "access: [{uid: 7, methods: ['*'], profiles: [sceond]}]", "access[0].profiles[0]",
                "did you mean `second`?"
            ),
            (
                "access: [{uid: 7, methods: ['*'], profiles: [00000000-0000-4000-8000-000000000003]}]",
                "access[0].profiles[0]", "is the id of no profile"
            ),
            (
                "access: [{uid: 7, methods: ['*'], authorities: [root]}]", "access[0].authorities[0]",
                "names no authority"
            ),
            ("access: [{methods: ['*']}]", "access[0]", "has none of uid, user, gid and group"),
            ("access: [{uid: 0, user: root, methods: ['*']}]", "access[0]", "has uid and user; it needs one"),
            ("access: [{user: root, group: root, methods: ['*']}]", "access[0]", "has user and group; it needs one"),
            ("access: [{group: no-such-group-here, methods: ['*']}]", "access[0].group", "is the name of no group"),
            ("access: [{uid: 65534, methods: ['*']}]", "access[0].uid", "may be anybody"),
            ("access: [{gid: 65534, methods: ['*']}]", "access[0].gid", "may be anybody"),
            ("access: [{gid: 0, methods: ['*']}, {group: root, methods: ['*']}]", "access[1]", "is for gid 0"),
            ("access: [{user: no-such-user-here, methods: ['*']}]", "access[0].user", "is the name of no user"),
            ("access: [{uid: 4294967295, methods: ['*']}]", "access[0].uid", "is 4294967295"),
            ("access: [{uid: 0, methods: ['*']}, {user: root, methods: ['*']}]", "access[1]", "has an earlier entry"),
            ("blockedKeys: [abc]", "blockedKeys[0]", "is not a SHA-256"),
            ("blockedKeys: /no/such/file", "blockedKeys", "cannot be opened"),
        ])
    func refused(addition: String, path: String, words: String) throws {
        let problems = Examples.problems(try Examples.smallest + Self.second + addition)
        let problem = try #require(problems.first, "it was taken")
        #expect(problems.count == 1, "\(problems)")
        #expect(problem.path == path)
        #expect(problem.message.contains(words), "\(problem.message)")
    }

    @Test(
        "Two entries of one name are refused, case aside",
        arguments: [
            ("name: second", "name: Web Server", "profiles[1].name", "is taken"),
            (
                "id: 00000000-0000-4000-8000-000000000002", "id: 3F2B8C1E-5D4A-4E6F-9B7A-2C1D0E9F8A7B",
                "profiles[1].id", "earlier profile"
            ),
            (
                "profiles:", "  - { id: Issuing, token: main, key: \"pkcs11:object=x\", chain: x.pem }\nprofiles:",
                "authorities[1].id", "is taken"
            ),
            (
                "authorities:",
                "  - { name: MAIN, module: /x.so, uri: \"pkcs11:token=x\", pin: {file: x} }\nauthorities:",
                "tokens[1].name", "is taken"
            ),
        ])
    func taken(old: String, new: String, path: String, words: String) throws {
        let problems = Examples.problems(try Edit(old, new).applied(to: Examples.smallest + Self.second))
        #expect(problems.map(\.path) == [path])
        #expect(problems.first?.message.contains(words) == true)
    }

    @Test("A token's URI may say where the PIN is", arguments: ["file:/etc/pin", "file:///run/credentials/a.b/pin"])
    func pinSource(_ source: String) throws {
        let yaml = try Edit("uri: pkcs11:token=countersign", "uri: pkcs11:token=countersign?pin-source=\(source)")
            .applied(to: try Edit("    pin: { file: /etc/countersign/pin }\n", "").applied(to: Examples.smallest))
        let token = try #require(try Examples.load(yaml).tokens.first)
        #expect(token.pin == nil)
        let configuration = try token.signingConfiguration()
        #expect(configuration.pinSource == nil)
        #expect(configuration.uri.pinSource == .file(String(source.dropFirst(source.contains("///") ? 7 : 5))))
    }

    @Test("Two tokens cannot read one descriptor")
    func descriptors() throws {
        let yaml = try Edit("pin: { file: /etc/countersign/pin }", "pin: { descriptor: 3 }").applied(
            to: Examples.smallest)
        let twice = try Edit(
            "authorities:",
            "  - { name: b, module: /x.so, uri: \"pkcs11:token=x\", pin: {descriptor: 3} }\nauthorities:"
        ).applied(to: yaml)
        #expect(Examples.problems(yaml).isEmpty)
        #expect(Examples.problems(twice).map(\.path) == ["tokens[1].pin"])
    }
}
