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
            ("xn--a.example", "has an xn-- label that is not valid Punycode"),
            ("xn--99999999.example", "has an xn-- label that is not valid Punycode"),
            ("xn--abc-.example", "has a label that begins or ends with a hyphen"),
            ("xn--lsa.example", "has an xn-- label that is not valid Punycode"),
            ("xn--a-3ba.example", "has an xn-- label that is not valid Punycode"),
            ("xn---.example", "has a label that begins or ends with a hyphen"),
            // A delimiter with nothing in front; a joiner; a code point of no character.
            ("xn---mxacd.example", "has an xn-- label that is not valid Punycode"),
            ("xn--ab-yka4292a.example", "has an xn-- label that is not valid Punycode"),
            ("xn--a-qib.example", "has an xn-- label that is not valid Punycode"),
        ])
    func refused(text: String, reason: String) {
        #expect(throws: NameSyntaxError(reason)) { try DNSName(parsing: text) }
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
