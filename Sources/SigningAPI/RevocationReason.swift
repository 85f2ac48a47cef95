// CRLReason ::= ENUMERATED {
//     unspecified (0), keyCompromise (1), cACompromise (2), affiliationChanged (3), superseded (4),
//     cessationOfOperation (5), certificateHold (6), -- 7 is not used -- removeFromCRL (8), privilegeWithdrawn (9),
//     aACompromise (10) }

/// Why a certificate counts no more, by its name in RFC 5280 § 5.3.1, which is its name on the wire.
///
/// A revocation that was taken over from another CA software may have any of them; one that is asked for, only those that are offered.
package enum RevocationReason: String, Hashable, Sendable, CaseIterable {
    case unspecified
    case keyCompromise
    case cACompromise
    case affiliationChanged
    case superseded
    case cessationOfOperation
    case certificateHold
    case removeFromCRL
    case privilegeWithdrawn
    case aACompromise

    /// `nil` for 7 and above 10: there is no such reason.
    package init?(code: UInt8) {
        guard let reason = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = reason
    }

    /// The value of the ENUMERATED.
    package var code: UInt8 {
        switch self {
        case .unspecified: 0
        case .keyCompromise: 1
        case .cACompromise: 2
        case .affiliationChanged: 3
        case .superseded: 4
        case .cessationOfOperation: 5
        case .certificateHold: 6
        case .removeFromCRL: 8
        case .privilegeWithdrawn: 9
        case .aACompromise: 10
        }
    }

    /// Those that may be asked for.
    package static let offered = allCases.filter { $0.whyNotOffered == nil }

    /// Reads a reason that is asked for.
    ///
    /// - Throws: a phrase that continues the name of what was read: there is no such reason, or it is not offered.
    package init(offered name: String) throws(ReasonNotOffered) {
        guard let reason = RevocationReason(rawValue: name) else {
            throw ReasonNotOffered(
                description: "has to be one of \(Self.offered.map(\.rawValue).joined(separator: ", "))")
        }
        if let why = reason.whyNotOffered { throw ReasonNotOffered(description: why) }
        self = reason
    }

    private var whyNotOffered: String? {
        switch self {
        case .certificateHold:
            "cannot be certificateHold: a hold is not offered, since a revocation here is for good, and whoever read a CRL between "
                + "would disagree with whoever reads the next"
        case .removeFromCRL:
            "cannot be removeFromCRL: it takes a hold back in a delta CRL (RFC 5280 § 5.3.1), and neither is offered"
        default: nil
        }
    }
}

/// Why a text is no reason to revoke a certificate for.
package struct ReasonNotOffered: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}
