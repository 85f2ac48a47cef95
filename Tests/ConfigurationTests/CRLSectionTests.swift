import Configuration
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
