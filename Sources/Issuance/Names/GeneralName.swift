/// A GeneralName of the kinds that this service certifies (RFC 5280 § 4.2.1.6), as it stands in the request.
package enum GeneralName: Hashable, Sendable {
    /// rfc822Name [1].
    case email(String)
    /// dNSName [2].
    case dns(String)
    /// uniformResourceIdentifier [6].
    case uri(String)
    /// iPAddress [7]: 4 or 16 octets, in network order.
    case ip([UInt8])
    /// Any other choice, by its context tag.
    case unsupported(tag: UInt)

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case dns, ip, email, uri
    }

    /// `nil` for a choice that this service does not certify.
    package var kind: Kind? {
        switch self {
        case .email: .email
        case .dns: .dns
        case .uri: .uri
        case .ip: .ip
        case .unsupported: nil
        }
    }
}
