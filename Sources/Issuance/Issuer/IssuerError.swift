package import PublicKeys

/// Why certificates cannot be issued with a chain and a key as configured.
package enum IssuerError: Error, Hashable, Sendable {
    /// Not the DER of an X.509 v3 certificate, or one of its extensions is not as RFC 5280 has it.
    case malformed(String)
    case publicKey(PublicKeyError)
    case emptyChain
    /// The certificate at this place of the chain, 0 being the issuer's own, breaks it.
    case chain(position: Int, String)
    /// The algorithm that was configured is not one for this key.
    case algorithm(SignatureAlgorithm, key: String)
    /// A URL that no certificate may carry.
    case location(String, String)
}

extension IssuerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let why): "the certificate is malformed: \(why)"
        case .publicKey(let why): "\(why)"
        case .emptyChain: "the chain is empty: it begins with the issuer's own certificate"
        case .chain(0, let why): "the issuer's own certificate \(why)"
        case .chain(let position, let why): "the chain's certificate \(position + 1) \(why)"
        case .algorithm(let algorithm, let key): "an \(key) key cannot sign by \(algorithm)"
        case .location(let url, let why): "the URL \(url) \(why)"
        }
    }
}
