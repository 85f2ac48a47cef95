import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

struct DuplicateTests {
    @Test(
        "Two URIs that differ in the case of their scheme or host only are one name (RFC 5280 § 7.4)",
        arguments: [
            ("http://h.example/", "http://h.example/", true), ("http://h.example/", "http://H.example/", true),
            ("http://h.example/", "HTTP://h.EXAMPLE/", true),
            ("http://h.example:80/a?b#c", "http://H.example:80/a?b#c", true),
            ("http://u@h.example/", "http://u@H.example/", true), ("URN:a:b", "urn:a:b", true),
            ("http://[2001:DB8::1]/", "http://[2001:db8::1]/", true),
            ("http://h.example/a", "http://h.example/A", false), ("http://h.example/?a", "http://h.example/?A", false),
            ("http://h.example/#a", "http://h.example/#A", false),
            ("http://h.example/?a", "http://h.example/#a", false),
            ("http://u@h.example/", "http://U@h.example/", false), ("http://h.example/", "http://@h.example/", false),
            ("http://h.example/", "http://h.example:80/", false), ("http://h.example/", "https://h.example/", false),
            ("urn:a:b", "urn:a:B", false), ("http://h.example", "http://h.example/", false),
        ])
    func uris(one: String, other: String, areOne: Bool) throws {
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey, names: [.uri(one), .uri(other)])
        let rules = try broken {
            try Profile.open().admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        }
        #expect(rules == (areOne ? ["sanDuplicate csr.extensions.subjectAlternativeName[1]"] : []))
    }

    @Test("A purpose that a request names twice is told, unless the profile passes over what it asks for")
    func purposes() throws {
        let asked: [ASN1ObjectIdentifier] = [.clientAuth, .serverAuth, .clientAuth, .clientAuth]
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey, extensions: [.purposes(asked)])
        func template(_ handling: RequestedExtensionRules) throws -> CertificateTemplate {
            try Profile.test { $0.requestedExtensions = handling }
                .admit(request, validity: .aDay, by: TestAuthority.shared().issuer, at: now)
        }
        let error = #expect(throws: IssuanceError.self) { _ = try template(.refuse) }
        #expect(
            error
                == .refused([
                    Violation(
                        .extendedKeyUsageDuplicate, at: "csr.extensions.extendedKeyUsage",
                        "The extended key usage 1.3.6.1.5.5.7.3.2 is there twice.")
                ]))
        let written = CertificateExtension.extendedKeyUsage([.serverAuth, .clientAuth], isCritical: false)
        #expect(try template(.ignore([.extendedKeyUsage])).extensions.contains(written))
    }

    @Test("Nor does an intermediate's request name a purpose twice")
    func intermediate() throws {
        let rules = try broken {
            try IntermediateTests.rules { $0.extendedKeyUsages = [.serverAuth] }.admit(
                IntermediateTests.request(extensions: [.purposes([.serverAuth, .serverAuth])]), notBefore: nil,
                notAfter: IntermediateTests.end, pathLength: .unstated, by: IntermediateTests.issuer(2), at: now)
        }
        #expect(rules == ["extendedKeyUsageDuplicate csr.extensions.extendedKeyUsage"])
    }
}
