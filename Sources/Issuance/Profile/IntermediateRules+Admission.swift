import PublicKeys
import SwiftASN1
package import Timekeeping

extension IntermediateRules {
    /// Judges a request for a CA's certificate by everything that these rules and the issuer's chain have to say.
    ///
    /// - Parameters:
    ///   - notAfter: the final second asked for.
    ///   - now: when the certificate is issued.
    ///   - found: what is against any certificate by this issuer now, to be told with the rest.
    /// - Throws: `IssuanceError.refused` with every violation, not only the first.
    package func admit(
        _ request: CertificateRequest, notBefore: Instant?, notAfter: Instant, pathLength: PathLengthOrder,
        by issuer: Issuer, at now: Instant, beside found: [Violation] = []
    ) throws(IssuanceError) -> CertificateTemplate {
        var violations = found
        keys.check(request.publicKey, into: &violations)
        issuer.checkIsFree(request.publicKey, forCAOf: request.subject, into: &violations)
        let asked = RequestedExtensions(
            request, rules: requestedExtensions, admitsNames: false, violations: &violations)
        checkSubject(of: request, by: issuer, into: &violations)
        let limit = pathLength.admit(under: issuer.remainingPathLength, into: &violations)
        check(asked, writing: limit, into: &violations)
        let purposes = KeyPurposes.admit(
            asked.purposes, within: extendedKeyUsages, ignoresOthers: requestedExtensions.ignores(.extendedKeyUsage),
            into: &violations)
        KeyPurposes.check(purposes, by: issuer, into: &violations)
        let period = validity.admit(
            ValidityOrder(notBefore: notBefore, notAfter: notAfter), by: issuer, at: now, into: &violations)
        issuer.checkNameConstraints(subject: request.subject, names: [], isCA: true, into: &violations)
        guard violations.isEmpty, let period else { throw .refused(violations) }

        return CertificateTemplate(
            subject: request.subject.der, publicKey: request.publicKey, notBefore: period.notBefore,
            notAfter: period.notAfter,
            extensions: extensions(for: request, pathLength: limit, purposes: purposes, by: issuer))
    }

    /// keyCertSign and cRLSign always.
    private var keyUsage: KeyUsage {
        setsDigitalSignature ? [.keyCertSign, .cRLSign, .digitalSignature] : [.keyCertSign, .cRLSign]
    }

    private func checkSubject(
        of request: CertificateRequest, by issuer: Issuer, into violations: inout [Violation]
    ) {
        guard !request.subject.isEmpty else {
            // RFC 5280 § 4.1.2.6, whatever the rules say of leaves.
            violations.append(Violation(.subjectEmpty, at: "csr.subject", "A CA's subject is not empty."))
            return
        }
        subject.check(request.subject, hasNames: false, into: &violations)
        request.subject.checkNoEmailAddress(ofCAWith: request.publicKey, by: issuer, into: &violations)
        issuer.checkIsFree(request.subject, forCAWith: request.publicKey, into: &violations)
    }

    private func check(_ asked: RequestedExtensions, writing limit: Int?, into violations: inout [Violation]) {
        if let constraints = asked.basicConstraints {
            let path = "csr.extensions.basicConstraints"
            if !constraints.isCA {
                violations.append(
                    Violation(.intermediateIsCA, at: path, "The request asks for a certificate that is no CA's."))
            }
            // Nothing is dropped in silence: a limit in the request has to be the one that will be written.
            if let length = constraints.pathLength, length != limit {
                violations.append(
                    Violation(
                        .pathLength, at: path,
                        "The request asks for path length \(length); state it as maxPathLength to have it written."))
            }
        }
        if let usage = asked.keyUsage, !keyUsage.isSuperset(of: usage), !requestedExtensions.ignores(.keyUsage) {
            violations.append(
                Violation(
                    .keyUsageAdmitted, at: "csr.extensions.keyUsage",
                    "The key usage \(usage.subtracting(keyUsage).names.joined(separator: ", ")) is not admitted."))
        }
    }

    /// In the order in which they are written.
    private func extensions(
        for request: CertificateRequest, pathLength: Int?, purposes: [ASN1ObjectIdentifier], by issuer: Issuer
    ) -> [CertificateExtension] {
        var extensions = issuer.keyIdentifiers(for: request.publicKey)
        extensions.append(.keyUsage(keyUsage))
        extensions.append(.basicConstraints(.ca(pathLength: pathLength)))
        if !purposes.isEmpty { extensions.append(.extendedKeyUsage(purposes, isCritical: false)) }
        if !certificatePolicies.isEmpty { extensions.append(.certificatePolicies(certificatePolicies)) }
        if let nameConstraints, !(nameConstraints.permitted.isEmpty && nameConstraints.excluded.isEmpty) {
            extensions.append(.nameConstraints(nameConstraints))
        }
        return extensions + issuer.locations.extensions
    }
}
