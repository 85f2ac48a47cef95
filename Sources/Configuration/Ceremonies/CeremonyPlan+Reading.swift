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
        (act, authorityID, keyURI, journalPath, operators) = parts
        self.octets = octets
    }
}

extension MappingReader {
    fileprivate typealias Ceremony = (
        CeremonyPlan.Act, authorityID: String, keyURI: String, journalPath: String?, CeremonyPlan.Operators?
    )

    fileprivate func ceremony(version: Int) -> Ceremony? {
        required("version") { node in
            guard let found = node.wholeNumber(in: 1...Int.max) else { return }
            if found != version { node.refuse("is \(found); this program reads version \(version)") }
        }
        let name = required("ceremony") { $0.choice(of: CeremonyPlan.Act.Name.self) }
        let authorityID = required("authority") { $0.identifier() }
        let keyURI = required("key") { $0.keyAndTokenURI() }
        // A copy of the plan is kept elsewhere.
        let journalPath = optional("journal") { $0.absolutePath() }
        let operators = optional("operators") { $0.operators() }
        guard let name, let act = act(name), let authorityID, let keyURI else { return nil }
        return (act, authorityID, keyURI, journalPath, operators)
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
            let subject = required("subject") { $0.directoryName() }
            guard contains("issuer") || contains("certifiedKey") else {
                return subject.map { .createIntermediate(subject: $0) }
            }
            let key = required("certifiedKey") { $0.keyAndTokenURI() }
            guard let below = subordinate(), let subject, let key else { return nil }
            return .createBelow(below, subject: subject, keyURI: key)
        case .signCSR:
            let path = required("csr") { $0.filePath() }
            guard let subordinate = subordinate(), let path else { return nil }
            return .signCSR(subordinate, requestPath: path)
        case .crossSign:
            let path = required("certificate") { $0.filePath() }
            guard let subordinate = subordinate(), let path else { return nil }
            return .crossSign(subordinate, certificatePath: path)
        case .signCRL: return revocationList().map { .signCRL($0) }
        }
    }

    private func issuer() -> CeremonyPlan.Issuer? {
        let path = required("issuer") { $0.filePath() }
        let algorithm = optional("signatureAlgorithm") { $0.signatureAlgorithm() }
        return path.map { CeremonyPlan.Issuer(path: $0, signatureAlgorithm: algorithm) }
    }

    private func subordinate() -> CeremonyPlan.Subordinate? {
        let issuer = issuer()
        let validity = required("validity") { $0.lifetime() }
        let pathLength = required("pathLength") { $0.pathLength() }
        let locations = locations(mayHavePartition: false)
        let digitalSignature = optional("digitalSignature", default: false) { $0.boolean() }
        let extendedKeyUsages = optional("extendedKeyUsages", default: []) { $0.extendedKeyUsages() }
        let certificatePolicies = optional("certificatePolicies", default: []) { $0.certificatePolicies() }
        let nameConstraints = optional("nameConstraints") { $0.nameConstraints() }
        guard let issuer, let validity, let pathLength else { return nil }
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
            issuer: issuer, rules: rules, pathLength: pathLength, locations: locations)
    }

    private func revocationList() -> CeremonyPlan.RevocationList? {
        let issuer = issuer()
        let validity = required("validity") { $0.lifetime() }
        let previous = required("previous") { $0.filePathOrNone() }
        let firstNumber = optional("firstNumber", default: 1) { $0.wholeNumber(in: 1...Int.max) }
        var serials: Set<[UInt8]> = []
        let revoked = optional("revoked") { node in
            node.list { entry -> CeremonyPlan.Revoked? in
                guard let found = entry.mapping({ $0.revoked() }) else { return nil }
                if !serials.insert(found.serial).inserted { entry.refuse("names a serial that another entry names") }
                return found
            }
        }
        guard let issuer, let validity, let previous else { return nil }
        return CeremonyPlan.RevocationList(
            issuer: issuer, validity: validity, previousPath: previous, firstNumber: UInt64(clamping: firstNumber),
            revoked: revoked ?? [])
    }

    private func revoked() -> CeremonyPlan.Revoked? {
        let serial = required("serial") { $0.serialNumber() }
        let reason = optional("reason", default: .unspecified) { $0.revocationReason() }
        let date = optional("date") { $0.time() }
        return serial.map { CeremonyPlan.Revoked(serial: $0, reason: reason, date: date) }
    }
}

extension NodeReader {
    /// A number, or `none` for no limit: to leave it open would leave it to chance.
    fileprivate func pathLength() -> PathLengthOrder? {
        if case .scalar(let scalar) = node, scalar.string == "none" { return .unlimited }
        return wholeNumber(in: 0...255).map { .limit($0) }
    }

    /// A path, or `none`: to leave it away would leave it to chance.
    fileprivate func filePathOrNone() -> String?? {
        if case .scalar(let scalar) = node, scalar.string == "none" { return .some(nil) }
        return filePath().map { .some($0) }
    }

    /// In hexadecimal, as `openssl x509 -serial` shows it; the content octets of its DER INTEGER.
    fileprivate func serialNumber() -> [UInt8]? {
        guard let text = text() else { return nil }
        let digits = text.utf8.compactMap(\.hexValue)
        guard digits.count == text.utf8.count, (1...40).contains(digits.count) else {
            refuse("is no serial number of at most 20 octets in hexadecimal")
            return nil
        }
        var octets: [UInt8] = []
        for (index, digit) in digits.reversed().enumerated() {
            if index.isMultiple(of: 2) { octets.append(digit) } else { octets[octets.count - 1] |= digit << 4 }
        }
        // Positive, and in its shortest form.
        while octets.count > 1, octets.last == 0 { octets.removeLast() }
        if let first = octets.last, first >= 0x80 { octets.append(0) }
        return octets.reversed()
    }

    fileprivate func revocationReason() -> RevocationReason? {
        choice(of: RevocationReason.allCases.filter(\.mayBeGiven).map { ($0.name, $0) })
    }

    fileprivate func time() -> Instant? {
        guard let text = text() else { return nil }
        guard let time = try? Instant(rfc3339: text), time.secondsSinceEpoch >= 0 else {
            refuse("is no time such as 2026-11-27T00:00:00Z")
            return nil
        }
        return time
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
