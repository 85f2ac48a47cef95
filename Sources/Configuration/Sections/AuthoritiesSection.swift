import Issuance
import PublicKeys

extension NodeReader {
    func authorities(declaring declarations: Declarations) -> [ServiceConfiguration.Authority]? {
        var crlFiles = CRLFiles()
        return list { entry in entry.mapping { $0.authority(declaring: declarations, &crlFiles) } }
    }

    /// The same key elsewhere.
    ///
    /// - Parameter first: the token that the key's first place names; a token is named once.
    fileprivate func replicas(
        of first: String?, declaring declarations: Declarations
    ) -> [ServiceConfiguration.KeyPlace]? {
        var tokens: Set<String> = Set([first].compactMap(\.self))
        return list { entry in
            entry.mapping { replica in
                let token = replica.required("token") { node -> String? in
                    guard let token = declarations.tokens.resolve(node, "token")?.spelling else { return nil }
                    guard tokens.insert(token).inserted else {
                        node.refuse("names a token that has the key already; a replica lies in another one")
                        return nil
                    }
                    return token
                }
                let key = replica.required("key") { $0.keyURI() }
                guard let token, let key else { return nil }
                return ServiceConfiguration.KeyPlace(tokenName: token, keyURI: key)
            }
        }
    }

    func signatureAlgorithm() -> SignatureAlgorithm? {
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
        declaring declarations: Declarations, _ crlFiles: inout CRLFiles
    ) -> ServiceConfiguration.Authority? {
        let locations = locations(mayHavePartition: true)
        let id = required("id") { declarations.authorities.declare($0, locations) { $0.identifier() } }
        let name = optional("name") { $0.displayName() }
        let state = optional("state", default: .active) { $0.choice(of: ServiceConfiguration.AuthorityState.self) }
        let token = required("token") { declarations.tokens.resolve($0, "token") }
        let key = required("key") { $0.keyURI() }
        let replicas = optional("replicas") { $0.replicas(of: token?.spelling, declaring: declarations) }
        let requireGeneratedInToken = optional("requireGeneratedInToken", default: false) { $0.boolean() }
        let chain = required("chain") { $0.filePath() }
        let signatureAlgorithm = optional("signatureAlgorithm") { $0.signatureAlgorithm() }
        let subjectKeyIdentifier = optional("subjectKeyIdentifier", default: .rfc7093Method1) {
            $0.choice(of: SubjectKeyIdentifierMethod.self)
        }
        let intermediates = optional("intermediates") { $0.intermediateRules() }
        let crl = optional("crl") { $0.crl(besides: &crlFiles) }
        // What was refused by itself is not refused once more.
        if crl != nil || !contains("crl"),
            !locations.cRLDistributionPoints.isEmpty || !contains("crlDistributionPoints")
        {
            checkTogether(locations.cRLDistributionPoints, crl?.partitions)
        }
        if state == .crlOnly, !contains("crl") {
            owner.refuse("has the state crlOnly and no crl: it would sign nothing")
        }
        guard let id, let token, let key, let chain else { return nil }
        return ServiceConfiguration.Authority(
            id: id, name: name ?? id, state: state, tokenName: token.spelling, keyURI: key,
            replicas: replicas ?? [], requireGeneratedInToken: requireGeneratedInToken, chainPath: chain,
            signatureAlgorithm: signatureAlgorithm, subjectKeyIdentifier: subjectKeyIdentifier, locations: locations,
            intermediates: intermediates, crl: crl)
    }

    /// Certificates point to partitions where CRLs of partitions are made, and only there.
    private func checkTogether(_ urls: [String], _ partitions: ServiceConfiguration.CRLPartitions?) {
        let divided = urls.filter { PartitionTemplate($0) != nil }
        if partitions?.count ?? 0 > 0 {
            guard !urls.isEmpty, divided.count == urls.count else {
                return owner.refuse(
                    "has crl.partitions, and crlDistributionPoints without \(PartitionTemplate.placeholder): its certificates would not point to them"
                )
            }
        } else if !divided.isEmpty {
            owner.refuse(
                "has \(PartitionTemplate.placeholder) in its crlDistributionPoints, and no crl.partitions with a count of its own"
            )
        }
    }
}
