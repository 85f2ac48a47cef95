/// Why a SubjectPublicKeyInfo is not a key that this service knows.
package enum PublicKeyError: Error, Hashable, Sendable {
    /// Not the DER of a SubjectPublicKeyInfo, or not of this algorithm's key.
    case malformed(String)
    /// Well-formed, but of an algorithm other than RSA, EC on a named curve, or Ed25519.
    case unsupportedAlgorithm(String)
    /// A curve by name, though not one of P-256, P-384 and P-521.
    case unsupportedCurve(String)
    /// A curve by its numbers, or by what its issuer's key has (RFC 5480 § 2.1.1 forbids both).
    case unnamedCurve
    case invalidPoint(PointFault)

    /// What is wrong with the point that an EC or Ed25519 key is.
    package enum PointFault: Hashable, Sendable {
        /// SEC 1 § 2.3.3: 02 or 03 and x alone.
        case compressed
        case infinity
        case wrongLength
        case notOnCurve
        /// Ed25519: of order 1, 2, 4 or 8. Such a key "signs" without a secret (RFC 8032 § 8.9's small subgroups).
        case smallOrder
    }
}

extension PublicKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let why): "the public key is malformed: \(why)"
        case .unsupportedAlgorithm(let name): "the public key's algorithm \(name) is not RSA, EC or Ed25519"
        case .unsupportedCurve(let name): "the public key's curve \(name) is not P-256, P-384 or P-521"
        case .unnamedCurve: "the public key's curve is not given by name but by parameters"
        case .invalidPoint(.compressed): "the public key's point is compressed, and has to be uncompressed"
        case .invalidPoint(.infinity): "the public key is the point at infinity"
        case .invalidPoint(.wrongLength):
            "the public key's point has not the length of an uncompressed point of its curve"
        case .invalidPoint(.notOnCurve): "the public key's point is not on its curve"
        case .invalidPoint(.smallOrder): "the public key's point is of small order, so that anybody can sign with it"
        }
    }
}
