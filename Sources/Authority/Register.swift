package import FoundationEssentials
package import Issuance

/// The profiles and authorities that the daemon serves.
package struct Register: Sendable {
    package let profiles: [Profile]
    package let authorities: [CertificateAuthority]
    private let profilesByID: [UUID: Profile]
    private let authoritiesByID: [String: CertificateAuthority]

    /// Ids are compared without case; where one stands twice, the first counts.
    package init(profiles: [Profile], authorities: [CertificateAuthority]) {
        self.profiles = profiles
        self.authorities = authorities
        profilesByID = Dictionary(profiles.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        authoritiesByID = Dictionary(
            authorities.map { ($0.id.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A profile and the authority that signs by it.
    package func profile(_ id: UUID) throws(AccessError) -> (Profile, CertificateAuthority) {
        guard let profile = profilesByID[id], let authority = authoritiesByID[profile.authorityID.lowercased()] else {
            throw .noSuchProfile
        }
        return (profile, authority)
    }

    package func authority(_ id: String) throws(AccessError) -> CertificateAuthority {
        guard let authority = authoritiesByID[id.lowercased()] else { throw .noSuchAuthority }
        return authority
    }
}
