import Issuance
import PublicKeys

extension NodeReader {
    func authorities(declaring declarations: Declarations) -> [ServiceConfiguration.Authority]? {
        var crlFiles: Set<String> = []
        return list { entry in entry.mapping { $0.authority(declaring: declarations, &crlFiles) } }
    }

    fileprivate func signatureAlgorithm() -> SignatureAlgorithm? {
        guard let name = text() else { return nil }
        guard let algorithm = SignatureAlgorithm(name: name) else {
            let names = SignatureAlgorithm.all.map(\.name)
            refuse("is no signature algorithm" + NearestName.advice(for: name, among: names))
            return nil
        }
        return algorithm
    }
}

extension MappingReader {
    fileprivate func authority(
        declaring declarations: Declarations, _ crlFiles: inout Set<String>
    ) -> ServiceConfiguration.Authority? {
        let locations = Locations(
            cRLDistributionPoints: optional("crlDistributionPoints", default: []) { $0.uniqueList { $0.httpURL() } },
            caIssuers: optional("caIssuers", default: []) { $0.uniqueList { $0.httpURL() } },
            ocsp: optional("ocsp", default: []) { $0.uniqueList { $0.httpURL() } })
        let id = required("id") { declarations.authorities.declare($0, locations) { $0.identifier() } }
        let name = optional("name") { $0.displayName() }
        let state = optional("state", default: .active) { $0.choice(of: ServiceConfiguration.AuthorityState.self) }
        let token = required("token") { declarations.tokens.resolve($0, "token") }
        let key = required("key") { $0.keyURI() }
        let requireGeneratedInToken = optional("requireGeneratedInToken", default: false) { $0.boolean() }
        let chain = required("chain") { $0.filePath() }
        let signatureAlgorithm = optional("signatureAlgorithm") { $0.signatureAlgorithm() }
        let subjectKeyIdentifier = optional("subjectKeyIdentifier", default: .rfc7093Method1) {
            $0.choice(of: SubjectKeyIdentifierMethod.self)
        }
        let intermediates = optional("intermediates") { $0.intermediateRules() }
        let crl = optional("crl") { $0.crl(besides: &crlFiles) }
        if state == .crlOnly, !contains("crl") {
            owner.refuse("has the state crlOnly and no crl: it would sign nothing")
        }
        guard let id, let token, let key, let chain else { return nil }
        return ServiceConfiguration.Authority(
            id: id, name: name ?? id, state: state, tokenName: token.spelling, keyURI: key,
            requireGeneratedInToken: requireGeneratedInToken, chainPath: chain,
            signatureAlgorithm: signatureAlgorithm, subjectKeyIdentifier: subjectKeyIdentifier, locations: locations,
            intermediates: intermediates, crl: crl)
    }
}
