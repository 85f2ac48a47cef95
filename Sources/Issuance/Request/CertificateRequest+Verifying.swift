import DERCoding
import PublicKeys

extension CertificateRequest {
    /// RFC 7468 § 7: the second is what older software writes.
    private static let labels = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"]

    /// Reads one PEM block, strict DER within, and checks all that a request has to be whatever its profile: its syntax, its
    /// names, the proof of possession, its key.
    ///
    /// - Throws: `IssuanceError.refused` with every rule that is broken, as far as there was anything to read: first what is
    ///   malformed, then the signature, then the key.
    package init(verifying pem: String, policy: KeyPolicy) throws(IssuanceError) {
        let der: [UInt8]
        do throws(PEMError) {
            der = try PEM.decodeOne(pem, labels: Self.labels).der
        } catch {
            // What certtool writes by itself, and openssl where it is asked to.
            let remedy = error == .textOutside ? ": certtool --no-text makes it so, and openssl req without -text" : ""
            throw .refused([
                Violation(
                    .requestPEM, at: "csr",
                    "The CSR \(error); send one PEM block of the label CERTIFICATE REQUEST and nothing else\(remedy).")
            ])
        }
        try self.init(verifyingDER: der, policy: policy)
    }

    /// The same for a request that is not PEM.
    package init(verifyingDER der: [UInt8], policy: KeyPolicy) throws(IssuanceError) {
        let structure: CertificationRequestStructure
        do throws(DERError) {
            structure = try CertificationRequestStructure(der: der)
        } catch {
            throw .refused([
                Violation(.requestDER, at: "csr", "The CSR is not the DER of a PKCS#10 request: \(error).")
            ])
        }
        var violations: [Violation] = []
        Self.checkVersion(structure.version, violations: &violations)
        let subject = Self.subject(of: structure, violations: &violations)
        let attributes = RequestAttributes(structure, violations: &violations)
        let key = Self.publicKey(of: structure, violations: &violations)
        let algorithm = RequestSignature.algorithm(
            structure.buffer.encoding(structure.signatureAlgorithm), violations: &violations)
        if let key, let algorithm {
            RequestSignature.verify(
                structure.signature, over: structure.buffer.encoding(structure.information), by: key,
                algorithm: algorithm, violations: &violations)
        }
        if let key { violations += policy.violations(of: key) }
        guard let subject, let key, violations.isEmpty else { throw .refused(violations) }
        self.init(
            der: der, subject: subject, publicKey: key, extensions: attributes.extensions,
            otherAttributes: attributes.others)
    }

    /// RFC 2986 § 4.1: v1, which is written 0, is the only version.
    private static func checkVersion(_ version: ArraySlice<UInt8>, violations: inout [Violation]) {
        guard version != [0] else { return }
        let advice = "PKCS#10 has no version but 0; make the CSR with another tool or a newer release of it"
        violations.append(
            Violation(
                .requestVersion, at: "csr.version",
                version == [2]
                    ? "The CSR's version is 2, as old releases of Certbot wrote it; \(advice)."
                    : "The CSR's version is not 0; \(advice)."))
    }

    private static func subject(
        of structure: CertificationRequestStructure, violations: inout [Violation]
    ) -> DistinguishedName? {
        do throws(DERError) {
            return try DistinguishedName(
                reading: structure.subject, of: structure.buffer, at: "csr.subject", violations: &violations)
        } catch {
            violations.append(Violation(.requestDER, at: "csr.subject", "The subject is malformed: \(error)."))
            return nil
        }
    }

    private static func publicKey(
        of structure: CertificationRequestStructure, violations: inout [Violation]
    ) -> PublicKey? {
        do throws(PublicKeyError) {
            return try PublicKey(
                subjectPublicKeyInfo: Array(structure.buffer.encoding(structure.publicKeyInfo)))
        } catch {
            violations.append(
                Violation(
                    error.rule, at: "csr.publicKey",
                    "In the CSR \(error); use an RSA key of at least 2048 bits, an EC key on P-256, P-384 or P-521, or Ed25519."
                ))
            return nil
        }
    }
}

extension PublicKeyError {
    fileprivate var rule: Rule {
        switch self {
        case .malformed: .publicKeyMalformed
        case .unsupportedAlgorithm: .publicKeyAlgorithm
        case .unsupportedCurve: .publicKeyCurve
        case .unnamedCurve: .unnamedCurve
        case .invalidPoint(.compressed): .pointCompressed
        case .invalidPoint(.infinity): .pointAtInfinity
        case .invalidPoint(.wrongLength): .pointLength
        case .invalidPoint(.notOnCurve): .pointNotOnCurve
        case .invalidPoint(.smallOrder): .pointOfSmallOrder
        }
    }
}
