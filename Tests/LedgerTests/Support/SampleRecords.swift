import Foundation
import Timekeeping

@testable import Ledger

extension Instant {
    /// So many seconds after 1970.
    static func seconds(_ seconds: Int64) -> Instant { Instant(secondsSinceEpoch: seconds) ?? .latest }
}

func sampleRevocation(serial: [UInt8] = [0x41, 2, 3], reason: UInt8 = 1) -> Revocation {
    Revocation(
        authorityID: "issuing", authorityKeyID: [1, 2, 3], serial: serial, date: .seconds(1_800_000_000),
        reason: reason,
        requester: Intent.Requester(uid: 1000, gid: 100, pid: 4711), requestID: "req-0123456789abcd")
}

func sampleCRLIntent(number: UInt64 = 1, key: [UInt8] = [1, 2, 3]) -> CRLIntent {
    CRLIntent(
        crlID: UUID(), authorityID: "issuing", authorityKeyID: key, number: number, partition: nil,
        signatureAlgorithm: "ecdsa-sha256", configurationHash: [UInt8](repeating: 7, count: 32), basis: 1, entries: 0,
        thisUpdate: .seconds(1_800_000_000), nextUpdate: .seconds(1_800_086_400),
        tbsHash: [UInt8](repeating: 6, count: 32))
}

func sampleCheckpoint(sequence: UInt64 = 1, head: RecordHash = .zero, journalID: UUID = UUID()) -> Checkpoint {
    Checkpoint(
        statement: Checkpoint.Statement(
            journalID: journalID, sequence: sequence, head: head, time: .seconds(1_800_000_000)),
        signatureAlgorithm: "Ed25519", publicKey: [0x30, 0], signature: [UInt8](repeating: 5, count: 64))
}

func sampleImportedCertificate(
    serial: [UInt8] = [0x11], notAfter: Instant = .seconds(2_000_000_000), certificate: [UInt8]? = [0x30, 0]
) -> ImportedCertificate {
    ImportedCertificate(
        certificateID: UUID(), authorityID: "issuing", authorityKeyID: [1, 2, 3], serial: serial,
        notAfter: notAfter, subject: "CN=old", certificate: certificate, source: "index.txt")
}

func sampleImportedCRL(number: UInt64) -> ImportedCRL {
    ImportedCRL(
        authorityID: "issuing", authorityKeyID: [1, 2, 3], number: number, crlHash: [UInt8](repeating: 4, count: 32),
        source: "last.crl")
}

func sampleRestored() -> Restored {
    Restored(
        lastSequence: 0x100,
        floors: [.init(authorityKeyID: [1, 2, 3], number: 1 << 20), .init(authorityKeyID: [4], number: 5)],
        source: "/backup")
}

func sampleArchived(firstKept: UInt64 = 9, segments: [UInt64] = [1, 5]) -> Archived {
    Archived(
        firstKept: firstKept, segments: segments, floors: [.init(authorityKeyID: [1, 2, 3], number: 7)],
        expired: [.init(authorityKeyID: [1, 2, 3], serial: [0x41, 2, 3], notAfter: .seconds(1_800_000_000))],
        target: "/archive")
}
