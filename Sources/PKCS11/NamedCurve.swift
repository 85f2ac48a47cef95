import DERCoding

/// The curves that keys in tokens lie on, as `CKA_EC_PARAMS` and `CKA_EC_POINT` carry them.
enum NamedCurve: CaseIterable {
    case p256
    case p384
    case p521
    case ed25519

    /// The DER of the curve's OBJECT IDENTIFIER (RFC 5480 § 2.1.1.1, RFC 8410 § 3).
    var objectIdentifier: [UInt8] {
        switch self {
        case .p256: [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
        case .p384: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22]
        case .p521: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23]
        case .ed25519: [0x06, 0x03, 0x2b, 0x65, 0x70]
        }
    }

    /// Octets of a public point: uncompressed, or RFC 8032's.
    var pointSize: Int {
        switch self {
        case .p256: 65
        case .p384: 97
        case .p521: 133
        case .ed25519: 32
        }
    }

    /// PKCS #11 3.0 § 2.3.5 lets Edwards curves be named by a PrintableString as well.
    private static let ed25519Name: [UInt8] = [0x13, 0x0c] + Array("edwards25519".utf8)

    init?(parameters: [UInt8]) {
        guard
            let match = Self.allCases.first(where: {
                parameters == $0.objectIdentifier || ($0 == .ed25519 && parameters == Self.ed25519Name)
            })
        else { return nil }
        self = match
    }

    /// The point in `CKA_EC_POINT`, which is wrapped in an OCTET STRING or not. The exact length decides: an Edwards
    /// point's own octets can look like DER.
    func point(from attribute: [UInt8]) -> [UInt8]? {
        if attribute.count == pointSize { return attribute }
        var reader = DERReader(attribute)
        guard let point = try? reader.next(DERTag.octetString), reader.isAtEnd, point.contents.count == pointSize else {
            return nil
        }
        return Array(reader.contents(point))
    }
}
