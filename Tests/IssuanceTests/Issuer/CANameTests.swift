import Testing
import Timekeeping

@testable import Issuance

struct CANameTests {
    /// How a name may be spelt so that it shows as another's, or is the same to those who prepare names (RFC 4518 § 2).
    static let spellings: [(of: String, spelling: String)] = [
        ("Issuing CA", "Issuing CA"), ("Issuing CA", "ISSUING  ca "), ("Issuing CA", "Issu\u{200d}ing CA"),
        ("Issuing CA", "Issuing\u{200c} CA"), ("Issuing CA", "Issuing\u{fe00} CA"),
        ("Issuing CA", "Issuing CA\u{fe0f}"),
        ("Issuing CA", "Issuing\u{a0}CA"), ("Issuing CA", "Issuing CA\u{a0}"), ("Issuing CA", "Issuing\u{3000}CA"),
        ("Issuing CA", "Issuing \u{2009}CA"), ("Issuing CA", "Issuing CA\u{2800}"), ("Issuing CA", "Issuing\u{2800}CA"),
        ("Issuing CA", "Issuing CA\u{fffc}"), ("Issuing CA", "Issuing \u{fffc} CA"), ("Issuing CA", "Issu\u{ad}ing CA"),
        ("Issuing CA", "\u{ff29}\u{ff53}suing CA"), ("Issuing CA", "Issuing \u{1d402}A"),
        ("Issuing CA", "I\u{17f}suing CA"),
        ("Issuing CA", "\u{2160}ssuing CA"), ("Issuing CA", "Issuing\tCA"), ("Issuing CA", "Issuing\u{1} CA"),
        ("Kelvin", "\u{212a}elvin"), ("Office", "O\u{fb03}ce"), ("Stra\u{df}e", "STRASSE"),
        ("STRASSE", "stra\u{1e9e}e"),
        ("\u{c9}cole", "e\u{301}cole"), ("\u{3bf}\u{3c2}", "\u{39f}\u{3a3}"), ("\u{13a0}", "\u{ab70}"),
        ("Caf\u{e9}", "CAFE\u{301}"), ("1\u{2044}2", "\u{bd}"), ("\u{fb01}n\u{a0}\u{200b}x", "FIN X"),
    ]

    static let otherNames: [(of: String, name: String)] = [
        ("Issuing CA", "Issuing CA 2"), ("Issuing CA", "IssuingCA"), ("Issuing CA", "Issuing-CA"),
        ("Issuing CA", "\u{cf}ssuing CA"), ("Issuing CA", "\u{13a0}"), ("Issuing CA", "발급 CA"), ("École", "Ecole"),
        ("\u{13a0}", "\u{13a1}"),
    ]

    private static func rules(ca: String, subject: String, isLeaf: Bool) throws -> Set<String> {
        var form = TestAuthority.Form()
        form.name = ca
        let other = try TestAuthority(form, key: .sharedAuthority(.p384)).issuer.certificate
        let issuer = try Issuer(
            chain: IntermediateTests.issuer(2).chain, locations: TestAuthority.locations, beside: CANames([other]))
        let name = DistinguishedName([(.country, "DE"), (.commonName, subject)])
        let key = try TestKey.shared(.p384).publicKey
        return try broken {
            if isLeaf {
                try Profile.open().admit(
                    CertificateRequest(name, key: key, names: [.dns("a.example")]), validity: .aDay, by: issuer, at: now
                )
            } else {
                try IntermediateTests.rules { $0.subject.admitsAnyField = true }.admit(
                    CertificateRequest(name, key: key, names: nil), notBefore: nil, notAfter: IntermediateTests.end,
                    pathLength: .unstated, by: issuer, at: now)
            }
        }
    }

    @Test("A CA's name is nobody else's, whatever it is spelt with", arguments: spellings, [true, false])
    func spelt(row: (of: String, spelling: String), isLeaf: Bool) throws {
        #expect(try Self.rules(ca: row.of, subject: row.spelling, isLeaf: isLeaf) == ["subjectIsIssuer csr.subject"])
        #expect(try Self.rules(ca: row.spelling, subject: row.of, isLeaf: isLeaf) == ["subjectIsIssuer csr.subject"])
    }

    @Test("A name that differs is another's", arguments: otherNames, [true, false])
    func differs(row: (of: String, name: String), isLeaf: Bool) throws {
        #expect(try Self.rules(ca: row.of, subject: row.name, isLeaf: isLeaf) == [])
    }

    @Test("The name of a CA of the chain is told too, whatever it is spelt with")
    func ofChain() throws {
        let issuer = try IntermediateTests.issuer(2)
        for spelling in ["Issuing", "R\u{200d}oot", "\u{ff32}oot\u{a0}"] {
            let name = DistinguishedName([(.country, "DE"), (.commonName, spelling)])
            let request = CertificateRequest(name, key: try TestKey.shared(.p256).publicKey, names: [.dns("a.example")])
            let rules = try broken { try Profile.open().admit(request, validity: .aDay, by: issuer, at: now) }
            #expect(rules == ["subjectIsIssuer csr.subject"])
        }
    }

    @Test(
        "A character whose plain form nobody here knows yet makes a name nobody's, and only those of late are such"
    )
    func unknownCharacters() throws {
        var unknown: [Unicode.Scalar] = []
        for value in 0x80...0x10ffff as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            if String(Character(scalar)).prepared.isPreparedInPart { unknown.append(scalar) }
        }
        // Of Unicode 16 and later: letters and digits drawn as outlines, and a modifier letter.
        #expect(unknown.allSatisfy { $0.properties.age?.major ?? 0 >= 16 && !$0.properties.isIdeographic })
        for scalar in unknown.prefix(2) {
            let name = "Issuing \(scalar)A"
            #expect(try Self.rules(ca: "Issuing CA", subject: name, isLeaf: true) == ["subjectIsIssuer csr.subject"])
        }
    }
}
