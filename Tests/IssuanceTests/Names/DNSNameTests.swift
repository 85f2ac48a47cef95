import Testing

@testable import Issuance

struct DNSNameTests {
    @Test(
        "A name of LDH labels is taken, in lower case",
        arguments: [
            ("www.example.org", "www.example.org"), ("WWW.Example.ORG", "www.example.org"), ("localhost", "localhost"),
            ("*.example.org", "*.example.org"), ("a.b.c.d.e", "a.b.c.d.e"), ("1.example", "1.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("XN--MXACD.gr", "xn--mxacd.gr"),
            ("ab--cd.example", "ab--cd.example"), ("x1-2y.example", "x1-2y.example"),
            (String(repeating: "a", count: 63) + ".example", String(repeating: "a", count: 63) + ".example"),
            ("3com.com", "3com.com"), ("example.c0m", "example.c0m"),
        ])
    func taken(text: String, expected: String) throws {
        #expect(try DNSName(parsing: text).text == expected)
    }

    @Test("A name may have 253 characters and no more")
    func length() throws {
        let label = String(repeating: "a", count: 61) + "."
        let longest = label + label + label + label + "abcde"
        #expect(longest.utf8.count == 253)
        #expect(try DNSName(parsing: longest).text == longest)
        #expect(throws: NameSyntaxError("is longer than 253 characters")) { try DNSName(parsing: longest + "f") }
    }

    private static let forbidden = "has an xn-- label that stands for what IDNA 2008 does not admit"

    @Test(
        "Any other name is refused with its reason",
        arguments: [
            ("", "is empty"), ("example.org.", "ends in a dot"), (".", "ends in a dot"),
            ("a..b", "has an empty label"), (".example.org", "has an empty label"),
            ("foo_bar.example.org", "has an underscore"), ("_dmarc.example.org", "has an underscore"),
            ("-a.example", "has a label that begins or ends with a hyphen"),
            ("a-.example", "has a label that begins or ends with a hyphen"),
            (String(repeating: "a", count: 64) + ".example", "has a label of more than 63 characters"),
            ("192.0.2.1", "is an IP address, which belongs into an iPAddress"),
            ("2001:db8::1", "is an IP address, which belongs into an iPAddress"),
            ("::", "is an IP address, which belongs into an iPAddress"),
            ("1.2.3.4.5", "ends in a label of digits only, as no top-level domain does"),
            ("example.123", "ends in a label of digits only, as no top-level domain does"),
            ("bücher.example", "is not ASCII; an internationalised name is written in its xn-- form"),
            ("a b.example", "has a character other than letters, digits and hyphens"),
            ("a\u{0}.example", "has a character other than letters, digits and hyphens"),
            ("example.org/path", "has a character other than letters, digits and hyphens"),
            ("*", "is a wildcard of every name"),
            ("www.*.example", "has a wildcard that is not the whole left-most label"),
            ("w*.example.org", "has a wildcard that is not the whole left-most label"),
            ("*.*.example.org", "has a wildcard that is not the whole left-most label"),
            ("**.example.org", "has a wildcard that is not the whole left-most label"),
            ("xn--.example", "has a label that begins or ends with a hyphen"),
            ("xn--a.example", forbidden),
            ("xn--99999999.example", "has an xn-- label that is not valid Punycode"),
            ("xn--abc-.example", "has a label that begins or ends with a hyphen"),
            ("xn--lsa.example", forbidden),
            ("xn--a-3ba.example", forbidden),
            ("xn---.example", "has a label that begins or ends with a hyphen"),
            // A delimiter with nothing in front; a joiner; a code point of no character.
            ("xn---mxacd.example", "has an xn-- label that is not valid Punycode"),
            ("xn--ab-yka4292a.example", forbidden),
            ("xn--a-qib.example", forbidden),
        ])
    func refused(text: String, reason: String) {
        #expect(throws: NameSyntaxError(reason)) { try DNSName(parsing: text) }
    }

    /// Encoded, and judged but for the direction of writing, by Python's `punycode` and `idna`.
    static let labels: [(encoded: String, label: String, isAdmitted: Bool)] = [
        ("xn--bcher-kva", "bücher", true), ("xn--ida", "ñ", true), ("xn--80akhbyknj4f", "испытание", true),
        ("xn--zca", "ß", true), ("xn--fa-hia", "faß", true), ("xn--pxavk3b", "οδός", true), ("xn--6qq79v", "你好", true),
        ("xn--o39a", "가", true), ("xn--o3cw4h", "ไทย", true), ("xn--d2b1ag0dl", "मराठी", true), ("xn--w6j", "〇", true),
        ("xn----a-goa", "ü--a", true),
        // What is in context, and what is not.
        ("xn--colla-sja", "col·la", true), ("xn--ll-0ea", "l·l", true), ("xn--ab-0ea", "a·b", false),
        ("xn--wva4j", "͵α", true), ("xn--wva", "͵", false), ("xn--ab-63b", "a͵b", false), ("xn--4db4e", "א׳", true),
        ("xn--a-0jc", "a׳", false), ("xn--cckzj", "ア・", true), ("xn--vek548p", "漢・", true), ("xn--vek", "・", false),
        ("xn--a-iju", "a・", false), ("xn--ngb8i", "ب١", true), ("xn--ngb61b", "ب۱", true), ("xn--9hb20a", "١۱", false),
        // Upper case, compatibility forms, symbols, separators.
        ("xn--wca", "Ü", false), ("xn--jm6c", "ﬁ", false), ("xn--mi7c", "ａ", false), ("xn--zj7c", "ｱ", false),
        ("xn--a-4ca", "²a", false), ("xn--14g", "Ⅻ", false), ("xn--ab-r13a", "a。b", false),
        ("xn--ab-c6t", "a⁄b", false),
        ("xn--ab-r3t", "a…b", false), ("xn--53h", "☕", false), ("xn--1-2sn", "1⃣", false), ("xn--ngb1c", "ـب", false),
        // Not in NFC, not composed, a mark in front, hyphens where a prefix has them or at an end.
        ("xn--e-xbb", "e\u{301}", false), ("xn--ypd8q", "\u{1100}\u{1161}", false), ("xn--e-wbb", "\u{301}e", false),
        ("xn--ab---3ra", "ab--ü", false), ("xn--a--b-0ra", "aü--b", false), ("xn----eha", "-ü", false),
        ("xn----dha", "ü-", false), ("xn--tda7860k", "\u{fe0f}ü", false),
    ]

    @Test("An A-label stands for a U-label of IDNA 2008", arguments: labels)
    func uLabels(row: (encoded: String, label: String, isAdmitted: Bool)) throws {
        #expect(
            try #require(Punycode.decode(Array(row.encoded.utf8.dropFirst(4))[...])) == Array(row.label.unicodeScalars))
        #expect(((try? DNSName(parsing: row.encoded + ".example")) != nil) == row.isAdmitted)
    }

    @Test(
        "Punycode decodes to the letters that were encoded",
        arguments: [
            ("bcher-kva", "bücher"), ("mxacd", "αβγ"), ("egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟"),
            ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"), ("maana-pta", "mañana"), ("80akhbyknj4f", "испытание"),
            ("3e0b707e", "한국"), ("hxajbheg2az3al", "παράδειγμα"), ("53h", "☕"),
        ])
    func punycode(encoded: String, decoded: String) throws {
        let scalars = try #require(Punycode.decode(Array(encoded.utf8)[...]))
        // By code points: as characters, other sequences would be equal too.
        #expect(scalars == Array(decoded.unicodeScalars))
    }
}
