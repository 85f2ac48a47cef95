import PublicKeys
import SwiftASN1
package import Timekeeping

extension Profile {
    /// Judges a request by everything that this profile and the issuer's chain have to say.
    ///
    /// - Parameters:
    ///   - validity: what the caller asked about the time.
    ///   - now: when the certificate is issued.
    ///   - found: what is against any certificate by this issuer now, to be told with the rest.
    /// - Returns: what the certificate will say.
    /// - Throws: `IssuanceError.refused` with every violation, not only the first.
    package func admit(
        _ request: CertificateRequest, validity order: ValidityOrder, by issuer: Issuer, at now: Instant,
        beside found: [Violation] = []
    ) throws(IssuanceError) -> CertificateTemplate {
        var violations = found
        keys.check(request.publicKey, into: &violations)
        issuer.checkIsFree(request.publicKey, into: &violations)
        let asked = RequestedExtensions(
            request, rules: requestedExtensions, admitsNames: true, violations: &violations)
        let names = subjectAlternativeNames.admit(asked.names, into: &violations)
        subject.check(request.subject, hasNames: !asked.names.isEmpty, into: &violations)
        issuer.checkIsFree(request.subject, into: &violations)
        checkCommonNames(of: request.subject, among: names.map(\.name), into: &violations)
        request.subject.checkEmailAddresses(among: names, into: &violations)
        if let constraints = asked.basicConstraints, constraints.isCA || constraints.pathLength != nil,
            !requestedExtensions.ignores(.basicConstraints)
        {
            violations.append(
                Violation(
                    .leafIsNoCA, at: "csr.extensions.basicConstraints", "A certificate of this profile is never a CA's."
                ))
        }
        let usage = KeyUsage.admit(
            asked.keyUsage, within: keyUsage, for: request.publicKey,
            ignoresOthers: requestedExtensions.ignores(.keyUsage), into: &violations)
        let purposes = KeyPurposes.admit(
            asked.purposes, within: extendedKeyUsages, ignoresOthers: requestedExtensions.ignores(.extendedKeyUsage),
            into: &violations)
        KeyPurposes.check(purposes, by: issuer, into: &violations)
        KeyPurposes.check(purposes, with: usage?.intersection(keyUsage), into: &violations)
        let period = validity.admit(order, by: issuer, at: now, into: &violations)
        issuer.checkNameConstraints(subject: request.subject, names: names, isCA: false, into: &violations)
        if kind == .publicTLS {
            BaselineCheck(profile: self, issuer: issuer).check(
                request, names: names, usage: usage, purposes: purposes, period: period, at: now, into: &violations)
        }
        guard violations.isEmpty, let period else { throw .refused(violations) }

        return CertificateTemplate(
            subject: request.subject.der, publicKey: request.publicKey, notBefore: period.notBefore,
            notAfter: period.notAfter,
            extensions: extensions(
                for: request, names: names.map(\.name.generalName), usage: usage, purposes: purposes, by: issuer))
    }

    /// In the order in which they are written.
    private func extensions(
        for request: CertificateRequest, names: [GeneralName], usage: KeyUsage?, purposes: [ASN1ObjectIdentifier],
        by issuer: Issuer
    ) -> [CertificateExtension] {
        var extensions = issuer.keyIdentifiers(for: request.publicKey)
        if let usage { extensions.append(.keyUsage(usage)) }
        if basicConstraints == .emptySequence { extensions.append(.basicConstraints(.leaf)) }
        if !purposes.isEmpty {
            extensions.append(.extendedKeyUsage(purposes, isCritical: isExtendedKeyUsageCritical))
        }
        if !certificatePolicies.isEmpty { extensions.append(.certificatePolicies(certificatePolicies)) }
        if !names.isEmpty {
            // RFC 5280 § 4.2.1.6: critical where there is nothing else to identify the subject.
            extensions.append(.subjectAlternativeName(names, isCritical: request.subject.isEmpty))
        }
        return extensions + (locations ?? issuer.locations).extensions
    }

    /// RFC 6125 § 6.4.4 leaves a common name to clients of old: it may not say what the alternative names do not. In public TLS it
    /// says it in the same letters, an address in the form of RFC 5952 § 4 (BR § 7.1.4.3).
    private func checkCommonNames(
        of subject: DistinguishedName, among names: [AdmittedName], into violations: inout [Violation]
    ) {
        let values = subject.attributes.filter { SubjectField($0.type) == .commonName }.map(\.value)
        guard kind != .general, !values.isEmpty else { return }
        let texts = Set(names.compactMap(\.commonName))
        for value in values {
            let asNamed = kind == .publicTLS ? value : IPAddress(parsing: value)?.description ?? value.asciiLowercased
            if !texts.contains(asNamed) {
                violations.append(
                    Violation(
                        .commonNameInSAN, at: "csr.subject.CN",
                        "The common name is not one of the DNS names and IP addresses among the subject alternative names"
                            + (kind == .publicTLS ? ", to the letter." : ".")))
            }
        }
    }
}

extension AdmittedName {
    /// What a common name says of it; `nil` for a name that none may say.
    fileprivate var commonName: String? {
        switch self {
        case .dns(let name): name.text
        case .ip(let address): address.description
        case .email, .uri: nil
        }
    }
}

extension Issuer {
    func keyIdentifiers(for key: PublicKey) -> [CertificateExtension] {
        [
            .authorityKeyIdentifier(keyIdentifier),
            .subjectKeyIdentifier(subjectKeyIdentifierMethod.identifier(of: key)),
        ]
    }
}

extension Locations {
    /// In the order in which they are written; none for an empty list.
    var extensions: [CertificateExtension] {
        var extensions: [CertificateExtension] = []
        if !cRLDistributionPoints.isEmpty { extensions.append(.cRLDistributionPoints(cRLDistributionPoints)) }
        if !ocsp.isEmpty || !caIssuers.isEmpty {
            extensions.append(.authorityInformationAccess(ocsp: ocsp, caIssuers: caIssuers))
        }
        return extensions
    }
}
