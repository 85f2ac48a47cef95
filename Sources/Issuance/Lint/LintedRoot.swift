import DERCoding
import PublicKeys

/// A root's TBSCertificate read back, to be judged by what its bytes say. As with `Lint`, what builds them has no part in it.
struct LintedRoot {
    let tbs: ParsedTBSCertificate
    private let publicKey: PublicKey
    /// `nil` for a value that does not read back.
    private let values: [CertificateExtension?]

    init(tbs octets: [UInt8], publicKey: PublicKey) throws(DERError) {
        var buffer = DERReader(octets)
        let element = try buffer.next(DERTag.sequence)
        try buffer.finish()
        tbs = try ParsedTBSCertificate(element, of: buffer)
        self.publicKey = publicKey
        values = (tbs.extensions ?? []).map { raw in
            raw.kind.flatMap { try? CertificateExtension($0, raw.reader, isCritical: raw.isCritical) }
        }
    }

    static func unreadable(_ error: DERError) -> Violation {
        finding("certificateSyntax", "RFC 5280 § 4.1", "Not a TBSCertificate in strict DER: \(error).")
    }

    private static func finding(_ name: String, _ source: String, _ message: String) -> Violation {
        Violation(Rule(name, source), at: "tbsCertificate", message)
    }

    /// - Returns: every finding; none for a root that may be signed.
    func findings(of template: CertificateTemplate) -> [Violation] {
        var findings: [Violation] = []
        func require(_ holds: Bool, _ name: String, _ source: String, _ message: String) {
            if !holds { findings.append(Self.finding(name, source, message)) }
        }
        let serial = tbs.serialNumber
        require(
            tbs.version.map { $0.elementsEqual([2]) } ?? false, "version", "RFC 5280 § 4.1.2.1",
            "The version is not 3.")
        require(
            serial.count == SerialNumber.size && serial.first.map { (0x01...0x7f).contains($0) } ?? false,
            "serialNumberForm", "RFC 5280 § 4.1.2.2",
            "The serial number is not of 20 octets with the first from 01 to 7f.")
        require(
            tbs.signatureAlgorithm.elementsEqual(SignatureAlgorithm.default(for: publicKey).algorithmIdentifier),
            "signatureAlgorithmOfKey", "RFC 5280 § 4.1.1.2", "The signature algorithm is not that of the key.")
        require(
            tbs.issuer.elementsEqual(tbs.subject), "issuerName", "RFC 5280 § 3.2",
            "Issuer and subject differ, to the octet: a root is issued by itself.")
        require(
            !tbs.subject.elementsEqual(CertificateTemplate.emptySubject)
                && (try? ComparableName(der: Array(tbs.subject))) != nil,
            "subjectForm", "RFC 5280 § 4.1.2.4, § 4.1.2.6", "The subject is empty, or is not a Name.")
        require(
            tbs.notBefore.instant < tbs.notAfter.instant, "timeOrder", "RFC 5280 § 4.1.2.5",
            "notBefore is not before notAfter.")
        require(
            tbs.notBefore.isOfTheRightType && tbs.notAfter.isOfTheRightType, "timeEncoding", "RFC 5280 § 4.1.2.5",
            "A time is of the wrong type for its year.")
        require(
            tbs.subjectPublicKeyInfo.elementsEqual(publicKey.subjectPublicKeyInfo), "subjectPublicKey",
            "RFC 5280 § 4.1.2.7", "The public key is not that of the key that signs, to the octet.")
        require(
            !tbs.hasUniqueIdentifiers, "uniqueIdentifiers", "RFC 5280 § 4.1.2.8", "There is a unique identifier.")
        if let fault = extensionFault() { findings.append(fault) }
        require(
            tbs.subject.elementsEqual(template.subject) && tbs.notBefore.instant == template.notBefore
                && tbs.notAfter.instant == template.notAfter
                && values.elementsEqual(template.extensions, by: { $0 == $1 }),
            "asPlanned", "what was asked for", "Subject, validity or extensions are not those that were asked for.")
        return findings
    }

    /// The four extensions of a root in their order, each critical where the standard says so, and no other.
    private func extensionFault() -> Violation? {
        for raw in tbs.extensions ?? [] {
            // X.690 § 11.5: the DEFAULT is left out, so what is encoded is TRUE.
            let isPlain = raw.criticality.map { $0.elementsEqual(CollectionOfOne(0xff)) } ?? true
            let isToBeCritical = raw.kind == .keyUsage || raw.kind == .basicConstraints
            guard isPlain, raw.isCritical == isToBeCritical else {
                return Self.finding(
                    "criticality", "RFC 5280 § 4.2.1",
                    "An extension is critical that must not be, or the other way round.")
            }
        }
        let identifier = SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: publicKey)
        let fixed: [CertificateExtension] = [
            .authorityKeyIdentifier(identifier), .subjectKeyIdentifier(identifier),
            .keyUsage([.keyCertSign, .cRLSign]),
        ]
        guard
            values.count == 4, values.prefix(3).elementsEqual(fixed, by: { $0 == $1 }),
            case .basicConstraints(.ca)?? = values.last
        else {
            return Self.finding(
                "rootExtensions", "RFC 5280 § 4.2.1; RFC 7093 § 2",
                "The extensions are not the key's identifier as authority's and as subject's, keyCertSign with cRLSign, and cA, in this order and without another."
            )
        }
        return nil
    }
}
