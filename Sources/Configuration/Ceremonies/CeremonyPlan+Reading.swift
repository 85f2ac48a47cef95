import Issuance
import PublicKeys
import Timekeeping
import Yams

extension CeremonyPlan {
    private static let maximumSize = 1 << 20
    /// The only version of the format so far.
    private static let version = 1

    /// Reads and checks one YAML file, and nothing but it. It is refused as a daemon's configuration is, where others could have written it.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong, not only the first.
    package init(contentsOf path: String) throws(ConfigurationError) {
        let file: ConfigurationFile
        do throws(FileRefusal) { file = try ConfigurationFile(path: path, maximumSize: Self.maximumSize) } catch {
            throw ConfigurationError(file: path, error.sentence)
        }
        try self.init(yaml: file.bytes, path: path)
    }

    /// - Parameter path: what relative paths in it are relative to the folder of.
    package init(yaml octets: [UInt8], path: String) throws(ConfigurationError) {
        let (root, reading) = try NodeReader.root(of: octets, path: path)
        let parts = root.mapping { $0.ceremony(version: Self.version) }
        let problems = reading.sortedProblems
        guard let parts, problems.isEmpty else { throw ConfigurationError(file: path, problems: problems) }
        (act, authorityID, keyURI, operators) = parts
        self.octets = octets
    }
}

extension MappingReader {
    fileprivate typealias Ceremony = (CeremonyPlan.Act, authorityID: String, keyURI: String, CeremonyPlan.Operators?)

    fileprivate func ceremony(version: Int) -> Ceremony? {
        required("version") { node in
            guard let found = node.wholeNumber(in: 1...Int.max) else { return }
            if found != version { node.refuse("is \(found); this program reads version \(version)") }
        }
        let name = required("ceremony") { $0.choice(of: CeremonyPlan.Act.Name.self) }
        let authorityID = required("authority") { $0.identifier() }
        let keyURI = required("key") { $0.keyAndTokenURI() }
        let operators = optional("operators") { $0.operators() }
        guard let name, let act = act(name), let authorityID, let keyURI else { return nil }
        return (act, authorityID, keyURI, operators)
    }

    private func act(_ name: CeremonyPlan.Act.Name) -> CeremonyPlan.Act? {
        switch name {
        case .createRoot:
            let subject = required("subject") { $0.directoryName() }
            let validity = required("validity") { $0.lifetime() }
            let pathLength = optional("pathLength") { $0.wholeNumber(in: 0...255) }
            guard let subject, let validity else { return nil }
            return .createRoot(.init(subject: subject, validity: validity, pathLength: pathLength))
        case .createIntermediate:
            return required("subject") { $0.directoryName() }.map { .createIntermediate(subject: $0) }
        case .signCSR: return subordinate().map { .signCSR($0) }
        }
    }

    private func subordinate() -> CeremonyPlan.Subordinate? {
        let request = required("csr") { $0.filePath() }
        let issuer = required("issuer") { $0.filePath() }
        let validity = required("validity") { $0.lifetime() }
        let pathLength = required("pathLength") { $0.pathLength() }
        let locations = locations(mayHavePartition: false)
        let digitalSignature = optional("digitalSignature", default: false) { $0.boolean() }
        let extendedKeyUsages = optional("extendedKeyUsages", default: []) { $0.extendedKeyUsages() }
        let certificatePolicies = optional("certificatePolicies", default: []) { $0.certificatePolicies() }
        let nameConstraints = optional("nameConstraints") { $0.nameConstraints() }
        guard let request, let issuer, let validity, let pathLength else { return nil }
        // Whoever confirms the certificate has read its subject and its key; what no CA may have is refused all the same.
        var rules = IntermediateRules(
            subject: SubjectRules(fields: [:], admitsAnyField: true, mayBeEmpty: false),
            keys: KeyRules(curves: Set(EllipticCurve.allCases), rsaSizes: 2048...8192, admitsEd25519: true),
            validity: ValidityRules(maximum: validity, backdate: .zero))
        rules.setsDigitalSignature = digitalSignature
        rules.extendedKeyUsages = extendedKeyUsages
        rules.certificatePolicies = certificatePolicies
        rules.nameConstraints = nameConstraints
        return CeremonyPlan.Subordinate(
            requestPath: request, issuerPath: issuer, rules: rules, pathLength: pathLength, locations: locations)
    }
}

extension NodeReader {
    /// A number, or `none` for no limit: to leave it open would leave it to chance.
    fileprivate func pathLength() -> PathLengthOrder? {
        if case .scalar(let scalar) = node, scalar.string == "none" { return .unlimited }
        return wholeNumber(in: 0...255).map { .limit($0) }
    }

    fileprivate func operators() -> CeremonyPlan.Operators? {
        mapping { operators in
            let keys = operators.required("keys") { $0.uniqueList { $0.filePath() } }
            let required = operators.required("required") { $0.wholeNumber(in: 1...(max(1, keys?.count ?? 1))) }
            guard let keys, let required else { return nil }
            return CeremonyPlan.Operators(required: required, keyPaths: keys)
        }
    }
}
