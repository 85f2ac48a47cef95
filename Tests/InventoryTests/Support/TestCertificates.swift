import Foundation
import Ledger
import TestSupport
import Timekeeping

extension Instant {
    /// So many seconds after 1970.
    static func seconds(_ seconds: Int64) -> Instant { Instant(secondsSinceEpoch: seconds) ?? .latest }
}

/// What is to be in a certificate of a test.
struct TestCertificate {
    var serial: [UInt8] = [0x41] + (0..<15).map { _ in .random(in: .min ... .max) }
    var subject = "host.example"
    var names: [String] = []
    var notAfter = "300101000000Z"
    var authorityID = "issuing"
    var authorityKeyID: [UInt8] = [1, 2, 3]
    var profileID: UUID? = UUID(uuid: (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))
    var uid: UInt32 = 1000
    var csrHash = [UInt8](repeating: 9, count: 32)
    var crlPartition: UInt32?

    /// The DER of the algorithm that is said to sign.
    static let algorithm = DERBuilder.sequence(DERBuilder.objectIdentifier(1, 2, 840, 10045, 4, 3, 2))

    static func name(_ commonName: String) -> [UInt8] {
        DERBuilder.sequence(
            DERBuilder.set(
                DERBuilder.sequence(DERBuilder.objectIdentifier(2, 5, 4, 3), DERBuilder.text(0x0c, commonName))))
    }

    var tbs: [UInt8] {
        let alternativeNames = DERBuilder.sequence(
            DERBuilder.objectIdentifier(2, 5, 29, 17),
            DERBuilder.octetString(
                DERBuilder.element(0x30, names.flatMap { DERBuilder.text(0x82, $0) })))
        return DERBuilder.sequence(
            DERBuilder.element(0xa0, DERBuilder.integer([2])), DERBuilder.element(0x02, serial), Self.algorithm,
            Self.name("Issuing"),
            DERBuilder.sequence(DERBuilder.text(0x17, "260101000000Z"), DERBuilder.text(0x17, notAfter)),
            Self.name(subject),
            DERBuilder.sequence(Self.algorithm, DERBuilder.bitString([4, 1, 2])),
            names.isEmpty ? [] : DERBuilder.element(0xa3, DERBuilder.sequence(alternativeNames)))
    }

    func intent(id: UUID = UUID()) -> Intent {
        Intent(
            serial: serial, certificateID: id, authorityID: authorityID, authorityKeyID: authorityKeyID, kind: .leaf,
            profileID: profileID, crlPartition: crlPartition, signatureAlgorithm: "ecdsa-sha256",
            configurationHash: [UInt8](repeating: 7, count: 32),
            requester: Intent.Requester(uid: uid, gid: 100, pid: 4711), csrHash: csrHash, tbs: tbs,
            requestID: "req-0123456789abcd")
    }

    func imported(certificate: [UInt8]? = nil, subject: String = "CN=old", notAfter: Instant) -> ImportedCertificate {
        ImportedCertificate(
            certificateID: UUID(), authorityID: authorityID, authorityKeyID: authorityKeyID, serial: serial,
            notAfter: notAfter, subject: subject, certificate: certificate, source: "index.txt")
    }

    func revocation(reason: UInt8 = 4, at date: Instant = .seconds(1_800_000_000)) -> Revocation {
        Revocation(
            authorityID: authorityID, authorityKeyID: authorityKeyID, serial: serial, date: date, reason: reason,
            requester: Intent.Requester(uid: 1, gid: 2, pid: 3), requestID: "req-revoke")
    }
}

/// What a test's token signs: it is known.
func sampleSignature(of intent: Intent) -> [UInt8] { intent.serial.reversed() }

func sampleCRLIntent(
    number: UInt64, key: [UInt8] = [1, 2, 3], partition: UInt32? = nil, thisUpdate: Int64 = 1_800_000_000
) -> CRLIntent {
    CRLIntent(
        crlID: UUID(), authorityID: "issuing", authorityKeyID: key, number: number, partition: partition,
        signatureAlgorithm: "ecdsa-sha256", configurationHash: [UInt8](repeating: 7, count: 32), basis: number,
        entries: 3, thisUpdate: .seconds(thisUpdate), nextUpdate: .seconds(thisUpdate + 86_400),
        tbsHash: [UInt8](repeating: 6, count: 32))
}
