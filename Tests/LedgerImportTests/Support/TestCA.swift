import PKCS11
import PublicKeys
import Signing
import TestSupport
import Timekeeping

@testable import Issuance
@testable import LedgerImport

/// A CA of these tests, its key in memory, that gives whatever it is asked for.
struct TestCA {
    let authority: ImportedAuthority
    private let signer: InMemorySigner
    private let name: [UInt8]

    init(name: String = "Old CA", partitions: [PartitionTemplate] = []) throws {
        signer = try InMemorySigner(.p256)
        self.name = Self.name(name)
        let identifier = SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: signer.publicKey)
        let der = try Self.certificate(
            serial: [0x01], issuer: self.name, subject: self.name, signer,
            [
                .subjectKeyIdentifier(identifier), .keyUsage([.keyCertSign, .cRLSign]),
                .basicConstraints(.ca(pathLength: 0)),
            ])
        let authority = ImportedAuthority(
            id: "old", certificate: try IssuerCertificate(der: der), partitions: partitions)
        guard let authority else {
            throw TestSupportError("no subject key identifier")
        }
        self.authority = authority
    }

    private static func name(_ text: String) -> [UInt8] {
        DERBuilder.sequence(
            DERBuilder.set(DERBuilder.sequence(DERBuilder.objectIdentifier(2, 5, 4, 3), DERBuilder.text(0x0c, text))))
    }

    /// A certificate that ends with 2027-12-31T00:00:00Z.
    func certificate(serial: [UInt8], name subject: String = "leaf", crl url: String? = nil) throws -> [UInt8] {
        try Self.certificate(
            serial: serial, issuer: name, subject: Self.name(subject), signer,
            [.authorityKeyIdentifier(authority.keyID)] + (url.map { [.cRLDistributionPoints([$0])] } ?? []))
    }

    private static func certificate(
        serial: [UInt8], issuer: [UInt8], subject: [UInt8], _ signer: InMemorySigner,
        _ extensions: [CertificateExtension]
    ) throws -> [UInt8] {
        let algorithm = signer.algorithm.algorithmIdentifier
        var tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: issuer,
            template: CertificateTemplate(
                subject: subject, publicKey: signer.publicKey, notBefore: try Instant(rfc3339: "2026-01-01T00:00:00Z"),
                notAfter: try Instant(rfc3339: "2027-12-31T00:00:00Z"), extensions: extensions)
        ).der
        tbs = try replacingSerial(of: tbs, by: serial)
        return DERBuilder.sequence(tbs, algorithm, DERBuilder.bitString(try signer.octets(signing: tbs)))
    }

    /// Serials that our own would never be.
    private static func replacingSerial(of tbs: [UInt8], by serial: [UInt8]) throws -> [UInt8] {
        let parsed = CertificateSummary(tbs: tbs)?.serial ?? []
        let old = DERBuilder.element(0x02, parsed)
        guard let range = tbs.firstRange(of: old) else { throw TestSupportError("no serial") }
        var content = Array(tbs)
        content.replaceSubrange(range, with: DERBuilder.element(0x02, serial))
        // Behind the header, whose length is anew.
        let header = tbs[1] < 0x80 ? 2 : 2 + Int(tbs[1] & 0x7f)
        return DERBuilder.sequence(Array(content.dropFirst(header)))
    }

    func crl(
        number: UInt64, _ entries: [(serial: [UInt8], date: String, reason: RevocationReason?)],
        for scope: IssuingDistributionPoint? = nil
    ) throws -> CertificateRevocationList {
        let thisUpdate = try Instant(rfc3339: "2026-11-01T00:00:00Z")
        let nextUpdate = try Instant(rfc3339: "2026-12-01T00:00:00Z")
        let algorithm = signer.algorithm.algorithmIdentifier
        let revoked = try entries.map { entry -> RevokedCertificate in
            let date = try Instant(rfc3339: entry.date)
            guard let revoked = RevokedCertificate(serialNumber: entry.serial, at: date, for: entry.reason) else {
                throw TestSupportError("no serial")
            }
            return revoked
        }
        let tbs = TBSCertList(
            signature: algorithm, issuer: name, keyIdentifier: authority.keyID,
            template: CRLTemplate(
                number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate, entries: revoked,
                distributionPoint: scope)
        ).der
        return try CertificateRevocationList(
            der: DERBuilder.sequence(tbs, algorithm, DERBuilder.bitString(try signer.octets(signing: tbs))))
    }
}
