import Configuration
import Issuance
import Testing
import Timekeeping

struct CRLSectionTests {
    /// The smallest example, its authority with these lines too.
    private static func authority(_ lines: String) -> Edit {
        Edit("    chain: issuing-chain.pem\n", "    chain: issuing-chain.pem\n" + lines)
    }

    @Test("An authority that signs CRLs needs to be told one thing, the file")
    func defaults() throws {
        let yaml = try Self.authority("    crl: { file: crl/issuing.crl }\n").applied(to: Examples.smallest)
        let crl = try #require(try Examples.load(yaml).authorities.first?.crl)
        #expect(crl.file == "/etc/countersign/crl/issuing.crl")
        #expect([crl.validity, crl.interval].map(\.seconds) == [604_800, 86_400])
        #expect(crl.onRevocation)
        #expect(crl.firstNumber == 1)
    }

    @Test("Where a CRL is valid for a short time, the next is made after half of it")
    func shortValidity() throws {
        let yaml = try Self.authority("    crl: { file: a.crl, validity: 6h }\n").applied(to: Examples.smallest)
        #expect(try Examples.load(yaml).authorities.first?.crl?.interval.seconds == 10_800)
    }

    @Test(
        "What a CRL cannot be is refused at its place",
        arguments: [
            ("    crl: {}\n", "authorities[0].crl", "has no `file`"),
            (
                "    crl: { file: a.crl, validity: 1d, interval: 1d }\n", "authorities[0].crl",
                "would expire before the next"
            ),
            ("    crl: { file: a.crl, firstNumber: 0 }\n", "authorities[0].crl.firstNumber", "0"),
            ("    crl: { file: a.crl, intervall: 1d }\n", "authorities[0].crl.intervall", "did you mean `interval`?"),
            ("    state: crlOnly\n", "authorities[0]", "it would sign nothing"),
        ])
    func refusals(_ lines: String, _ path: String, _ words: String) throws {
        let problems = Examples.problems(try Self.authority(lines).applied(to: Examples.smallest))
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.path == path)
        #expect(problems.first?.message.contains(words) == true, "\(problems)")
    }

    private static let partitioned = """
            crlDistributionPoints: ["http://pki.example/{partition}.crl"]
            crl: { file: a.crl, partitions: { count: 16, file: "a-{partition}.crl" } }

        """

    @Test("CRLs of partitions have files and URLs with their numbers")
    func partitions() throws {
        let authority = try #require(
            Examples.load(Self.authority(Self.partitioned).applied(to: Examples.smallest)).authorities.first)
        let partitions = try #require(authority.crl?.partitions)
        #expect(partitions.count == 16)
        #expect(partitions.file.filled(3) == "/etc/countersign/a-3.crl")
        #expect(authority.partitionURLs.map { $0.filled(15) } == ["http://pki.example/15.crl"])
        let ended = """
                crlDistributionPoints: ["http://pki.example/a.crl"]
                crl: { file: a.crl, partitions: { count: 0, file: "a-{partition}.crl", formerDistributionPoints: ["http://pki.example/{partition}.crl"] } }

            """
        let former = try #require(
            Examples.load(Self.authority(ended).applied(to: Examples.smallest)).authorities.first)
        #expect(former.partitionURLs.map { $0.filled(1) } == ["http://pki.example/1.crl"])
    }

    @Test(
        "What partitions cannot be is refused at its place",
        arguments: [
            ("count: 16", "count: 4097", "authorities[0].crl.partitions.count", "4096"),
            ("count: 16", "count: 0", "authorities[0].crl.partitions", "formerDistributionPoints"),
            (#""a-{partition}.crl""#, "b.crl", "authorities[0].crl.partitions.file", "{partition}"),
            (
                #""a-{partition}.crl""#, #""{partition}/b.crl""#, "authorities[0].crl.partitions.file",
                "in the file's name"
            ),
            ("file: a.crl", "file: a-1.crl", "authorities[0].crl.partitions.file", "another CRL"),
            ("example/{partition}.crl", "example/a.crl", "authorities[0]", "would not point to them"),
            (
                "http://pki.example/{partition}.crl", "http://p/{partition}{partition}",
                "authorities[0].crlDistributionPoints[0]", "not an http"
            ),
            (", partitions: { count: 16, file: \"a-{partition}.crl\" }", "", "authorities[0]", "no crl.partitions"),
            (
                "count: 16", "count: 16, formerDistributionPoints: [http://a/b.crl]",
                "authorities[0].crl.partitions.formerDistributionPoints[0]", "{partition}"
            ),
        ])
    func partitionRefusals(_ old: String, _ new: String, _ path: String, _ words: String) throws {
        let lines = try Edit(old, new).applied(to: Self.partitioned)
        let problems = Examples.problems(try Self.authority(lines).applied(to: Examples.smallest))
        #expect(problems.first?.path == path, "\(problems)")
        #expect(problems.first?.message.contains(words) == true, "\(problems)")
    }

    @Test("Two authorities do not put their CRLs into one file")
    func sameFile() throws {
        let other = """
              - id: other
                token: main
                key: pkcs11:object=other
                chain: other.pem
                crl: { file: /etc/countersign/a.crl }
            """
        let yaml = try Edit(
            "    chain: issuing-chain.pem\n", "    chain: issuing-chain.pem\n    crl: { file: a.crl }\n\(other)\n"
        ).applied(to: Examples.smallest)
        let problems = Examples.problems(yaml)
        #expect(problems.map(\.path) == ["authorities[1].crl.file"])
    }

    @Test("The inventory is beside the journal's folder, unless it is told otherwise")
    func inventory() throws {
        #expect(try Examples.load(try Examples.smallest).inventory.file == "/var/lib/countersign/inventory.sqlite")
        let yaml = try Examples.smallest + "inventory: { file: look/up.db }\n"
        #expect(try Examples.load(yaml).inventory.file == "/etc/countersign/look/up.db")
    }
}
