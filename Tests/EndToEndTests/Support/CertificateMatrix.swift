import Foundation
import JSONRPC
import TestSupport

@testable import Issuance

/// A leaf by every type of CA key over every type of leaf key, and intermediates with a leaf below each: signed once over
/// the socket, for many to judge.
struct CertificateMatrix: Sendable {
    struct Entry: Sendable {
        /// Such as `p256 over RSA-2048`.
        let name: String
        /// The authority that signed.
        let authority: String
        let leafKey: String
        /// As `signCertificate` and `signIntermediateCa` answered; of the leaf below an intermediate that of the intermediate.
        let result: JSONObject
        /// PEM: the certificate, then upwards to the root.
        let chain: [String]
        let isCA: Bool
    }

    /// The DNS name in each leaf.
    static let host = "host.internal.example"
    /// Intermediates: who signs them, with what path length.
    static let intermediates: [(authority: String, pathLength: Int64?)] = [
        ("roomy", 0), ("roomy", 1), ("unlimited", nil),
    ]

    let entries: [Entry]

    static func shared() async throws -> CertificateMatrix { try await making.value }

    private static let making = Task { try await CertificateMatrix() }

    private init() async throws {
        let bed = try await TestBed.shared()
        entries = try CertificateTree.keyTypes.flatMap { try Self.leaves(by: $0.id, bed) } + Self.intermediates(bed)
    }

    private static func leaves(by id: String, _ bed: TestBed) throws -> [Entry] {
        let client = try bed.daemon.connect()
        return try TestBed.leafKeys.map { key in
            let result = try client.call("signCertificate", bed.params(key, by: id)).get()
            return Entry(
                name: "\(id) over \(key)", authority: id, leafKey: key, result: result.object ?? JSONObject(),
                chain: pems(result["certificate"]) + pems(result["certificateChain"]), isCA: false)
        }
    }

    /// Each with a leaf below it that `openssl` signs with the intermediate's key.
    private static func intermediates(_ bed: TestBed) throws -> [Entry] {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        let curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        for key in ["sub", "leaf"] { try openssl.run(["genpkey", "-out", key + ".key"] + curve) }
        let csr = try openssl.run("req", "-new", "-key", "sub.key", "-subj", "/CN=Intermediate")
        try openssl.run("req", "-new", "-key", "leaf.key", "-subj", "/CN=\(host)", "-out", "leaf.csr")
        let extensions = """
            subjectAltName=DNS:\(host)
            keyUsage=critical,digitalSignature
            extendedKeyUsage=serverAuth
            subjectKeyIdentifier=hash
            authorityKeyIdentifier=keyid:always
            """
        try openssl.write(Array(extensions.utf8), to: "extensions")
        let client = try bed.daemon.connect()
        return try intermediates.flatMap { authority, pathLength in
            var params: [JSONObject.Member] = [
                .init(name: "caId", value: .string(authority)),
                .init(name: "csr", value: .string(String(decoding: csr, as: UTF8.self))),
                .init(name: "notAfter", value: "2027-06-01T00:00:00Z"),
            ]
            if let pathLength { params.append(.init(name: "maxPathLength", value: .number(JSONNumber(pathLength)))) }
            let result = try client.call("signIntermediateCa", .object(JSONObject(params))).get()
            let chain = pems(result["certificate"]) + pems(result["certificateChain"])
            try openssl.write(Array((chain.first ?? "").utf8), to: "sub.pem")
            let leaf = try openssl.run(
                "x509", "-req", "-in", "leaf.csr", "-CA", "sub.pem", "-CAkey", "sub.key", "-days", "30", "-extfile",
                "extensions")
            let name = "\(authority) over an intermediate of path length \(pathLength.map { "\($0)" } ?? "unstated")"
            let object = result.object ?? JSONObject()
            return [
                Entry(name: name, authority: authority, leafKey: "P-256", result: object, chain: chain, isCA: true),
                Entry(
                    name: name + ", and a leaf below", authority: authority, leafKey: "P-256", result: object,
                    chain: [String(decoding: leaf, as: UTF8.self)] + chain, isCA: false),
            ]
        }
    }

    private static func pems(_ value: JSONValue?) -> [String] {
        let end = "-----END CERTIFICATE-----\n"
        return (value?.string ?? "").components(separatedBy: end).dropLast().map { $0 + end }
    }
}
