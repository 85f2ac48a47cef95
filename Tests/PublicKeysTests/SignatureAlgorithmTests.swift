import DERCoding
import PublicKeys
import TestSupport
import Testing

@Suite("Signature algorithms")
struct SignatureAlgorithmTests {
    /// What openssl writes into a request that it signs so.
    private static func identifierByOpenSSL(_ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        let key: [String] =
            switch algorithm {
            case .ecdsa: ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
            case .rsaPKCS1, .rsaPSS: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
            case .ed25519: ["ED25519"]
            }
        try tool.run(["genpkey", "-out", "key.pem", "-algorithm"] + key)
        var arguments = ["req", "-new", "-key", "key.pem", "-subj", "/CN=a", "-outform", "DER"]
        if let hash = algorithm.hash { arguments.append("-\(hash.rawValue.lowercased())") }
        if case .rsaPSS = algorithm {
            arguments += ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
        }
        let request = try tool.run(arguments)
        var outer = DERReader(request)
        var parts = try outer.sequence()
        _ = try parts.next(DERTag.sequence)
        return Array(parts.encoding(try parts.next(DERTag.sequence)))
    }

    @Test("write the AlgorithmIdentifier that openssl writes, and read it back", arguments: SignatureAlgorithm.all)
    func identifiers(algorithm: SignatureAlgorithm) throws {
        let identifier = try Self.identifierByOpenSSL(algorithm)
        #expect(algorithm.algorithmIdentifier == identifier)
        #expect(SignatureAlgorithm(algorithmIdentifier: identifier) == algorithm)
    }

    @Test(
        "in any other form are none of ours",
        arguments: [
            [], [0x30, 0x00],
            // ECDSA with NULL parameters; RSA without; SHA-1; Ed25519 with NULL.
            [0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x05, 0x00],
            [0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
            [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05, 0x05, 0x00],
            [0x30, 0x07, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x05, 0x00],
        ] as [[UInt8]])
    func others(identifier: [UInt8]) {
        #expect(SignatureAlgorithm(algorithmIdentifier: identifier) == nil)
    }

    @Test("are known by name in either case", arguments: SignatureAlgorithm.all)
    func names(algorithm: SignatureAlgorithm) {
        #expect(SignatureAlgorithm(name: algorithm.name) == algorithm)
        #expect(SignatureAlgorithm(name: algorithm.name.uppercased()) == algorithm)
        #expect(SignatureAlgorithm(name: algorithm.name + " ") == nil)
    }

    @Test("are as many as their names and identifiers")
    func distinct() {
        #expect(Set(SignatureAlgorithm.all.map(\.name)).count == 10)
        #expect(Set(SignatureAlgorithm.all.map(\.algorithmIdentifier)).count == 10)
    }

    @Test(
        "default to the hash as strong as the key",
        arguments: [
            (["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], SignatureAlgorithm.ecdsa(.sha256)),
            (["EC", "-pkeyopt", "ec_paramgen_curve:P-384"], .ecdsa(.sha384)),
            (["EC", "-pkeyopt", "ec_paramgen_curve:P-521"], .ecdsa(.sha512)),
            (["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], .rsaPKCS1(.sha256)),
            (["ED25519"], .ed25519),
        ])
    func defaults(key: [String], algorithm: SignatureAlgorithm) throws {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        try tool.run(["genpkey", "-out", "key.pem", "-algorithm"] + key)
        let key = try PublicKey(subjectPublicKeyInfo: tool.run("pkey", "-in", "key.pem", "-pubout", "-outform", "DER"))
        #expect(SignatureAlgorithm.default(for: key) == algorithm)
        #expect(algorithm.fits(key))
        #expect(SignatureAlgorithm.all.filter { $0.fits(key) }.contains(algorithm))
    }
}
