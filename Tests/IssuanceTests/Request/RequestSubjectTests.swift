import Issuance
import SwiftASN1
import TestSupport
import Testing

@Suite("The subject of a request")
struct RequestSubjectTests {
    private static let (utf8, printable, ia5): (UInt8, UInt8, UInt8) = (0x0c, 0x13, 0x16)

    private static func violations(_ subject: [UInt8]) throws -> [String] {
        var builder = RequestBuilder()
        builder.subject = subject
        return try builder.violations()
    }

    @Test(
        "has values of at most the length of its type, in characters",
        arguments: [
            ("CN", 64), ("O", 64), ("OU", 64), ("title", 64), ("L", 128), ("ST", 128), ("street", 128), ("UID", 256),
        ])
    func lengths(type: String, maximum: Int) throws {
        for (character, tag) in [("a", 0x0c), ("é", 0x0c), ("𝔸", 0x0c), ("a", 0x13)] as [(String, UInt8)] {
            let full = String(repeating: character, count: maximum)
            #expect(try Self.violations(RequestBuilder.name((type, tag, full))) == [])
            #expect(
                try Self.violations(RequestBuilder.name((type, tag, full + character))) == [
                    "subjectLength csr.subject.\(type)"
                ])
        }
    }

    @Test(
        "has values of at most the length of its type where only one string type fits",
        arguments: [
            ("serialNumber", 0x13, 64), ("emailAddress", 0x16, 255), ("DC", 0x16, 63),
        ] as [(String, UInt8, Int)])
    func lengthsOfOneType(type: String, tag: UInt8, maximum: Int) throws {
        let full = String(repeating: "a", count: maximum)
        #expect(try Self.violations(RequestBuilder.name((type, tag, full))) == [])
        #expect(
            try Self.violations(RequestBuilder.name((type, tag, full + "a"))) == ["subjectLength csr.subject.\(type)"])
    }

    @Test(
        "has values of the string types that their attribute allows",
        arguments: [
            ("CN", [0x0c, 0x13]), ("SN", [0x0c, 0x13]), ("GN", [0x0c, 0x13]), ("O", [0x0c, 0x13]),
            ("OU", [0x0c, 0x13]),
            ("L", [0x0c, 0x13]), ("ST", [0x0c, 0x13]), ("street", [0x0c, 0x13]), ("title", [0x0c, 0x13]),
            ("UID", [0x0c, 0x13]), ("serialNumber", [0x13]), ("C", [0x13]), ("dnQualifier", [0x13]), ("DC", [0x16]),
            ("emailAddress", [0x16]), ("unknown", [0x0c, 0x13, 0x16]),
        ] as [(String, [UInt8])])
    func stringTypes(type: String, allowed: [UInt8]) throws {
        let path =
            ["unknown": "1.3.6.1.4.1.99999.1", "dnQualifier": "2.5.4.46"][type] ?? type
        // Also the types that certificates no longer hold: Numeric, Teletex, Visible, General, Universal and BMPString,
        // and what is no string at all.
        for tag in [0x0c, 0x13, 0x16, 0x12, 0x14, 0x1a, 0x1b, 0x1c, 0x1e, 0x04, 0x03, 0x0a, 0x2c] as [UInt8] {
            let expected = allowed.contains(tag) ? [] : ["subjectStringType csr.subject.\(path)"]
            #expect(try Self.violations(RequestBuilder.name((type, tag, "AB"))) == expected, "\(tag)")
        }
    }

    @Test(
        "has no character that its string type cannot hold",
        arguments: [
            ("CN", 0x13, Array("a*b".utf8)), ("CN", 0x13, Array("a@b".utf8)), ("CN", 0x13, Array("a&b".utf8)),
            ("CN", 0x13, Array("a_b".utf8)), ("CN", 0x13, Array("ä".utf8)), ("CN", 0x13, [0xe4]),
            ("CN", 0x13, [0x61, 0x00]),
            ("CN", 0x0c, [0xff]), ("CN", 0x0c, [0xc0, 0x80]), ("CN", 0x0c, [0xed, 0xa0, 0x80]), ("CN", 0x0c, [0xe4]),
            ("CN", 0x0c, [0xf4, 0x90, 0x80, 0x80]), ("CN", 0x0c, Array("é".utf8).dropLast()),
            ("emailAddress", 0x16, Array("ä@b".utf8)), ("DC", 0x16, [0x80]),
        ] as [(String, UInt8, [UInt8])])
    func characters(type: String, tag: UInt8, octets: [UInt8]) throws {
        #expect(
            try Self.violations(RequestBuilder.name(type, tag, octets: octets)) == [
                "subjectCharacters csr.subject.\(type)"
            ])
    }

    @Test(
        "has no NUL nor another control character",
        arguments: [
            "good.example\u{0}.evil.example", "\u{1}", "a\u{a}b", "a\u{1f}", "a\u{7f}", "a\u{80}", "a\u{85}b",
            "a\u{9f}",
        ])
    func controls(value: String) throws {
        #expect(try Self.violations(RequestBuilder.name(("CN", 0x0c, value))) == ["subjectCharacters csr.subject.CN"])
    }

    @Test(
        "has no character that shows as nothing, turns the others round, breaks the line or means nothing to anybody else",
        arguments: [
            // Cf: zero-width space, marks of direction, overrides, isolates, word joiner, soft hyphen, byte order mark, annotations, tags.
            0x200b, 0x200e, 0x200f, 0x061c, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
            0x2060,
            0x00ad, 0xfeff, 0xfff9, 0xfffa, 0xfffb, 0xe0001, 0xe0041, 0xe007f,
            // Zl, Zp, Co, noncharacters.
            0x2028, 0x2029, 0xe000, 0xf8ff, 0xf0000, 0x10fffd, 0xfdd0, 0xfffe, 0xffff, 0x1fffe, 0x10ffff,
            // Ignored by default: a joiner, fillers, places that are reserved for more of them.
            0x034f, 0x115f, 0x3164, 0xffa0, 0x2065, 0xe0000,
            // What stands for an object, for what could not be read, and Braille without a dot.
            0xfffc, 0xfffd, 0x2800,
        ] as [UInt32])
    func unshown(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        for text in ["\(scalar)good", "go\(scalar)od", "good\(scalar)"] {
            for type in ["CN", "O", "UID", "unknown"] {
                let path = type == "unknown" ? "1.3.6.1.4.1.99999.1" : type
                #expect(
                    try Self.violations(RequestBuilder.name((type, Self.utf8, text))) == [
                        "subjectCharacters csr.subject.\(path)"
                    ])
            }
        }
    }

    @Test(
        "has a zero-width joiner or non-joiner only between letters and marks of scripts that need them",
        arguments: [
            ("\u{646}\u{627}\u{645}\u{647}\u{200c}\u{627}\u{6cc}", true), ("\u{915}\u{94d}\u{200d}\u{937}", true),
            ("\u{dc1}\u{dca}\u{200d}\u{dbb}\u{dd3}", true), ("A \u{915}\u{94d}\u{200c}\u{937}", true),
            ("go\u{200d}od", false), ("go\u{200c}od", false), ("g\u{fc}\u{200d}\u{f6}d", false),
            ("\u{3b1}\u{200d}\u{3b2}", false), ("\u{434}\u{200c}\u{430}", false), ("\u{4e2d}\u{200d}\u{6587}", false),
            ("\u{d55c}\u{200c}\u{ad6d}", false), ("e\u{301}\u{200d}e", false), ("good \u{200d} good", false),
            ("\u{915}\u{94d}\u{200d}A", false), ("A\u{200d}\u{937}", false), ("\u{1f469}\u{200d}\u{1f4bb}", false),
            ("\u{915}\u{94d}\u{200d}\u{200d}\u{937}", false), ("\u{966}\u{200c}\u{967}", false),
            ("\u{200c}good", false), ("good\u{200c}", false), ("\u{200d}good", false), ("good\u{200d}", false),
        ] as [(String, Bool)])
    func joiners(value: String, isFine: Bool) throws {
        #expect(
            try Self.violations(RequestBuilder.name(("CN", Self.utf8, value)))
                == (isFine ? [] : ["subjectCharacters csr.subject.CN"]))
    }

    @Test("that holds such a character is told which, and in which attribute", arguments: ["CN", "OU"])
    func namedCharacter(type: String) throws {
        for (character, name) in [("\u{0}", "U+0000"), ("\u{202e}", "U+202E"), ("\u{e0041}", "U+E0041")] {
            var builder = RequestBuilder()
            builder.subject = RequestBuilder.name((type, Self.utf8, "a\(character)\u{feff}b"))
            let error = #expect(throws: IssuanceError.self) { try builder.request() }
            guard case .refused(let violations) = error else { return }
            #expect(
                violations.map(\.message) == ["\(type) holds the character \(name), which no name may; leave it out."])
        }
    }

    @Test(
        "may hold what each type can",
        arguments: [
            ("CN", 0x13, "AZaz09 '()+,-./:=?"), ("CN", 0x0c, "*.ä@_&\u{a0}\u{1d538}"),
            ("emailAddress", 0x16, "a_b@c.example"),
            ("DC", 0x16, "example"), ("C", 0x13, "DE"), ("unknown", 0x0c, "anything"),
        ] as [(String, UInt8, String)])
    func soundValues(type: String, tag: UInt8, value: String) throws {
        #expect(try Self.violations(RequestBuilder.name((type, tag, value))) == [])
    }

    @Test("has no empty value, nor one of spaces alone", arguments: ["", " ", "   "])
    func emptyValues(value: String) throws {
        for type in ["CN", "O", "C", "serialNumber"] {
            let violations = try Self.violations(RequestBuilder.name((type, 0x13, value)))
            #expect(violations.first == "subjectEmptyValue csr.subject.\(type)", "\(type)")
        }
    }

    @Test(
        "has no value of blank or invisible characters alone",
        arguments: [
            "\u{a0}", " \u{2003}\u{3000}", "\u{1680}\u{202f}\u{205f}", "\u{2800}", "\u{fe0f}",
            " \u{200d} ",
        ])
    func blankValues(value: String) throws {
        for type in ["CN", "UID", "unknown"] {
            let path = type == "unknown" ? "1.3.6.1.4.1.99999.1" : type
            let violations = try Self.violations(RequestBuilder.name((type, Self.utf8, value)))
            #expect(violations.contains("subjectEmptyValue csr.subject.\(path)"), "\(type)")
        }
    }

    @Test(
        "names a country by two upper-case letters",
        arguments: [
            ("DE", nil), ("de", "subjectCountry"), ("D", "subjectCountry"), ("D1", "subjectCountry"),
            ("--", "subjectCountry"),
            ("DEU", "subjectLength"),
        ] as [(String, String?)])
    func countries(value: String, rule: String?) throws {
        #expect(
            try Self.violations(RequestBuilder.name(("C", 0x13, value))) == (rule.map { ["\($0) csr.subject.C"] } ?? [])
        )
    }

    @Test("is read as it stands: its bytes, its order, its string types")
    func parsed() throws {
        var builder = RequestBuilder()
        builder.subject = DERBuilder.sequence(
            DERBuilder.set(RequestBuilder.attribute("C", 0x13, Array("DE".utf8))),
            DERBuilder.set(
                RequestBuilder.attribute("CN", 0x0c, Array("Ä".utf8)),
                RequestBuilder.attribute("O", 0x13, Array("Org".utf8))))
        let subject = try builder.request().subject
        #expect(subject.der == builder.subject)
        #expect(
            subject.relativeNames == [
                [.init(type: [2, 5, 4, 6], encoding: .printableString, value: "DE")],
                [
                    .init(type: [2, 5, 4, 3], encoding: .utf8String, value: "Ä"),
                    .init(type: [2, 5, 4, 10], encoding: .printableString, value: "Org"),
                ],
            ])
    }

    @Test("may be empty: that is for the profile")
    func empty() throws {
        var builder = RequestBuilder()
        builder.subject = [0x30, 0x00]
        #expect(try builder.request().subject.isEmpty)
    }

    @Test("with several faults has a violation for each")
    func several() throws {
        #expect(
            try Self.violations(
                RequestBuilder.name(
                    ("C", 0x0c, "DE"), ("O", 0x14, "x"), ("CN", 0x0c, String(repeating: "\u{1}", count: 65)))
            ) == [
                "subjectStringType csr.subject.C", "subjectStringType csr.subject.O",
                "subjectCharacters csr.subject.CN",
                "subjectLength csr.subject.CN",
            ])
    }
}
