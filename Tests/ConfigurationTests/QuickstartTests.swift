import Authority
import Configuration
import Glibc
import Issuance
import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

struct QuickstartTests {
    /// The here-document of `scripts/lib/quickstart-files.sh`, its variables filled in.
    private static func yaml() throws -> String {
        let script = try #require(Examples.file("scripts/lib/quickstart-files.sh"))
        let document = try #require(script.split(separator: "countersign.yaml.new\" <<END\n").last)
        return String(try #require(document.split(separator: "\nEND\n").first))
            .replacing("$softhsm_module", with: "/usr/lib/softhsm/libsofthsm2.so")
            .replacing("$token_label", with: "countersign-quickstart")
            .replacing("$ca_id", with: "quickstart-issuing")
            .replacing("$profile_id", with: "6d2f1a0e-4c3b-4f5a-9e8d-7b6c5a4f3e2d")
    }

    @Test("The configuration that scripts/quickstart writes loads, with nothing left to fill in")
    func loads() throws {
        let yaml = try Self.yaml()
        #expect(!yaml.contains("$"))
        #expect(Examples.problems(yaml).isEmpty, "\(Examples.problems(yaml))")
    }

    @Test("Its limits, its profile and its rules for intermediates are the promised ones")
    func promises() throws {
        let configuration = try Examples.load(Self.yaml())
        #expect(configuration.limits.connectionsPerUser == 2000)
        #expect(configuration.limits.requestsInFlightPerUser == 256)
        #expect(configuration.access.map(\.subject) == [.user(geteuid())])

        let profile = try #require(configuration.profiles.first)
        #expect(profile.kind == .tls)
        #expect(profile.subject == SubjectRules(fields: [.commonName: .init()], mayBeEmpty: true))
        #expect(profile.subjectAlternativeNames.dns?.allowed.map(\.text) == ["internal.example", "*.internal.example"])
        #expect(profile.subjectAlternativeNames.ip?.allowed.map(\.text) == ["10.0.0.0/8"])
        #expect(!profile.subjectAlternativeNames.admitsWildcards)
        #expect(profile.keys == KeyRules(curves: [.p256, .p384, .p521], rsaSizes: 2048...8192, admitsEd25519: true))
        #expect(profile.keyUsage == [.digitalSignature, .keyEncipherment])
        #expect(profile.extendedKeyUsages == [[1, 3, 6, 1, 5, 5, 7, 3, 1], [1, 3, 6, 1, 5, 5, 7, 3, 2]])
        #expect(profile.validity.maximum.description == "90d")

        let rules = try #require(configuration.authorities.first?.intermediates)
        #expect(rules.subject.fields == [.commonName: .init(isRequired: true), .organization: .init()])
        #expect(rules.keys.rsaSizes == 3072...8192)
        #expect(!rules.keys.admitsEd25519)
        #expect(rules.validity.maximum.description == "365d")
    }
}
