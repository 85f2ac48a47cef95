import Issuance
import PublicKeys
import SwiftASN1
import TestSupport
import Testing

/// Requests as openssl makes them.
@Suite("Requests by openssl")
struct RequestOpenSSLTests {
    static let keys: [[String]] = [
        ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"], ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        ["RSA", "-pkeyopt", "rsa_keygen_bits:3072"], ["ED25519"],
        ["RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:36893488147419103363"],
    ]

    private static func make(_ key: [String], _ options: String...) throws -> String {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.run(["genpkey", "-out", "key.pem", "-algorithm"] + key)
        return String(decoding: try tool.run(["req", "-new", "-key", "key.pem"] + options), as: UTF8.self)
    }

    @Test("are accepted with every kind of key, and read as they were meant", arguments: keys)
    func accepted(key: [String]) throws {
        let pem = try Self.make(
            key, "-utf8", "-subj", "/C=DE/O=Ürg GmbH/CN=a.internal.example", "-addext",
            "subjectAltName=DNS:a.internal.example,IP:10.0.0.1,IP:fd00::1,email:a@b.example,URI:spiffe://a/b",
            "-addext",
            "keyUsage=critical,digitalSignature,keyEncipherment", "-addext", "extendedKeyUsage=serverAuth,clientAuth",
            "-addext", "basicConstraints=CA:FALSE", "-addext", "subjectKeyIdentifier=hash", "-addext",
            "tlsfeature=status_request")
        let request = try CertificateRequest(verifying: pem, policy: KeyPolicy())
        #expect(request.subject.attributes.map(\.value) == ["DE", "Ürg GmbH", "a.internal.example"])
        #expect(request.subject.attributes.map(\.encoding) == [.printableString, .utf8String, .utf8String])
        #expect(
            request.extensions == [
                RequestedExtension(
                    identifier: .subjectAlternativeName, isCritical: false,
                    value: .subjectAlternativeName([
                        .dns("a.internal.example"), .ip([10, 0, 0, 1]),
                        .ip([0xfd] + [UInt8](repeating: 0, count: 14) + [1]), .email("a@b.example"),
                        .uri("spiffe://a/b"),
                    ])),
                RequestedExtension(
                    identifier: .keyUsage, isCritical: true, value: .keyUsage([.digitalSignature, .keyEncipherment])),
                RequestedExtension(
                    identifier: .extendedKeyUsage, isCritical: false,
                    value: .extendedKeyUsage([[1, 3, 6, 1, 5, 5, 7, 3, 1], [1, 3, 6, 1, 5, 5, 7, 3, 2]])),
                RequestedExtension(
                    identifier: .basicConstraints, isCritical: false,
                    value: .basicConstraints(isCA: false, pathLength: nil)),
                RequestedExtension(
                    identifier: .subjectKeyIdentifier, isCritical: false, value: .subjectKeyIdentifier),
                RequestedExtension(identifier: [1, 3, 6, 1, 5, 5, 7, 1, 24], isCritical: false, value: .other),
            ])
        #expect(request.otherAttributes == [])
    }

    @Test(
        "are refused by the name of what is wrong",
        arguments: [
            (["EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], [], ["publicKeyCurve csr.publicKey"]),
            (
                ["EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"], [],
                ["unnamedCurve csr.publicKey"]
            ),
            (["RSA", "-pkeyopt", "rsa_keygen_bits:1024"], [], ["rsaModulusSize csr.publicKey"]),
            (
                ["RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3"], [],
                ["rsaExponent csr.publicKey"]
            ),
            (["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], ["-sha1"], ["signatureWeakHash csr.signatureAlgorithm"]),
            (["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["-sha224"], ["signatureWeakHash csr.signatureAlgorithm"]),
            (
                ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], ["-sigopt", "rsa_padding_mode:pss"],
                ["signaturePSS csr.signatureAlgorithm"]
            ),
            (
                ["RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"], [],
                ["publicKeyAlgorithm csr.publicKey", "signaturePSS csr.signatureAlgorithm"]
            ),
            (["ED448"], [], ["publicKeyAlgorithm csr.publicKey", "signatureAlgorithm csr.signatureAlgorithm"]),
        ] as [([String], [String], [String])])
    func refused(key: [String], options: [String], violations: [String]) throws {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.run(["genpkey", "-out", "key.pem", "-algorithm"] + key)
        let pem = String(
            decoding: try tool.run(["req", "-new", "-key", "key.pem", "-subj", "/CN=a"] + options), as: UTF8.self)
        #expect(
            RequestBuilder.violations { _ = try CertificateRequest(verifying: pem, policy: KeyPolicy()) } == violations)
    }

    @Test("with a challenge password are accepted, and the password is in nothing but the request itself")
    func challengePassword() throws {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.write(
            Array(
                """
                [req]
                prompt = no
                distinguished_name = dn
                attributes = at
                [dn]
                CN = a
                [at]
                challengePassword = correct horse
                unstructuredName = somebody
                """.utf8), to: "config")
        try tool.run("genpkey", "-out", "key.pem", "-algorithm", "ED25519")
        let pem = String(decoding: try tool.run("req", "-new", "-key", "key.pem", "-config", "config"), as: UTF8.self)
        let request = try CertificateRequest(verifying: pem, policy: KeyPolicy())
        #expect(request.otherAttributes == [[1, 2, 840, 113549, 1, 9, 2]])
        #expect(request.extensions == [])
    }
}
