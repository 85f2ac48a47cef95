import Foundation
import PublicKeys
import TestSupport
import Testing

/// Signatures by keys and code that are not ours.
@Suite("Signatures")
struct SignatureTests {
    struct Source: Sendable, CustomTestStringConvertible {
        let key: [String]
        let algorithms: [SignatureAlgorithm]
        var testDescription: String { key.joined(separator: " ") }
    }

    private static let ecdsa = HashAlgorithm.allCases.map { SignatureAlgorithm.ecdsa($0) }
    private static let rsa =
        HashAlgorithm.allCases.map { SignatureAlgorithm.rsaPKCS1($0) } + HashAlgorithm.allCases.map { .rsaPSS($0) }

    static let sources: [Source] =
        EllipticCurve.allCases.map {
            Source(key: ["EC", "-pkeyopt", "ec_paramgen_curve:\($0.rawValue)"], algorithms: ecdsa)
        }
        + [
            Source(key: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], algorithms: rsa),
            Source(key: ["RSA", "-pkeyopt", "rsa_keygen_bits:3072"], algorithms: rsa),
            Source(key: ["ED25519"], algorithms: [.ed25519]),
        ]

    private static let message = Array("what is signed".utf8)

    /// Makes a key in `tool`'s folder and reads its public half back.
    private static func makeKey(_ arguments: [String], _ tool: OpenSSLTool) throws -> PublicKey {
        try tool.run(["genpkey", "-out", "key.pem", "-algorithm"] + arguments)
        return try PublicKey(subjectPublicKeyInfo: tool.run("pkey", "-in", "key.pem", "-pubout", "-outform", "DER"))
    }

    private static func sign(_ algorithm: SignatureAlgorithm, _ tool: OpenSSLTool) throws -> [UInt8] {
        try tool.write(message, to: "message")
        guard let hash = algorithm.hash else {
            return try tool.run("pkeyutl", "-sign", "-rawin", "-inkey", "key.pem", "-in", "message")
        }
        let padding: [String] =
            if case .rsaPSS = algorithm {
                ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
            } else {
                []
            }
        return try tool.run(["dgst", "-\(hash.rawValue.lowercased())", "-sign", "key.pem"] + padding + ["message"])
    }

    @Test("by openssl verify, and verify no more with a bit changed or another algorithm named", arguments: sources)
    func verify(source: Source) throws {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        let key = try Self.makeKey(source.key, tool)
        for algorithm in source.algorithms {
            let signature = try Self.sign(algorithm, tool)
            #expect(key.isValidSignature(signature, over: Self.message, algorithm: algorithm), "\(algorithm)")
            #expect(!key.isValidSignature(signature, over: Self.message + [0], algorithm: algorithm), "\(algorithm)")
            #expect(!key.isValidSignature(signature + [0], over: Self.message, algorithm: algorithm), "\(algorithm)")
            #expect(
                !key.isValidSignature(signature.dropLast(), over: Self.message, algorithm: algorithm), "\(algorithm)")
            #expect(!key.isValidSignature([UInt8](), over: Self.message, algorithm: algorithm), "\(algorithm)")
            for position in [0, signature.count / 2, signature.count - 1] {
                var changed = signature
                changed[position] ^= 1
                #expect(
                    !key.isValidSignature(changed, over: Self.message, algorithm: algorithm), "\(algorithm) \(position)"
                )
            }
            for other in SignatureAlgorithm.all where other != algorithm {
                #expect(
                    !key.isValidSignature(signature, over: Self.message, algorithm: other), "\(algorithm) as \(other)")
            }
        }
    }

    @Test(
        "by a key whose exponent BoringSSL does not take, or whose modulus is short, verify all the same",
        arguments: [
            [
                "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt",
                "rsa_keygen_pubexp:340282366920938463463374607431768211507",
            ],
            ["RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:8589934609"],
            [
                "RSA", "-pkeyopt", "rsa_keygen_bits:3072", "-pkeyopt", "rsa_keygen_pubexp:18446744073709551557",
            ],
            ["RSA", "-pkeyopt", "rsa_keygen_bits:2056", "-pkeyopt", "rsa_keygen_pubexp:18446744073709551557"],
            ["RSA", "-pkeyopt", "rsa_keygen_bits:512"],
            ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
        ])
    func largeExponents(arguments: [String]) throws {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        let key = try Self.makeKey(arguments, tool)
        // SHA-384 and SHA-512 do not fit 512 bits.
        for hash in arguments.contains("rsa_keygen_bits:512") ? [.sha256] : HashAlgorithm.allCases {
            let signature = try Self.sign(.rsaPKCS1(hash), tool)
            #expect(key.isValidSignature(signature, over: Self.message, algorithm: .rsaPKCS1(hash)))
            #expect(!key.isValidSignature(signature, over: Self.message + [0], algorithm: .rsaPKCS1(hash)))
            #expect(!key.isValidSignature(signature, over: Self.message, algorithm: .rsaPSS(hash)))
            var changed = signature
            changed[changed.count - 1] ^= 1
            #expect(!key.isValidSignature(changed, over: Self.message, algorithm: .rsaPKCS1(hash)))
            #expect(
                !key.isValidSignature(
                    [UInt8](repeating: 0xff, count: signature.count), over: Self.message,
                    algorithm: .rsaPKCS1(hash)))
        }
    }
}
