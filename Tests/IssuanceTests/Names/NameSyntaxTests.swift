import Testing

@testable import Issuance

struct NameSyntaxTests {
    @Test(
        "An IP address is read strictly",
        arguments: [
            ("192.0.2.1", [192, 0, 2, 1]), ("0.0.0.0", [0, 0, 0, 0]), ("255.255.255.255", [255, 255, 255, 255]),
            ("::", [UInt8](repeating: 0, count: 16)), ("::1", [UInt8](repeating: 0, count: 15) + [1]),
            ("2001:db8::1:0", [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]),
            ("2001:DB8:0:0:0:0:1:0", [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]),
            ("::ffff:192.0.2.1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1]),
            ("1:2:3:4:5:6:7::", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]),
        ] as [(String, [UInt8])])
    func address(text: String, octets: [UInt8]) throws {
        #expect(try #require(IPAddress(parsing: text)).octets == octets)
    }

    @Test(
        "What only looks like an address is none",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1..2.3", "0x1.2.3.4", ":", ":::", "1::2::3",
            "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "fe80::1%eth0", "1.2.3.4::",
            "::1.2.3",
            "g::1", "+1.2.3.4", ":1", "1:",
        ])
    func noAddress(text: String) {
        #expect(IPAddress(parsing: text) == nil)
    }

    @Test(
        "A mailbox is RFC 5321's, in ASCII, at a domain name",
        arguments: [
            ("user@example.org", true), ("first.last+tag@example.org", true), ("!#$%&'*+-/=?^_`{|}~@example.org", true),
            ("\"quoted string\"@example.org", true), ("\"a@b\"@example.org", true), ("\"a\\\"b\"@example.org", true),
            ("user@host", true), ("User@Example.ORG", true),
            (String(repeating: "a", count: 64) + "@example.org", true),
            (String(repeating: "a", count: 65) + "@example.org", false), ("user", false), ("@example.org", false),
            ("user@", false), (".user@example.org", false), ("user.@example.org", false), ("us..er@example.org", false),
            ("us er@example.org", false), ("user@exa_mple.org", false), ("user@example.org.", false),
            ("user@[192.0.2.1]", false), ("user@192.0.2.1", false), ("user@*.example.org", false),
            ("üser@example.org", false), ("user@bücher.example", false), ("a@b@example.org", false),
            ("\"a\"b\"@example.org", false), ("\"a\\\"@example.org", false), ("<user@example.org>", false),
            ("user\n@example.org", false), ("us\u{0}er@example.org", false), ("User <user@example.org>", false),
        ])
    func mailbox(text: String, isTaken: Bool) {
        #expect(((try? Mailbox(parsing: text)) != nil) == isTaken)
    }

    @Test("Mailboxes differ by the case of their local part, not of their domain")
    func mailboxEquality() throws {
        let mailbox = try Mailbox(parsing: "user@example.org")
        #expect(try mailbox == Mailbox(parsing: "user@EXAMPLE.org"))
        #expect(try mailbox != Mailbox(parsing: "User@example.org"))
    }

    @Test(
        "A URI is absolute, in ASCII, and its host is a name or an address",
        arguments: [
            ("https://example.org/path?query#fragment", true), ("spiffe://example.org/service/a", true),
            ("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", true), ("HTTPS://EXAMPLE.org", true),
            ("https://192.0.2.1:8443/", true), ("https://[2001:db8::1]/", true), ("https://example.org:443", true),
            ("mailto:user@example.org", true), ("http://user@example.org/", true), ("x:%41", true),
            ("example.org/path", false), ("//example.org", false), ("/path", false), ("", false), (":", false),
            ("https:", false), ("1https://example.org", false), ("https://", false), ("https:///path", false),
            ("https://exa_mple.org/", false), ("https://example.org./", false), ("https://*.example.org/", false),
            ("https://example.org/a b", false), ("https://example.org/ü", false), ("https://example.org/%4", false),
            ("https://example.org/%zz", false), ("https://example.org:80a/", false), ("https://[::1/", false),
            ("https://[192.0.2.1]/", false), ("https://example.org/<>", false), ("https://example.org/#a#b", false),
            ("https://example.org/\u{0}", false), ("https://[::1]x/", false), ("https://example.org/[a]", false),
            ("https://example.org/?[", false), ("https://example.org/#]", false), ("urn:a:[b]", false),
            ("https://[u]@example.org/", false), ("https://u@[2001:db8::1]/", true), ("https://[::1]]/", false),
            ("https://u@v@example.org/", false), ("https://example.org:65535/", true),
            ("https://example.org:65536/", false), ("https://example.org:99999/", false),
            ("https://example.org:99999999999999999999/", false), ("https://example.org:/", false),
            ("https://example.org:", false), ("https://[2001:db8::1]:/", false), ("https://example.org:+80/", false),
            ("https://example.org:80:80/", false), ("javascript:alert(1)", true), ("urn:x:y", true), ("urn:", false),
        ])
    func uri(text: String, isTaken: Bool) {
        #expect(((try? AbsoluteURI(parsing: text)) != nil) == isTaken)
    }

    @Test(
        "An address is written in its one canonical form (RFC 5952 § 4)",
        arguments: [
            ("10.0.0.1", "10.0.0.1"), ("2001:DB8:0:0:0:0:2:1", "2001:db8::2:1"), ("0:0:0:0:0:0:0:0", "::"),
            ("::1", "::1"), ("1::", "1::"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("::ffff:10.0.0.1", "::ffff:a00:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ])
    func canonical(text: String, form: String) throws {
        let address = try #require(IPAddress(parsing: text))
        #expect(address.description == form)
        #expect(IPAddress(parsing: form) == address)
    }
}
