import DERCoding
import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

/// A CA with its key in memory.
struct TestAuthority: Sendable {
    let key: TestKey
    let issuer: Issuer

    /// What a CA's certificate says beside its name and key.
    struct Form: Sendable {
        var name = "Root"
        var subject: DistinguishedName?
        var notBefore = "2026-01-01T00:00:00Z"
        var notAfter = "2046-01-01T00:00:00Z"
        var extensions: [CertificateExtension]?
        var pathLength: Int?
        var keyUsage: KeyUsage = [.keyCertSign, .cRLSign]
        var purposes: [ASN1ObjectIdentifier] = []
        var nameConstraints: NameConstraints?
        var keyIdentifier: [UInt8]?
    }

    static let locations = Locations(
        cRLDistributionPoints: ["http://pki.example.org/ca.crl"], caIssuers: ["http://pki.example.org/ca.cer"],
        ocsp: ["http://ocsp.example.org"])

    /// A root, or a CA below `parent`.
    init(
        _ form: Form = Form(), key: TestKey, below parent: TestAuthority? = nil, locations: Locations = locations,
        algorithm: SignatureAlgorithm? = nil
    ) throws {
        let der = try Self.certificate(form, key: key, below: parent, algorithm: algorithm)
        self.key = key
        issuer = try Issuer(
            chain: [IssuerCertificate(der: der)] + (parent?.issuer.chain ?? []), signatureAlgorithm: algorithm,
            locations: locations)
    }

    static func certificate(
        _ form: Form, key: TestKey, below parent: TestAuthority? = nil, algorithm: SignatureAlgorithm? = nil
    ) throws -> [UInt8] {
        let subject = form.subject ?? DistinguishedName([(.country, "DE"), (.commonName, form.name)])
        let ownIdentifier =
            form.keyIdentifier ?? SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: key.publicKey)
        var extensions: [CertificateExtension] = [
            .authorityKeyIdentifier(parent?.issuer.keyIdentifier ?? ownIdentifier),
            .subjectKeyIdentifier(ownIdentifier),
            .keyUsage(form.keyUsage), .basicConstraints(.ca(pathLength: form.pathLength)),
        ]
        if !form.purposes.isEmpty { extensions.append(.extendedKeyUsage(form.purposes, isCritical: false)) }
        if let constraints = form.nameConstraints { extensions.append(.nameConstraints(constraints)) }
        let signer = parent?.key ?? key
        let algorithm = parent?.issuer.signatureAlgorithm ?? algorithm ?? .default(for: signer.publicKey)
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm.algorithmIdentifier,
            issuer: parent?.issuer.certificate.subject ?? subject.der,
            template: CertificateTemplate(
                subject: subject.der, publicKey: key.publicKey, notBefore: try Instant(rfc3339: form.notBefore),
                notAfter: try Instant(rfc3339: form.notAfter), extensions: form.extensions ?? extensions)
        ).der
        return try assemble(tbs, algorithm, signer.sign(tbs, algorithm))
    }

    static func assemble(_ tbs: [UInt8], _ algorithm: SignatureAlgorithm, _ signature: [UInt8]) -> [UInt8] {
        var writer = DERWriter()
        writer.constructed(DERTag.sequence) { certificate in
            certificate.encoded(tbs)
            certificate.encoded(algorithm.algorithmIdentifier)
            certificate.bitString(signature)
        }
        return writer.octets
    }

    /// Signs what was admitted.
    func issue(_ template: CertificateTemplate, serial: SerialNumber = .random()) throws -> IssuedCertificate {
        let prepared = try issuer.prepare(template, serial: serial)
        let signature = try key.verifiedSignature(over: prepared.tbs, issuer.signatureAlgorithm)
        return try prepared.seal(signature)
    }

    /// A P-256 root and a P-256 CA below it with room for one more, for tests that care for neither.
    static func shared() throws -> TestAuthority { try sharedResult.get() }

    private static let sharedResult = Result {
        let root = try TestAuthority(key: TestKey(.p256))
        var form = Form()
        form.name = "Issuing"
        form.notBefore = "2026-02-01T00:00:00Z"
        form.notAfter = "2036-01-01T00:00:00Z"
        form.pathLength = 1
        return try TestAuthority(form, key: TestKey(.p256), below: root)
    }
}
