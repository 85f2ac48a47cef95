import JSONRPC
import TestSupport
import Testing

@Suite("listings")
struct ListingTests {
    /// What `listProfiles` says of a profile with these lines and its authority with those.
    private func profile(_ lines: [String], authority: [String] = []) async throws -> JSONValue? {
        var configuration = try TestConfiguration(["p256"])
        configuration.more.profile = lines
        configuration.more.authority = authority
        try await configuration.write(TestBed.shared().tree)
        let daemon = try RunningDaemon(configuration)
        let profiles = try daemon.connect().call("listProfiles", [:]).get()["profiles"]?.array
        #expect(try daemon.stop().status == 0)
        #expect(profiles?.count == 1)
        return profiles?.first
    }

    private static let common = #"""
        "id":"\#(TestConfiguration.profile("p256"))","name":"by p256","authority":"p256",
        """#
    private static let rules = #"""
        "subject":{"mayBeEmpty":true,"anyField":false,"fields":[{"name":"CN","required":false,"maximumCount":1}]},
        "subjectAlternativeNames":{"required":true,"wildcards":false,
        "dns":{"allowed":["*.internal.example"],"denied":[],"minimumCount":0,"maximumCount":100}},
        "keys":["EC P-256","EC P-384","EC P-521","RSA 2048-8192","Ed25519"],"keyUsage":["digitalSignature","keyEncipherment"],
        "extendedKeyUsages":["1.3.6.1.5.5.7.3.1","1.3.6.1.5.5.7.3.2"],
        """#

    @Test("a profile is told with every default of its configuration")
    func defaults() async throws {
        let expected =
            "{" + Self.common + #""kind":"general","# + Self.rules
                + #"""
                "extendedKeyUsageCritical":false,"certificatePolicies":[],"basicConstraints":"absent","maximumValidity":7776000,
                "backdate":60,"maximumBackdate":3600,"maximumDelay":604800,"requestedExtensions":"refuse",
                "crlDistributionPoints":[],"caIssuers":[],"ocsp":[]}
                """#
        #expect(try await profile([])?.text == expected.filter { $0 != "\n" })
    }

    @Test("a profile is told with everything that its configuration says, and what it takes from its authority")
    func everything() async throws {
        let expected =
            "{" + Self.common + #""kind":"tls","# + Self.rules
                + #"""
                "extendedKeyUsageCritical":true,"certificatePolicies":["1.3.6.1.4.1.32473.1.2"],
                "basicConstraints":"emptySequence","maximumValidity":7776000,"backdate":0,"maximumBackdate":0,"maximumDelay":86400,
                "requestedExtensions":["1.3.6.1.4.1.311.20.2","1.3.6.1.4.1.32473.9.9"],
                "crlDistributionPoints":["http://pki.example/ca.crl"],"caIssuers":["http://pki.example/own.cer"],"ocsp":[]}
                """#
        let lines = [
            "kind: tls", "extendedKeyUsageCritical: true", "certificatePolicies: [1.3.6.1.4.1.32473.1.2]",
            "basicConstraints: emptySequence", "backdate: none", "maximumBackdate: none", "maximumDelay: 1d",
            "requestedExtensions: [1.3.6.1.4.1.32473.9.9, certificateTemplateName]",
            "caIssuers: [http://pki.example/own.cer]", "ocsp: []",
        ]
        let told = try await profile(
            lines,
            authority: [
                "crlDistributionPoints: [http://pki.example/ca.crl]", "caIssuers: [http://pki.example/ca.cer]",
                "ocsp: [http://ocsp.example/]",
            ])
        #expect(told?.text == expected.filter { $0 != "\n" })
        #expect(try await profile(["requestedExtensions: ignoreAll"])?["requestedExtensions"]?.string == "ignoreAll")
    }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: encoded(), as: UTF8.self) }
}
