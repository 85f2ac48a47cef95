import Crypto
import CryptoExtras
import DERCoding
import Issuance
import PublicKeys
import TestSupport
import Testing

@Suite("The proof of possession")
struct RequestSignatureTests {
    private static let rsaKey = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// A request signed by an RSA key with PKCS#1 v1.5, whatever its AlgorithmIdentifier says.
    private static func rsaBuilder<Hash: HashFunction>(_ hash: Hash.Type, identifier: [UInt8]) throws -> RequestBuilder
    {
        let key = try rsaKey.get()
        var builder = RequestBuilder()
        builder.publicKeyInfo = Array(key.publicKey.derRepresentation)
        builder.signatureAlgorithm = identifier
        builder.sign = { message in
            Array(try key.signature(for: Hash.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
        return builder
    }

    @Test("is the signature of the request's own key over these very bytes")
    func foreignKey() throws {
        var builder = RequestBuilder()
        let other = P256.Signing.PrivateKey()
        builder.sign = { Array(try other.signature(for: $0).derRepresentation) }
        #expect(try builder.violations() == ["selfSignature csr.signature"])
        builder.sign = { _ in [] }
        #expect(try builder.violations() == ["selfSignature csr.signature"])
        builder.sign = { _ in [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00] }
        #expect(try builder.violations() == ["selfSignature csr.signature"])
    }

    @Test("covers every octet of what it signs")
    func everyOctet() throws {
        let builder = RequestBuilder()
        let der = try builder.der()
        let subject = try #require(der.firstRange(of: Array("internal".utf8)))
        for index in subject {
            var changed = der
            changed[index] ^= 0x01
            let violations = RequestBuilder.violations {
                _ = try CertificateRequest(verifyingDER: changed, policy: KeyPolicy())
            }
            #expect(violations == ["selfSignature csr.signature"])
        }
    }

    @Test("is a BIT STRING of whole octets")
    func bitString() throws {
        let der = try RequestBuilder().der()
        var outer = DERReader(der)
        var parts = try outer.sequence()
        _ = try parts.next()
        _ = try parts.next()
        let signature = try parts.next()
        var changed = der
        changed[signature.contents.lowerBound] = 1
        changed[signature.contents.upperBound - 1] &= 0xfe
        #expect(
            RequestBuilder.violations { _ = try CertificateRequest(verifyingDER: changed, policy: KeyPolicy()) }
                == ["requestDER csr"])
    }

    @Test("by RSA PKCS#1 v1.5 is taken with SHA-256, SHA-384 and SHA-512, with parameters NULL or absent")
    func rsa() throws {
        for algorithm in HashAlgorithm.allCases.map({ SignatureAlgorithm.rsaPKCS1($0) }) {
            let full = algorithm.algorithmIdentifier
            for identifier in [full, [0x30, 0x0b] + full[2..<13]] {
                let builder =
                    switch algorithm.hash {
                    case .sha384?: try Self.rsaBuilder(SHA384.self, identifier: identifier)
                    case .sha512?: try Self.rsaBuilder(SHA512.self, identifier: identifier)
                    default: try Self.rsaBuilder(SHA256.self, identifier: identifier)
                    }
                #expect(try builder.violations() == [], "\(algorithm)")
            }
        }
    }

    @Test(
        "by a weak hash or another algorithm is refused by name",
        arguments: [
            ([1, 2, 840, 113549, 1, 1, 4], "signatureWeakHash"), ([1, 2, 840, 113549, 1, 1, 5], "signatureWeakHash"),
            ([1, 2, 840, 113549, 1, 1, 2], "signatureWeakHash"), ([1, 2, 840, 113549, 1, 1, 14], "signatureWeakHash"),
            ([1, 3, 14, 3, 2, 2], "signatureWeakHash"), ([1, 3, 14, 3, 2, 3], "signatureWeakHash"),
            ([1, 3, 14, 3, 2, 4], "signatureWeakHash"), ([1, 3, 14, 3, 2, 13], "signatureWeakHash"),
            ([1, 3, 14, 3, 2, 15], "signatureWeakHash"), ([1, 3, 14, 3, 2, 24], "signatureWeakHash"),
            ([1, 3, 14, 3, 2, 25], "signatureWeakHash"), ([1, 3, 14, 3, 2, 27], "signatureWeakHash"),
            ([1, 3, 14, 3, 2, 28], "signatureWeakHash"), ([1, 3, 14, 3, 2, 29], "signatureWeakHash"),
            ([1, 2, 840, 10045, 4, 1], "signatureWeakHash"), ([1, 2, 840, 10045, 4, 3, 1], "signatureWeakHash"),
            ([1, 2, 840, 113549, 1, 1, 10], "signaturePSS"), ([1, 2, 840, 113549, 1, 1, 1], "signatureAlgorithm"),
            ([2, 16, 840, 1, 101, 3, 4, 3, 2], "signatureAlgorithm"), ([1, 3, 101, 113], "signatureAlgorithm"),
            ([1, 2, 3], "signatureAlgorithm"),
        ] as [([UInt], String)])
    func others(identifier: [UInt], rule: String) throws {
        let name = DERBuilder.objectIdentifier(identifier)
        for parameters in [[], [0x05, 0x00]] as [[UInt8]] {
            var builder = RequestBuilder()
            builder.signatureAlgorithm = DERBuilder.sequence(name, parameters)
            #expect(try builder.violations() == ["\(rule) csr.signatureAlgorithm"])
        }
    }

    @Test("by PSS is refused by name, also where its parameters are sound", arguments: HashAlgorithm.allCases)
    func pss(hash: HashAlgorithm) throws {
        var builder = RequestBuilder()
        builder.signatureAlgorithm = SignatureAlgorithm.rsaPSS(hash).algorithmIdentifier
        #expect(try builder.violations() == ["signaturePSS csr.signatureAlgorithm"])
    }

    @Test(
        "by ECDSA with parameters, or of a malformed identifier, is refused",
        arguments: [
            (
                DERBuilder.sequence(DERBuilder.objectIdentifier(1, 2, 840, 10045, 4, 3, 2), [0x05, 0x00]),
                "signatureAlgorithm"
            ),
            ([0x30, 0x00], "requestDER"), ([0x30, 0x02, 0x05, 0x00], "requestDER"),
            ([0x30, 0x02, 0x06, 0x00], "requestDER"),
        ] as [([UInt8], String)])
    func malformed(identifier: [UInt8], rule: String) throws {
        var builder = RequestBuilder()
        builder.signatureAlgorithm = identifier
        #expect(try builder.violations() == ["\(rule) csr.signatureAlgorithm"])
    }

    @Test(
        "by an algorithm that is not the key's is refused as such",
        arguments: [
            SignatureAlgorithm.rsaPKCS1(.sha256), .ed25519,
        ])
    func mismatch(algorithm: SignatureAlgorithm) throws {
        var builder = RequestBuilder()
        builder.signatureAlgorithm = algorithm.algorithmIdentifier
        #expect(try builder.violations() == ["signatureAlgorithmMismatch csr.signatureAlgorithm"])
    }

    @Test(
        "is not asked for by a key that cannot be read, whose own fault is named",
        arguments: [
            ([0x00], "pointAtInfinity"), ([0x02] + [UInt8](repeating: 1, count: 32), "pointCompressed"),
            ([0x04] + [UInt8](repeating: 1, count: 64), "pointNotOnCurve"), ([0x04], "pointLength"),
        ] as [([UInt8], String)])
    func badPoints(point: [UInt8], rule: String) throws {
        var builder = RequestBuilder()
        builder.publicKeyInfo = DERBuilder.sequence(
            DERBuilder.sequence(
                DERBuilder.objectIdentifier(1, 2, 840, 10045, 2, 1),
                DERBuilder.objectIdentifier(1, 2, 840, 10045, 3, 1, 7)),
            DERBuilder.bitString(point))
        #expect(try builder.violations() == ["\(rule) csr.publicKey"])
    }

    @Test(
        "needs a key of a kind that we know",
        arguments: [
            (
                DERBuilder.objectIdentifier(1, 2, 840, 10045, 2, 1), DERBuilder.objectIdentifier(1, 3, 132, 0, 10),
                "publicKeyCurve"
            ),
            (DERBuilder.objectIdentifier(1, 2, 840, 10045, 2, 1), [0x30, 0x00], "unnamedCurve"),
            (DERBuilder.objectIdentifier(1, 2, 840, 10040, 4, 1), [], "publicKeyAlgorithm"),
            (DERBuilder.objectIdentifier(1, 2, 840, 113549, 1, 1, 1), [], "publicKeyMalformed"),
        ] as [([UInt8], [UInt8], String)])
    func otherKeys(algorithm: [UInt8], parameters: [UInt8], rule: String) throws {
        var builder = RequestBuilder()
        builder.publicKeyInfo = DERBuilder.sequence(
            DERBuilder.sequence(algorithm, parameters), DERBuilder.bitString([0x04] + [UInt8](repeating: 1, count: 64)))
        #expect(try builder.violations() == ["\(rule) csr.publicKey"])
    }

    @Test("by an Ed25519 key of small order proves nothing")
    func smallOrder() throws {
        var builder = RequestBuilder()
        builder.publicKeyInfo = DERBuilder.sequence(
            DERBuilder.sequence(DERBuilder.objectIdentifier(1, 3, 101, 112)),
            DERBuilder.bitString([1] + [UInt8](repeating: 0, count: 31)))
        builder.signatureAlgorithm = SignatureAlgorithm.ed25519.algorithmIdentifier
        builder.sign = { _ in [1] + [UInt8](repeating: 0, count: 63) }
        #expect(try builder.violations() == ["pointOfSmallOrder csr.publicKey"])
    }
}
