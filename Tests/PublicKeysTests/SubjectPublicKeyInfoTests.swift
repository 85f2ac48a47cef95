import Crypto
import DERCoding
import PublicKeys
import TestSupport
import Testing

/// Pieces of SubjectPublicKeyInfo, sound and not.
private enum Info {
    static let rsaEncryption = DERBuilder.objectIdentifier(1, 2, 840, 113549, 1, 1, 1)
    static let ecPublicKey = DERBuilder.objectIdentifier(1, 2, 840, 10045, 2, 1)
    static let ed25519 = DERBuilder.objectIdentifier(1, 3, 101, 112)
    static let prime256v1 = DERBuilder.objectIdentifier(1, 2, 840, 10045, 3, 1, 7)
    static let null: [UInt8] = [0x05, 0x00]
    static let point = Array(P256.Signing.PrivateKey().publicKey.x963Representation)

    static func info(_ algorithm: [UInt8]..., key: [UInt8]) -> [UInt8] {
        DERBuilder.sequence(DERBuilder.element(0x30, algorithm.flatMap(\.self)), DERBuilder.bitString(key))
    }

    static func rsa(_ modulus: [UInt8], _ exponent: [UInt8] = [1, 0, 1]) -> [UInt8] {
        info(rsaEncryption, null, key: DERBuilder.sequence(DERBuilder.integer(modulus), DERBuilder.integer(exponent)))
    }
}

@Suite("SubjectPublicKeyInfo")
struct SubjectPublicKeyInfoTests {
    @Test("an EC key is its curve and its point", arguments: EllipticCurve.allCases)
    func ellipticCurve(curve: EllipticCurve) throws {
        let (der, point) =
            switch curve {
            case .p256: { ($0.derRepresentation, $0.x963Representation) }(P256.Signing.PrivateKey().publicKey)
            case .p384: { ($0.derRepresentation, $0.x963Representation) }(P384.Signing.PrivateKey().publicKey)
            case .p521: { ($0.derRepresentation, $0.x963Representation) }(P521.Signing.PrivateKey().publicKey)
            }
        let key = try PublicKey(subjectPublicKeyInfo: Array(der))
        #expect(key.material == .ellipticCurve(curve, point: Array(point)))
        #expect(key.subjectPublicKey == Array(point))
        #expect(key.subjectPublicKeyInfo == Array(der))
        #expect(key.description == "EC \(curve.rawValue)")
    }

    @Test("an Ed25519 key is its octets")
    func edwards() throws {
        let octets = Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
        let key = try PublicKey(subjectPublicKeyInfo: Info.info(Info.ed25519, key: octets))
        #expect(key.material == .ed25519(octets))
        #expect(key.description == "Ed25519")
    }

    @Test("an RSA key is its two numbers")
    func rsa() throws {
        let modulus = [0xc5] + [UInt8](repeating: 0x5b, count: 255)
        let key = try PublicKey(subjectPublicKeyInfo: Info.rsa(modulus))
        #expect(key.material == .rsa(RSAPublicNumbers(modulus: modulus, exponent: [1, 0, 1])))
        #expect(key.description == "RSA 2048")
    }

    @Test(
        "what is not one of the three algorithms in its one form is refused by the name of the fault",
        arguments: [
            (
                Info.info(Info.rsaEncryption, key: []),
                .malformed("rsaEncryption without the parameters NULL (RFC 3279 § 2.3.1)")
            ),
            (
                Info.info(DERBuilder.objectIdentifier(1, 2, 840, 113549, 1, 1, 10), key: []),
                .unsupportedAlgorithm("1.2.840.113549.1.1.10")
            ),
            (Info.info(DERBuilder.objectIdentifier(1, 3, 101, 113), key: []), .unsupportedAlgorithm("1.3.101.113")),
            (
                Info.info(DERBuilder.objectIdentifier(1, 2, 840, 10040, 4, 1), key: []),
                .unsupportedAlgorithm("1.2.840.10040.4.1")
            ),
            (
                Info.info(Info.ecPublicKey, DERBuilder.objectIdentifier(1, 3, 132, 0, 33), key: Info.point),
                .unsupportedCurve("1.3.132.0.33")
            ),
            (
                Info.info(Info.ecPublicKey, DERBuilder.objectIdentifier(1, 3, 132, 0, 10), key: Info.point),
                .unsupportedCurve("1.3.132.0.10")
            ),
            (Info.info(Info.ecPublicKey, DERBuilder.sequence(DERBuilder.integer([1])), key: Info.point), .unnamedCurve),
            (Info.info(Info.ecPublicKey, Info.null, key: Info.point), .unnamedCurve),
            (Info.info(Info.ecPublicKey, key: Info.point), .malformed("an EC key without a curve (RFC 5480 § 2.1.1)")),
            (
                Info.info(Info.ed25519, Info.null, key: [UInt8](repeating: 9, count: 32)),
                .malformed("Ed25519 with parameters (RFC 8410 § 3)")
            ),
            (Info.info(Info.ed25519, key: [UInt8](repeating: 9, count: 31)), .invalidPoint(.wrongLength)),
            (Info.info(Info.ecPublicKey, Info.prime256v1, key: []), .invalidPoint(.wrongLength)),
            (Info.info(Info.ecPublicKey, Info.prime256v1, key: [0]), .invalidPoint(.infinity)),
            (Info.info(Info.ecPublicKey, Info.prime256v1, key: [2] + Info.point[1...32]), .invalidPoint(.compressed)),
            (Info.info(Info.ecPublicKey, Info.prime256v1, key: [3] + Info.point[1...32]), .invalidPoint(.compressed)),
            (Info.info(Info.ecPublicKey, Info.prime256v1, key: [6] + Info.point[1...]), .invalidPoint(.wrongLength)),
            (Info.info(Info.ecPublicKey, Info.prime256v1, key: Info.point + [0]), .invalidPoint(.wrongLength)),
            (
                Info.info(Info.ecPublicKey, Info.prime256v1, key: [4] + [UInt8](repeating: 0, count: 64)),
                .invalidPoint(.notOnCurve)
            ),
            (
                Info.info(Info.ecPublicKey, Info.prime256v1, key: Info.point.dropLast() + [Info.point[64] ^ 1]),
                .invalidPoint(.notOnCurve)
            ),
            (
                Info.info(Info.ecPublicKey, Info.prime256v1, key: [4] + [UInt8](repeating: 0xff, count: 64)),
                .invalidPoint(.notOnCurve)
            ),
            (Info.rsa([]), .malformed("an RSA number that is not positive")),
            (Info.rsa([5], []), .malformed("an RSA number that is not positive")),
            (
                Info.info(
                    Info.rsaEncryption, Info.null,
                    key: DERBuilder.sequence([0x02, 0x01, 0x80], DERBuilder.integer([3]))),
                .malformed("an RSA number that is not positive")
            ),
            (
                Info.info(
                    Info.rsaEncryption, Info.null,
                    key: DERBuilder.sequence([0x02, 0x02, 0x00, 0x05], DERBuilder.integer([3]))),
                .malformed("not an RSAPublicKey: \(DERError.invalidInteger)")
            ),
            (
                Info.info(Info.rsaEncryption, Info.null, key: DERBuilder.sequence(DERBuilder.integer([5]))),
                .malformed("not an RSAPublicKey: \(DERError.unexpectedTag)")
            ),
            (
                Info.info(
                    Info.rsaEncryption, Info.null,
                    key: DERBuilder.sequence(DERBuilder.integer([5]), DERBuilder.integer([3]), Info.null)),
                .malformed("not an RSAPublicKey: \(DERError.trailingData)")
            ),
            (Info.info(Info.ed25519, key: []) + [0], .malformed(DERError.trailingData.description)),
            ([0x30, 0x80, 0x00, 0x00], .malformed(DERError.indefiniteLength.description)),
            ([], .malformed(DERError.unexpectedTag.description)),
            (
                DERBuilder.sequence(DERBuilder.sequence(Info.ed25519), DERBuilder.bitString([0x80], unusedBits: 1)),
                .malformed(DERError.invalidBitString.description)
            ),
            (
                DERBuilder.sequence(DERBuilder.sequence(Info.ed25519), DERBuilder.bitString([9]), Info.null),
                .malformed(DERError.trailingData.description)
            ),
        ] as [([UInt8], PublicKeyError)])
    func refused(der: [UInt8], fault: PublicKeyError) {
        #expect(throws: fault) { try PublicKey(subjectPublicKeyInfo: der) }
        #expect(!fault.description.isEmpty)
    }

    @Test(
        "an Ed25519 point of small order is refused, in either sign and in its form beyond p",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ])
    func smallOrder(hex: String) throws {
        let digits = Array(hex.utf8)
        let octets = try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16))
        }
        #expect(throws: PublicKeyError.invalidPoint(.smallOrder)) {
            try PublicKey(subjectPublicKeyInfo: Info.info(Info.ed25519, key: octets))
        }
    }

    @Test("two keys are equal where their bytes are")
    func equality() throws {
        let first = try PublicKey(subjectPublicKeyInfo: Array(P256.Signing.PrivateKey().publicKey.derRepresentation))
        let second = try PublicKey(subjectPublicKeyInfo: Array(P256.Signing.PrivateKey().publicKey.derRepresentation))
        #expect(first == (try PublicKey(subjectPublicKeyInfo: first.subjectPublicKeyInfo)))
        #expect(first != second)
        #expect(Set([first, second, first]).count == 2)
    }
}
