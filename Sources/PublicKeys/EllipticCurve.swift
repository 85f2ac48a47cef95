package import SwiftASN1

/// The named curves that a key may lie on (RFC 5480 § 2.1.1.1); no other, and none by explicit parameters.
package enum EllipticCurve: String, Hashable, Sendable, CaseIterable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    /// The named-curve OID of RFC 5480 § 2.1.1.1.
    package var objectIdentifier: ASN1ObjectIdentifier {
        switch self {
        case .p256: [1, 2, 840, 10045, 3, 1, 7]
        case .p384: [1, 3, 132, 0, 34]
        case .p521: [1, 3, 132, 0, 35]
        }
    }

    /// Octets of one coordinate, and of r or s in a raw ECDSA signature.
    package var fieldSize: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }
}
