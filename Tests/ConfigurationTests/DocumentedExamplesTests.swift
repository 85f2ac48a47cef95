import Authority
import Configuration
import FoundationEssentials
import Glibc
import Issuance
import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

struct DocumentedExamplesTests {
    @Test("The smallest example loads, and its relative path starts from the file's folder")
    func smallest() throws {
        let configuration = try Examples.load(Examples.smallest)
        #expect(configuration.path == "/etc/countersign/countersign.yaml")
        #expect(configuration.journal.directory == "/var/lib/countersign/journal")
        #expect(configuration.tokens.map(\.name) == ["main"])
        #expect(configuration.tokens.first?.pin == .file("/etc/countersign/pin"))
        #expect(configuration.authorities.first?.chainPath == "/etc/countersign/issuing-chain.pem")
        #expect(configuration.authorities.first?.intermediates == nil)
        #expect(configuration.profiles.first?.authorityID == "issuing")
        #expect(configuration.keyPolicy.blockedKeys.isEmpty)
    }

    @Test("What is left out has the documented default")
    func defaults() throws {
        let short = try Examples.load(Examples.smallest)
        let long = try Examples.load(Examples.writtenOut)
        #expect(short.hash != long.hash)
        #expect(short.socket == long.socket)
        #expect(short.limits == long.limits)
        #expect(short.inventory == long.inventory)
        #expect(short.tokens == long.tokens)
        #expect(short.tokens.first?.sessions == nil)
        let (shortAuthority, longAuthority) = (
            try #require(short.authorities.first), try #require(long.authorities.first)
        )
        #expect(shortAuthority.name == longAuthority.name)
        #expect(shortAuthority.state == longAuthority.state)
        #expect(shortAuthority.signatureAlgorithm == nil)
        #expect(shortAuthority.subjectKeyIdentifier == longAuthority.subjectKeyIdentifier)
        #expect(shortAuthority.locations == longAuthority.locations)
        let (shortProfile, longProfile) = (try #require(short.profiles.first), try #require(long.profiles.first))
        #expect(shortProfile.kind == longProfile.kind)
        #expect(shortProfile.subject == longProfile.subject)
        #expect(shortProfile.subjectAlternativeNames == longProfile.subjectAlternativeNames)
        #expect(shortProfile.keys == longProfile.keys)
        #expect(shortProfile.extendedKeyUsages == longProfile.extendedKeyUsages)
        #expect(shortProfile.isExtendedKeyUsageCritical == longProfile.isExtendedKeyUsageCritical)
        #expect(shortProfile.basicConstraints == longProfile.basicConstraints)
        #expect(shortProfile.validity == longProfile.validity)
        #expect(shortProfile.requestedExtensions == longProfile.requestedExtensions)
        #expect(shortProfile.locations == nil)
        let everything = AccessRule(.user(geteuid()), methods: .all, profiles: .all, authorities: .all)
        #expect(short.access == [everything])
    }

    @Test("The defaults are these")
    func defaultsByValue() throws {
        let configuration = try Examples.load(Examples.smallest)
        #expect(configuration.socket.path == "/run/countersign/countersign.sock")
        #expect(configuration.socket.mode == 0o600)
        #expect(configuration.socket.maximumLineBytes == 262_144)
        let limits = configuration.limits
        #expect([limits.connections, limits.connectionsPerUser, limits.requestsInFlightPerUser] == [4096, 256, 64])
        #expect(limits.maximumCSRLength == 4096)
        #expect([limits.lineTimeout, limits.writeTimeout, limits.drainTimeout].map(\.seconds) == [30, 30, 30])
        #expect(configuration.inventory.file == "/var/lib/countersign/inventory.sqlite")
        #expect(configuration.authorities.map(\.crl) == [nil])
        #expect(configuration.tokens.map(\.queueLength) == [1024])
        #expect(configuration.tokens.map(\.callTimeout.seconds) == [10])
        #expect(configuration.tokens.map(\.testInterval.seconds) == [60])
        #expect(configuration.tokens.map(\.allowsSpy) == [false])
        #expect(configuration.authorities.map(\.state) == [.active])
        #expect(configuration.authorities.map(\.requireGeneratedInToken) == [false])
        let validity = try #require(configuration.profiles.first?.validity)
        #expect(
            [validity.backdate, validity.maximumBackdate, validity.maximumDelay].map(\.seconds) == [60, 3600, 604_800])
        #expect(configuration.profiles.first?.keys.rsaSizes == 2048...8192)
    }

    @Test("The example with every key loads, and says what its comments say")
    func everyKey() throws {
        let configuration = try Examples.load(Examples.everyKey)
        #expect(configuration.socket.mode == 0o660)
        let token = try #require(configuration.tokens.first)
        #expect(token.pin == .credential("hsm-pin"))
        #expect(token.sessions == 4)
        #expect(token.initializationString == "configdir='sql:/etc/pki/nssdb'")
        let checkpoints = try #require(configuration.checkpoints)
        #expect(checkpoints.tokenName == "hsm")
        #expect(checkpoints.publicKeyPath == "/etc/countersign/checkpoint.pem")
        #expect(checkpoints.interval == .hour)
        #expect(checkpoints.file == "/var/lib/countersign/checkpoints.pem")
        let authority = try #require(configuration.authorities.first)
        #expect(!token.allowsSpy)
        #expect(authority.name == "Issuing CA 1")
        #expect(authority.requireGeneratedInToken)
        #expect(authority.tokenName == "hsm")
        #expect(authority.signatureAlgorithm == .ecdsa(.sha256))
        #expect(authority.locations.ocsp == ["http://ocsp.internal.example/"])

        let crl = try #require(authority.crl)
        #expect(crl.file == "/var/lib/countersign/crl/issuing.crl")
        #expect([crl.validity, crl.interval].map(\.seconds) == [604_800, 86_400])
        #expect(crl.onRevocation)
        #expect(crl.firstNumber == 1)

        let profile = try #require(configuration.profiles.first)
        #expect(profile.id == UUID(uuidString: "3f2b8c1e-5d4a-4e6f-9b7a-2c1d0e9f8a7b"))
        #expect(profile.kind == .tls)
        #expect(profile.subject.fields[.organization]?.allowedValues == ["Example", "Example AB"])
        #expect(profile.subject.fields[.commonName] == SubjectRules.FieldRule())
        #expect(profile.subjectAlternativeNames.dns?.denied.count == 1)
        #expect(profile.keys.curves == [.p256, .p384, .p521])
        #expect(profile.keys.rsaSizes == 2048...4096)
        #expect(profile.keys.admitsEd25519)
        #expect(profile.keyUsage == [.digitalSignature, .keyEncipherment])
        #expect(profile.extendedKeyUsages == [[1, 3, 6, 1, 5, 5, 7, 3, 1], [1, 3, 6, 1, 5, 5, 7, 3, 2]])
        #expect(
            profile.requestedExtensions
                == .ignore([[1, 3, 6, 1, 4, 1, 311, 20, 2], [1, 3, 6, 1, 4, 1, 32473, 9, 9]]))
        // Two of its own, the third its authority's.
        #expect(
            profile.locations
                == Locations(
                    cRLDistributionPoints: [], caIssuers: ["http://pki.internal.example/other.cer"],
                    ocsp: ["http://ocsp.internal.example/"]))

        #expect(
            configuration.access == [
                AccessRule(
                    .user(1000), methods: .only(["signCertificate", "listProfiles", "getStatus"]),
                    profiles: .only([profile.id]), authorities: .only([])),
                AccessRule(.user(0), methods: .all, profiles: .all, authorities: .all),
                AccessRule(.group(0), methods: .only(["getStatus"]), profiles: .only([]), authorities: .only([])),
            ])
        #expect(configuration.keyPolicy.blockedKeys.map { $0.prefix(2) } == [[0x5e, 0x88]])
    }

    @Test("The rules for intermediates are those of the example")
    func intermediates() throws {
        let rules = try #require(Examples.load(Examples.everyKey).authorities.first?.intermediates)
        #expect(rules.subject.fields[.commonName]?.isRequired == true)
        #expect(!rules.subject.mayBeEmpty)
        #expect(rules.keys == KeyRules(curves: [.p384], rsaSizes: 3072...8192, admitsEd25519: false))
        #expect(rules.validity.maximum.seconds == 31_536_000)
        #expect(rules.validity.backdate == .zero)
        #expect(!rules.setsDigitalSignature)
        let constraints = try #require(rules.nameConstraints)
        #expect(constraints.permitted.dns == ["internal.example"])
        #expect(
            constraints.permitted.ip == [
                [10, 0, 0, 0, 255, 0, 0, 0],
                [0xfd] + Array(repeating: 0, count: 15) + [255] + Array(repeating: 0, count: 15),
            ])
        #expect(constraints.permitted.email.count == 3)
        #expect(constraints.excluded.dns == ["secret.internal.example"])
        // C=SE as PrintableString, O=Example as UTF8String.
        let name: [UInt8] =
            [0x30, 31, 0x31, 11, 0x30, 9, 0x06, 3, 0x55, 4, 6, 0x13, 2, 0x53, 0x45]
            + [0x31, 16, 0x30, 14, 0x06, 3, 0x55, 4, 10, 0x0c, 7] + Array("Example".utf8)
        #expect(constraints.permitted.directoryNames == [name])
    }
}
