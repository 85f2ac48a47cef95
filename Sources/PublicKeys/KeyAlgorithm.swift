import DERCoding

/// The AlgorithmIdentifier of a public key, as one of those that we know.
enum KeyAlgorithm: Hashable, Sendable {
    case rsa
    case ellipticCurve(EllipticCurve)
    case ed25519

    /// The DER of the AlgorithmIdentifier, in the one form that its standard gives.
    private var der: [UInt8] {
        switch self {
        // RFC 3279 § 2.3.1: rsaEncryption, 1.2.840.113549.1.1.1, parameters NULL.
        case .rsa: [0x30, 0x0d] + Self.rsaEncryption + [0x05, 0x00]
        // RFC 5480 § 2.1.1: id-ecPublicKey, 1.2.840.10045.2.1, parameters the curve's name.
        case .ellipticCurve(.p256):
            [0x30, 0x13] + Self.ecPublicKey + [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
        case .ellipticCurve(.p384): [0x30, 0x10] + Self.ecPublicKey + [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22]
        case .ellipticCurve(.p521): [0x30, 0x10] + Self.ecPublicKey + [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23]
        // RFC 8410 § 3: id-Ed25519, 1.3.101.112, parameters absent.
        case .ed25519: [0x30, 0x05] + Self.ed25519Identifier
        }
    }

    private static let rsaEncryption: [UInt8] = [
        0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01,
    ]
    private static let ecPublicKey: [UInt8] = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]
    private static let ed25519Identifier: [UInt8] = [0x06, 0x03, 0x2b, 0x65, 0x70]

    private static let known: [(der: [UInt8], algorithm: KeyAlgorithm)] =
        ([.rsa, .ed25519] + EllipticCurve.allCases.map { .ellipticCurve($0) }).map { ($0.der, $0) }

    init(algorithmIdentifier: ArraySlice<UInt8>) throws(PublicKeyError) {
        guard let match = Self.known.first(where: { algorithmIdentifier.elementsEqual($0.der) }) else {
            throw Self.fault(of: algorithmIdentifier)
        }
        self = match.algorithm
    }

    /// Why an AlgorithmIdentifier is none of the known.
    private static func fault(of algorithmIdentifier: ArraySlice<UInt8>) -> PublicKeyError {
        do throws(DERError) {
            var outer = DERReader(Array(algorithmIdentifier))
            var reader = try outer.sequence()
            let start = reader
            let identifier = try reader.next(DERTag.objectIdentifier)
            switch Array(reader.encoding(identifier)) {
            case rsaEncryption:
                return .malformed("rsaEncryption without the parameters NULL (RFC 3279 § 2.3.1)")
            case ecPublicKey:
                guard reader.nextTag == DERTag.objectIdentifier else {
                    return reader.isAtEnd ? .malformed("an EC key without a curve (RFC 5480 § 2.1.1)") : .unnamedCurve
                }
                let curve = try reader.objectIdentifier()
                try reader.finish()
                return .unsupportedCurve(curve.dotted)
            case ed25519Identifier:
                return .malformed("Ed25519 with parameters (RFC 8410 § 3)")
            default:
                reader = start
                return .unsupportedAlgorithm(try reader.objectIdentifier().dotted)
            }
        } catch {
            return .malformed(error.description)
        }
    }
}
