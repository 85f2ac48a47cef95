import Testing

@testable import Issuance

struct DenialTests {
    private func isDenied(_ name: GeneralName, _ change: (inout AlternativeNameRules) throws -> Void) throws -> Bool {
        let profile = try Profile.open { try change(&$0.subjectAlternativeNames) }
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey, names: [name])
        let rules = try broken {
            try profile.admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        }
        let denied = "sanDenied csr.extensions.subjectAlternativeName[0]"
        #expect(rules.isSubset(of: [denied]))
        return rules.contains(denied)
    }

    @Test(
        "A denied URI pattern is not got round by another spelling of the URI",
        arguments: [
            ("https://admin.example/*", "https://admin.example/x", true),
            ("https://admin.example/*", "https://admin.example/", true),
            ("https://admin.example/*", "https://admin.example", true),
            ("https://admin.example/*", "HTTPS://Admin.Example/x", true),
            ("https://admin.example/*", "https://admin.example:443/x", true),
            ("https://admin.example/*", "https://admin.example:00443/x", true),
            ("https://admin.example/*", "https://u@admin.example/x", true),
            ("https://admin.example/*", "https://admin.example/x?", true),
            ("https://admin.example/*", "https://admin.example/x#f", true),
            ("https://admin.example/*", "https://admin.example?x", true),
            ("https://admin.example/*", "https://admin.example/a/../b", true),
            ("https://admin.example/*", "https:/admin.example/x", true),
            ("https://admin.example/*", "https:admin.example/x", true),
            ("https://admin.example/*", "https://web.example/x", false),
            ("https://admin.example/*", "http://admin.example/x", false),
            ("https://admin.example/*", "https://a.admin.example/x", false),
            ("https://admin.example/*", "urn:a:b", false),
            ("https://*.admin.example/*", "https://a.admin.example:8443/x", true),
            ("https://admin.example:8443/*", "https://admin.example/x", true),
            ("https://admin.example", "https://admin.example/", true),
            ("https://admin.example/", "https://admin.example", true),
            ("https://admin.example/a", "https://admin.example/a", true),
            ("https://admin.example/a", "https://admin.example/%61?q", true),
            ("https://admin.example/a", "https://admin.example/b", false),
            ("https://admin.example/a", "https://admin.example/A", false),
            ("https://admin.example/a", "https://admin.example/ab", false),
            ("https://admin.example/a!b", "https://admin.example/a%21b", true),
            ("https://10.0.0.1/*", "https://10.0.0.1:8443/x", true),
            ("https://10.0.0.1/*", "https://[::ffff:10.0.0.1]/x", true),
            ("https://10.0.0.1/*", "https://10.0.0.2/x", false),
            ("spiffe://td.example/admin/*", "spiffe://td.example/admin/x", true),
            ("spiffe://td.example/admin/*", "spiffe://td.example/%61dmin/x", true),
            ("spiffe://td.example/admin/*", "spiffe://td.example//admin/x", true),
            ("spiffe://td.example/admin/*", "spiffe://td.example/web//x", true),
            ("spiffe://td.example/admin/*", "spiffe://td.example/admin%2Fx", true),
            ("spiffe://td.example/admin/*", "spiffe://td.example/admin%2fx", true),
            ("spiffe://td.example/admin/*", "spiffe://td.example/./admin/x", true),
            ("spiffe://td.example/admin/*", "spiffe://td.example/web/%2E%2e/admin/x", true),
            ("spiffe://td.example/admin/*", "spiffe://other.example//admin/x", false),
            ("spiffe://td.example/admin/*", "spiffe://td.example/web", false),
            ("spiffe://td.example/admin/*", "spiffe://td.example/web/", false),
            ("spiffe://td.example/admin/*", "spiffe://td.example/admin", false), ("*", "urn:a:b", true),
        ])
    func uri(pattern: String, uri: String, isDenied: Bool) throws {
        #expect(try self.isDenied(.uri(uri)) { $0.uri?.denied = [try URIPattern(parsing: pattern)] } == isDenied)
    }

    @Test(
        "A denied mailbox is not got round by quotes or case",
        arguments: [
            ("root@a.example", "root@a.example", true), ("root@a.example", "Root@A.example", true),
            ("root@a.example", "\"root\"@a.example", true), ("root@a.example", "\"r\\OOt\"@a.example", true),
            ("\"Root\"@a.example", "root@a.example", true), ("root@a.example", "root@b.example", false),
            ("root@a.example", "toor@a.example", false), ("root@a.example", "\"root \"@a.example", false),
            ("@a.example", "\"root\"@A.example", true), ("@*.a.example", "root@b.a.example", true), ("*", "a@b", true),
        ])
    func email(pattern: String, mailbox: String, isDenied: Bool) throws {
        #expect(
            try self.isDenied(.email(mailbox)) { $0.email?.denied = [try EmailPattern(parsing: pattern)] } == isDenied)
    }

    @Test(
        "A denied address is not got round by its form in the other family",
        arguments: [
            ("10.0.0.0/8", "10.0.0.1", true), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("10.0.0.0/8", "::ffff:11.0.0.1", false), ("10.0.0.0/8", "::fffe:10.0.0.1", false),
            ("::ffff:10.0.0.0/104", "10.0.0.1", true), ("::ffff:10.0.0.0/104", "11.0.0.1", false),
            ("::/0", "10.0.0.1", false), ("fd00::/8", "fd00::1", true), ("*", "::1", true),
        ])
    func ip(pattern: String, address: String, isDenied: Bool) throws {
        let octets = try #require(IPAddress(parsing: address)).octets
        #expect(try self.isDenied(.ip(octets)) { $0.ip?.denied = [try IPPattern(parsing: pattern)] } == isDenied)
    }
}
