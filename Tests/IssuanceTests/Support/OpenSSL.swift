import Foundation
import TestSupport

/// What the `openssl` program, a judge from outside, says of certificates.
enum OpenSSL {
    static func pem(_ der: [UInt8]) -> [UInt8] {
        let body = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return Array("-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n".utf8)
    }

    /// What `x509 -text` makes of a certificate.
    static func text(_ der: [UInt8]) throws -> String {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.write(der, to: "certificate")
        let output = try tool.run("x509", "-inform", "DER", "-in", "certificate", "-noout", "-text")
        return String(decoding: output, as: UTF8.self)
    }

    /// Has `verify -x509_strict` judge a certificate below a chain, own issuer first and root last.
    ///
    /// - Throws: what it complains of.
    static func verify(_ leaf: [UInt8], chain: [[UInt8]], at seconds: Int64, more: [String] = []) throws {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.write(pem(chain.last ?? []), to: "root")
        try tool.write(chain.flatMap(pem), to: "chain")
        try tool.write(pem(leaf), to: "leaf")
        try tool.run(
            [
                "verify", "-x509_strict", "-check_ss_sig", "-attime", "\(seconds)", "-CAfile", "root", "-untrusted",
                "chain",
            ]
                + more + ["leaf"])
    }
}
