import Foundation
import TestSupport

/// What the `openssl` program, a judge from outside, says of certificates.
enum OpenSSL {
    static func pem(_ der: [UInt8]) -> [UInt8] { pem(der, label: "CERTIFICATE") }

    static func pem(_ der: [UInt8], label: String) -> [UInt8] {
        let body = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return Array("-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n".utf8)
    }

    /// What `x509 -text` makes of a certificate.
    static func text(_ der: [UInt8]) throws -> String {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.write(der, to: "certificate")
        let output = try tool.run("x509", "-inform", "DER", "-in", "certificate", "-noout", "-text")
        return String(decoding: output, as: UTF8.self)
    }

    /// What `crl -text` makes of a CRL.
    static func text(crl der: [UInt8]) throws -> String {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.write(der, to: "crl")
        return String(decoding: try tool.run("crl", "-inform", "DER", "-in", "crl", "-noout", "-text"), as: UTF8.self)
    }

    /// The types of the elements of DER, one after the other, as `asn1parse` names them.
    static func structure(_ der: [UInt8]) throws -> [String] {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.write(der, to: "der")
        let text = String(decoding: try tool.run("asn1parse", "-inform", "DER", "-in", "der"), as: UTF8.self)
        // Such as `   13:d=2  hl=2 l=  13 prim: UTCTIME           :260528202540Z`.
        return text.split(separator: "\n").compactMap { line in
            line.split(separator: ":", maxSplits: 3).dropFirst(2).first
                .flatMap { $0.split(separator: " ").first }.map(String.init)
        }
    }

    /// Has `verify -x509_strict` judge a certificate below a chain, own issuer first and root last, and where there is a CRL, look
    /// into it for the certificate.
    ///
    /// - Throws: what it complains of.
    static func verify(
        _ leaf: [UInt8], chain: [[UInt8]], at seconds: Int64, crl: [UInt8]? = nil, more: [String] = []
    ) throws {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        var more = more
        if let crl {
            try tool.write(pem(crl, label: "X509 CRL"), to: "crl")
            more += ["-crl_check", "-CRLfile", "crl"]
        }
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
