import Configuration
import Issuance
import Testing
import Timekeeping

struct IntermediateRulesTests {
    private static func yaml(_ rules: String) throws -> String {
        try Edit("chain: issuing-chain.pem", "chain: issuing-chain.pem\n    intermediates: \(rules)")
            .applied(to: Examples.smallest)
    }

    private static let base = "subject: {fields: {CN: {required: true}}}, keys: {ec: [P-256]}, maximumValidity: 1y"

    @Test("The quick rules are taken as they stand")
    func taken() throws {
        let configuration = try Examples.load(Self.yaml("{\(Self.base)}"))
        let rules = try #require(configuration.authorities.first?.intermediates)
        #expect(rules.validity.maximum.seconds == 31_536_000)
        #expect(rules.validity.backdate == .minute)
        #expect(rules.nameConstraints == nil)
        #expect(rules.requestedExtensions == .refuse)
    }

    @Test(
        "Rules that say nothing, or what the standard does not, are refused",
        arguments: [
            (
                "subject: {mayBeEmpty: true, anyField: true}, keys: {ec: [P-256]}, maximumValidity: 1y",
                "subject.mayBeEmpty", "is an unknown key"
            ),
            ("subject: {}, keys: {ec: [P-256]}, maximumValidity: 1y", "subject", "it needs fields or anyField"),
            (base + ", keyUsage: [keyCertSign]", "keyUsage", "is an unknown key"),
            (base + ", nameConstraints: {}", "nameConstraints", "constrains nothing"),
            (base + ", nameConstraints: {permitted: {}}", "nameConstraints.permitted", "is empty"),
            (base + ", nameConstraints: {permitted: {dns: []}}", "nameConstraints.permitted.dns", "is an empty list"),
            (
                base + ", nameConstraints: {permitted: {dns: [.example.org]}}", "nameConstraints.permitted.dns[0]",
                "is not a DNS name"
            ),
            (
                base + ", nameConstraints: {permitted: {dns: ['*.example.org']}}", "nameConstraints.permitted.dns[0]",
                "is not a DNS name"
            ),
            (
                base + ", nameConstraints: {permitted: {directoryNames: [[{O: \"a\\u200bb\"}]]}}",
                "nameConstraints.permitted.directoryNames[0][0].O", "the character U+200B"
            ),
            (
                base + ", nameConstraints: {permitted: {directoryNames: [[{O: \"\\xa0\"}]]}}",
                "nameConstraints.permitted.directoryNames[0][0].O", "is blank"
            ),
            (
                base + ", nameConstraints: {permitted: {dns: [10.0.0.1]}}", "nameConstraints.permitted.dns[0]",
                "is not a DNS name"
            ),
            (
                base + ", nameConstraints: {permitted: {ip: [10.0.0.1/8]}}", "nameConstraints.permitted.ip[0]",
                "is not a range"
            ),
            (
                base + ", nameConstraints: {permitted: {ip: [10.0.0.0]}}", "nameConstraints.permitted.ip[0]",
                "is not a range"
            ),
            (
                base + ", nameConstraints: {permitted: {ip: [10.0.0.0/33]}}", "nameConstraints.permitted.ip[0]",
                "is not a range"
            ),
            (
                base + ", nameConstraints: {permitted: {ip: [10.0.0.0/08]}}", "nameConstraints.permitted.ip[0]",
                "is not a range"
            ),
            (
                base + ", nameConstraints: {excluded: {email: ['@example.org']}}", "nameConstraints.excluded.email[0]",
                "is not a mailbox"
            ),
            (
                base + ", nameConstraints: {excluded: {email: [a@.example.org]}}", "nameConstraints.excluded.email[0]",
                "is not a mailbox"
            ),
            (
                base + ", nameConstraints: {excluded: {uri: [http://example.org]}}", "nameConstraints.excluded.uri[0]",
                "is not a host"
            ),
            (
                base + ", nameConstraints: {excluded: {directoryNames: [[{C: SE, O: Example}]]}}",
                "nameConstraints.excluded.directoryNames[0][0]", "is not one attribute"
            ),
            (
                base + ", nameConstraints: {excluded: {directoryNames: [[{C: Åå}]]}}",
                "nameConstraints.excluded.directoryNames[0]", "characters that its attribute"
            ),
        ])
    func refused(rules: String, path: String, words: String) throws {
        let problems = Examples.problems(try Self.yaml("{\(rules)}"))
        let problem = try #require(problems.first, "it was taken")
        #expect(problems.count == 1, "\(problems)")
        #expect(problem.path == "authorities[0].intermediates." + path)
        #expect(problem.message.contains(words), "\(problem.message)")
    }

    @Test(
        "A range of addresses is its octets and its mask",
        arguments: [
            ("0.0.0.0/0", [0, 0, 0, 0, 0, 0, 0, 0]), ("192.0.2.1/32", [192, 0, 2, 1, 255, 255, 255, 255]),
            ("10.128.0.0/9", [10, 128, 0, 0, 255, 128, 0, 0]),
        ] as [(String, [UInt8])])
    func ranges(text: String, octets: [UInt8]) throws {
        let configuration = try Examples.load(
            Self.yaml("{\(Self.base), nameConstraints: {permitted: {ip: [\(text)]}}}"))
        #expect(configuration.authorities.first?.intermediates?.nameConstraints?.permitted.ip == [octets])
    }
}
