/// The methods of the service, by their names on the wire.
package enum Method: String, Hashable, Sendable, CaseIterable {
    case signCertificate
    case signIntermediateCa
    case revokeCertificate
    case getCertificate
    case listCertificates
    case getCrl
    case listProfiles
    case listAuthorities
    case getStatus

    /// Whether a call changes what is on record: such a call is refused as a notification, since nobody would hear what came of it.
    package var hasEffect: Bool {
        switch self {
        case .signCertificate, .signIntermediateCa, .revokeCertificate: true
        case .getCertificate, .listCertificates, .getCrl, .listProfiles, .listAuthorities, .getStatus: false
        }
    }
}
