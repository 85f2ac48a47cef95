/// What a certificate is worth.
package enum CertificateStatus: String, Hashable, Sendable, CaseIterable {
    /// Its intent is on record, and no outcome yet.
    case pending
    case issued
    /// A signature may exist that nobody received.
    case possiblySigned
    /// The key was not used.
    case notSigned
    /// Whatever it was before.
    case revoked
}

extension CertificateStatus {
    init(_ state: CertificateState) {
        switch state {
        case .pending: self = .pending
        case .issued: self = .issued
        case .possiblySigned: self = .possiblySigned
        case .notSigned: self = .notSigned
        }
    }

    /// What its row says; `nil` for revoked.
    var state: CertificateState? {
        switch self {
        case .pending: .pending
        case .issued: .issued
        case .possiblySigned: .possiblySigned
        case .notSigned: .notSigned
        case .revoked: nil
        }
    }
}
