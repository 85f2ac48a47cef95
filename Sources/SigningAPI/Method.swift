/// The methods of the service, by their names on the wire.
package enum Method: String, Hashable, Sendable, CaseIterable {
    case signCertificate
    case signIntermediateCa
    case listProfiles
    case listAuthorities
    case getStatus

    /// Whether a call uses a key: such a call is refused as a notification, since nobody would receive the certificate.
    package var usesKey: Bool {
        switch self {
        case .signCertificate, .signIntermediateCa: true
        case .listProfiles, .listAuthorities, .getStatus: false
        }
    }
}
