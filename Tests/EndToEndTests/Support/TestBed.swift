import Foundation
import Glibc
import JSONRPC
import TestSupport

@testable import Issuance

/// What all tests of this target share: the CAs, the requests, and a daemon with all authorities.
struct TestBed: Sendable {
    let tree: CertificateTree
    /// PEM, by what is peculiar about them.
    let requests: [String: String]
    let daemon: RunningDaemon

    static func shared() async throws -> TestBed { try await making.value }

    private static let making = Task { try await TestBed() }

    /// The types of keys that leaves have.
    static let leafKeys = ["P-256", "P-384", "P-521", "RSA-2048", "ED25519"]

    private init() async throws {
        signal(SIGPIPE, SIG_IGN)
        requests = try Self.makeRequests()
        tree = try await CertificateTree.make()
        var configuration = try TestConfiguration(
            CertificateTree.keyTypes.map(\.id) + ["roomy", "unlimited", "disabled"])
        // Whose path length leaves none: a request hears of it.
        configuration.intermediates.insert("p256")
        configuration.limits = "{ connectionsPerUser: 400, requestsInFlightPerUser: 1024 }"
        try configuration.write(tree)
        daemon = try RunningDaemon(configuration)
    }

    /// A request to sign the CSR of that name by the profile of that authority.
    func params(_ request: String = "P-256", by authority: String = "p256", ttl: String = "30d") -> JSONValue {
        [
            "profileId": .string(TestConfiguration.profile(authority)), "csr": .string(requests[request] ?? ""),
            "ttl": .string(ttl),
        ]
    }

    /// The line of such a request.
    func line(id: Int64, _ request: String = "P-256", by authority: String = "p256") -> [UInt8] {
        Request.encoded(id: .integer(id), method: "signCertificate", params: params(request, by: authority)) + [0x0a]
    }

    /// A line with its placeholders filled in: `$CSR`, `$CSR:NAME`, `$PROFILE:AUTHORITY`.
    func filled(_ text: String) -> String {
        var text = text
        for (name, pem) in requests {
            text = text.replacing("$CSR:\(name)\"", with: pem.replacing("\n", with: "\\n") + "\"")
        }
        for id in tree.authorities.keys {
            text = text.replacing("$PROFILE:\(id)\"", with: TestConfiguration.profile(id) + "\"")
        }
        return text
    }

    private static func makeRequests() throws -> [String: String] {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        var requests: [String: String] = [:]
        func request(_ name: String, key: String, dns: String) throws {
            let octets = try openssl.run(
                "req", "-new", "-key", key, "-subj", "/CN=\(dns)", "-addext", "subjectAltName=DNS:\(dns)")
            requests[name] = String(decoding: octets, as: UTF8.self)
        }
        let options: [String: [String]] = [
            "P-256": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            "P-384": ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
            "P-521": ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
            "RSA-2048": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "ED25519": ["ED25519"],
            "weak": ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
        ]
        for (name, option) in options {
            try openssl.run(["genpkey", "-out", name + ".key", "-algorithm"] + option)
            try request(name, key: name + ".key", dns: "host.internal.example")
        }
        try request("stranger", key: "P-256.key", dns: "host.example.com")
        let bare = try openssl.run("req", "-new", "-key", "P-256.key", "-subj", "/CN=Intermediate")
        requests["intermediate"] = String(decoding: bare, as: UTF8.self)
        let namesake = try openssl.run("req", "-new", "-key", "P-256.key", "-subj", "/CN=CA p384")
        requests["namesake"] = String(decoding: namesake, as: UTF8.self)
        requests["forged"] = try forged(requests["P-256"] ?? "")
        requests["forged stranger"] = try forged(requests["stranger"] ?? "")
        requests["malformed"] = PEM.encode([0x30, 0x03, 0x02, 0x01], label: "CERTIFICATE REQUEST")
        return requests
    }

    /// The same request with another name in it than was signed: one letter of it.
    private static func forged(_ pem: String) throws -> String {
        var der = try PEM.decodeOne(pem, labels: ["CERTIFICATE REQUEST"]).der
        let host = Array("host".utf8)
        for start in der.indices.dropLast(4) where Array(der[start..<start + 4]) == host {
            der[start] = UInt8(ascii: "m")
        }
        return PEM.encode(der, label: "CERTIFICATE REQUEST")
    }
}
