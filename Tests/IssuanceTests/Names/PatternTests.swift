import Testing

@testable import Issuance

struct PatternTests {
    @Test(
        "A DNS pattern is a name itself, or all below one, or all",
        arguments: [
            ("internal.example", "internal.example", true), ("internal.example", "INTERNAL.example", true),
            ("Internal.Example", "internal.example", true), ("internal.example", "www.internal.example", false),
            ("*.internal.example", "www.internal.example", true), ("*.internal.example", "a.b.internal.example", true),
            ("*.internal.example", "internal.example", false), ("*.internal.example", "xinternal.example", false),
            ("*.internal.example", "internal.example.org", false), ("*", "anything.example", true), ("*", "host", true),
            // A wildcard's base is what has to match.
            ("internal.example", "*.internal.example", true), ("*.internal.example", "*.internal.example", false),
            ("*.internal.example", "*.www.internal.example", true),
            ("www.internal.example", "*.internal.example", false),
        ])
    func dns(pattern: String, name: String, matches: Bool) throws {
        #expect(try DNSPattern(parsing: pattern).matches(DNSName(parsing: name)) == matches)
    }

    @Test(
        "A wildcard touches what any of its hosts matches",
        arguments: [
            ("secret.example", "*.example", true), ("*.example", "*.example", true),
            ("a.b.example", "*.example", false),
            ("*.b.example", "*.example", false), ("example", "*.example", true), ("*", "*.example", true),
            ("secret.example", "secret.example", true), ("secret.example", "open.example", false),
        ])
    func touching(pattern: String, name: String, touches: Bool) throws {
        #expect(try DNSPattern(parsing: pattern).touches(DNSName(parsing: name)) == touches)
    }

    @Test(
        "An IP pattern is a block or an address",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("192.0.2.128/25", "192.0.2.127", false),
            ("192.0.2.128/25", "192.0.2.129", true), ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true),
            ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false), ("::/0", "10.0.0.1", false),
            ("*", "::1", true),
            ("::ffff:0:0/96", "10.0.0.1", false), ("fc00::/7", "fd00::1", true), ("fc00::/7", "fe00::1", false),
        ])
    func ip(pattern: String, address: String, matches: Bool) throws {
        let address = try #require(IPAddress(parsing: address))
        #expect(try IPPattern(parsing: pattern).matches(address) == matches)
    }

    @Test(
        "An e-mail pattern is a mailbox, a host, or all hosts below one",
        arguments: [
            ("user@host.example", "user@host.example", true), ("user@host.example", "user@HOST.example", true),
            ("user@host.example", "User@host.example", false), ("@host.example", "any.one@host.example", true),
            ("@host.example", "user@a.host.example", false), ("@*.host.example", "user@a.host.example", true),
            ("@*.host.example", "user@host.example", false), ("*", "user@anywhere.example", true),
            ("@host.example", "\"a@other.example\"@host.example", true),
            ("@other.example", "\"a@other.example\"@host.example", false),
        ])
    func email(pattern: String, mailbox: String, matches: Bool) throws {
        #expect(try EmailPattern(parsing: pattern).matches(Mailbox(parsing: mailbox)) == matches)
    }

    @Test(
        "A URI pattern is a scheme, a host, a port and a path",
        arguments: [
            ("spiffe://example.org/service/*", "spiffe://example.org/service/a", true),
            ("spiffe://example.org/service/*", "spiffe://example.org/service/a/b", true),
            ("spiffe://example.org/service/*", "spiffe://example.org/service/", false),
            ("spiffe://example.org/service/*", "spiffe://example.org/service", false),
            ("spiffe://example.org/service/*", "spiffe://example.org/other/a", false),
            ("spiffe://example.org/service/*", "spiffe://example.org/service/../admin", false),
            ("spiffe://example.org/service/*", "spiffe://example.org/service/%2E%2e/admin", false),
            ("spiffe://example.org/service/*", "spiffe://example.org/service/a?b", false),
            ("spiffe://example.org/service/*", "https://example.org/service/a", false),
            ("spiffe://example.org/service/*", "spiffe://example.org/service/%61", false),
            ("spiffe://example.org/service/*", "spiffe://example.org/service/%7E", false),
            ("spiffe://example.org/service/*", "spiffe://example.org/service/%20", true),
            ("*", "spiffe://example.org/service/%61", true),
            ("spiffe://example.org/a", "spiffe://example.org/a", true),
            ("spiffe://example.org/a", "SPIFFE://EXAMPLE.org/a", true),
            ("spiffe://example.org/a", "spiffe://example.org/A", false),
            ("https://*.example.org", "https://www.example.org", true),
            ("https://*.example.org", "https://example.org", false),
            ("https://*.example.org", "https://www.example.org/path", false),
            ("https://*.example.org/*", "https://www.example.org/path", true),
            ("https://example.org", "https://example.org@evil.example", false),
            ("https://example.org", "https://evil@example.org", false),
            ("https://example.org", "https://example.org:8443", false),
            ("https://example.org:8443", "https://example.org:8443", true),
            ("https://192.0.2.1/*", "https://192.0.2.1/a", true), ("https://192.0.2.1/*", "https://192.0.2.2/a", false),
            ("https://example.org", "https:example.org", false), ("*", "urn:a:b", true),
        ])
    func uri(pattern: String, uri: String, matches: Bool) throws {
        #expect(try URIPattern(parsing: pattern).matches(AbsoluteURI(parsing: uri)) == matches)
    }

    @Test(
        "A text that is no pattern is refused",
        arguments: [
            ("dns", ""), ("dns", "*."), ("dns", "*.*.example"), ("dns", "w*.example"), ("dns", "a_b"),
            ("dns", "10.0.0.1"),
            ("dns", "example."), ("ip", "10.1.0.0/8"), ("ip", "10.0.0.0/33"), ("ip", "10.0.0.0/"),
            ("ip", "10.0.0.0/08"),
            ("ip", "10.0.0.0/-1"), ("ip", "10.0.0.0/+8"), ("ip", "10/8"), ("ip", "::/129"), ("ip", "example.org"),
            ("email", "user"), ("email", "@"), ("email", "@a_b"), ("email", "user@*.example"), ("uri", "example.org"),
            ("uri", "https://"), ("uri", "https://*"), ("uri", "https://a/*/b"), ("uri", "https://a/../b"),
            ("uri", "https://u@a/"), ("uri", "https://a/%61"), ("uri", "https://a/?b"), ("uri", "urn:a"),
            ("uri", "https://*.192.0.2.1/"),
        ])
    func refused(kind: String, text: String) {
        #expect(throws: PatternSyntaxError.self) {
            switch kind {
            case "dns": _ = try DNSPattern(parsing: text)
            case "ip": _ = try IPPattern(parsing: text)
            case "email": _ = try EmailPattern(parsing: text)
            default: _ = try URIPattern(parsing: text)
            }
        }
    }
}
