import Authority
import Issuance
import JSONRPC
import PublicKeys
import SigningAPI
import Timekeeping

extension SigningService {
    func listProfiles(_ params: JSONObject, on behalf: Behalf) throws -> ProfileList {
        _ = try NoParams(params)
        try behalf.grant.check(method: behalf.method)
        let granted = register.profiles.filter { behalf.grant.profiles.contains($0.id) }
        return ProfileList(
            profiles: try granted.map { profile in
                let (_, authority) = try register.profile(profile.id)
                return ProfileDescription(profile, authoritysLocations: authority.issuer.locations)
            })
    }

    func listAuthorities(_ params: JSONObject, on behalf: Behalf) throws -> AuthorityList {
        _ = try NoParams(params)
        try behalf.grant.check(method: behalf.method)
        let granted = register.authorities.filter { behalf.grant.authorities.contains($0.id.lowercased()) }
        return AuthorityList(
            authorities: granted.map { authority in
                let issuer = authority.issuer
                return AuthorityDescription(
                    id: authority.id, state: health.state(of: authority).rawValue,
                    subject: issuer.certificate.subjectDescription,
                    key: issuer.certificate.publicKey.description, signatureAlgorithm: issuer.signatureAlgorithm.name,
                    notBefore: issuer.notBefore.rfc3339, notAfter: issuer.notAfter.rfc3339,
                    pathLength: issuer.remainingPathLength, signsIntermediates: authority.intermediates != nil,
                    certificateChain: chains[authority.id]?.chainPEM ?? "")
            })
    }

    func getStatus(_ params: JSONObject, on behalf: Behalf) async throws -> ServiceStatus {
        _ = try NoParams(params)
        try behalf.grant.check(method: behalf.method)
        let grant = behalf.grant
        let signing = Set(
            register.profiles.filter { grant.profiles.contains($0.id) }.map { $0.authorityID.lowercased() })
        return await health.status(
            of: register.authorities,
            showing: { grant.authorities.contains($0.id.lowercased()) || signing.contains($0.id.lowercased()) })
    }
}
