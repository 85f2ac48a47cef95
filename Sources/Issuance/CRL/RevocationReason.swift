/// ```
/// CRLReason ::= ENUMERATED {
///      unspecified             (0),
///      keyCompromise           (1),
///      cACompromise            (2),
///      affiliationChanged      (3),
///      superseded              (4),
///      cessationOfOperation    (5),
///      certificateHold         (6),
///           -- value 7 is not used
///      removeFromCRL           (8),
///      privilegeWithdrawn      (9),
///      aACompromise           (10) }
/// ```
/// Why a certificate was revoked (RFC 5280 § 5.3.1). The raw value is the standard's number.
package enum RevocationReason: UInt8, Hashable, Sendable, CaseIterable {
    case unspecified = 0
    case keyCompromise = 1
    case cACompromise = 2
    case affiliationChanged = 3
    case superseded = 4
    case cessationOfOperation = 5
    case certificateHold = 6
    case removeFromCRL = 8
    case privilegeWithdrawn = 9
    case aACompromise = 10

    /// The standard's name, such as `keyCompromise`.
    package var name: String { String(describing: self) }

    /// `nil` for a text that is not one of the standard's names, letter by letter.
    package init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// Whether a caller may give it for a revocation, which is for good: `certificateHold` can be taken back, and `removeFromCRL`,
    /// which takes it back, is a delta CRL's.
    package var mayBeGiven: Bool {
        switch self {
        case .certificateHold, .removeFromCRL: false
        default: true
        }
    }

    /// Whether a certificate that was revoked for this reason may be said to have been so for `other`: only a compromise of its key,
    /// which may come to light later, changes anything for those who relied on it. The same reason again is no change.
    package func mayBecome(_ other: RevocationReason) -> Bool {
        other == self || other == .keyCompromise
    }
}
