/// What has become of a certificate, by its name on the wire.
package enum CertificateStatus: String, Hashable, Sendable, CaseIterable {
    /// Its signature is on record, and it has not been revoked.
    case issued
    /// Whatever it was before.
    case revoked
    /// The token may have signed it, and nobody received it: its serial can be revoked.
    case possiblySigned
    /// Its serial was used up, and no key was.
    case notSigned
    /// On record, and with the token now.
    case pending
}
