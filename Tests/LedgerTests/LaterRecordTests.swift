import DERCoding
import Foundation
import TestSupport
import Testing
import Timekeeping

@testable import Ledger

@Suite("Records of revocations, CRLs, checkpoints and what is taken over")
struct LaterRecordTests {
    static var bodies: [RecordBody] {
        var own = sampleRevocation(serial: [0x00, 0xff], reason: 0)
        own.requester = nil
        var partitioned = sampleCRLIntent(number: .max)
        (partitioned.partition, partitioned.basis, partitioned.entries) = (.max, .max, .max)
        var bare = sampleImportedCertificate(serial: [0x7f] + [UInt8](repeating: 0xff, count: 19))
        bare.certificate = nil
        var intent = sampleIntent()
        intent.crlPartition = 0
        return [
            .revoked(sampleRevocation()), .revoked(own), .crlIntent(sampleCRLIntent()), .crlIntent(partitioned),
            .checkpoint(sampleCheckpoint(sequence: .max)), .importedCertificate(sampleImportedCertificate()),
            .importedCertificate(bare), .importedCRL(sampleImportedCRL(number: 0)),
            .importedCRL(sampleImportedCRL(number: 1 << 63)), .intent(intent), .restored(sampleRestored()),
            .restored(Restored(lastSequence: 0, floors: [], source: "")), .archived(sampleArchived()),
            .archived(Archived(firstKept: .max, segments: [.max - 1], floors: [], expired: [], target: "")),
            // Other software's numbers.
            .revoked(sampleRevocation(serial: [0])), .revoked(sampleRevocation(serial: [0x80])),
            .importedCertificate(sampleImportedCertificate(serial: [UInt8](repeating: 1, count: 128))),
        ]
    }

    @Test("what is written reads back the same", arguments: bodies)
    func roundTrip(_ body: RecordBody) throws {
        var reader = DERReader(body.der)
        #expect(try RecordBody(body.kind, reading: &reader) == body)
        #expect(body.der.count + RecordFrame.count <= body.maximumOctets)
    }

    static let layouts: [(body: RecordBody, der: [UInt8])] = {
        let uuid = UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
        let id = DERBuilder.octetString([UInt8](0...15))
        let (name, key) = (DERBuilder.text(0x0c, "issuing"), DERBuilder.octetString([1, 2, 3]))
        let time = DERBuilder.integer([0x6b, 0x49, 0xd2, 0x00])
        var crl = sampleCRLIntent(number: 5)
        (crl.crlID, crl.partition, crl.basis, crl.entries) = (uuid, 3, 9, 0x0102)
        var certificate = sampleImportedCertificate()
        certificate.certificateID = uuid
        return [
            (
                .revoked(sampleRevocation()),
                DERBuilder.sequence(
                    name, key, DERBuilder.integer([0x41, 2, 3]), time, [0x0a, 0x01, 0x01],
                    DERBuilder.element(
                        0xa0,
                        DERBuilder.integer([0x03, 0xe8]) + DERBuilder.integer([0x64])
                            + DERBuilder.integer([0x12, 0x67])),
                    DERBuilder.text(0x0c, "req-0123456789abcd"))
            ),
            (
                .crlIntent(crl),
                DERBuilder.sequence(
                    id, name, key, DERBuilder.integer([5]), DERBuilder.element(0x80, [3]),
                    DERBuilder.text(0x0c, "ecdsa-sha256"), DERBuilder.octetString([UInt8](repeating: 7, count: 32)),
                    DERBuilder.integer([9]), DERBuilder.integer([1, 2]), time,
                    DERBuilder.integer([0x6b, 0x4b, 0x23, 0x80]),
                    DERBuilder.octetString([UInt8](repeating: 6, count: 32)))
            ),
            (
                .checkpoint(sampleCheckpoint(sequence: 8, journalID: uuid)),
                DERBuilder.sequence(
                    DERBuilder.sequence(
                        DERBuilder.text(0x0c, "countersign journal checkpoint"), id, DERBuilder.integer([8]),
                        DERBuilder.octetString([UInt8](repeating: 0, count: 32)), time),
                    DERBuilder.text(0x0c, "Ed25519"), DERBuilder.octetString([0x30, 0]),
                    DERBuilder.octetString([UInt8](repeating: 5, count: 64)))
            ),
            (
                .importedCertificate(certificate),
                DERBuilder.sequence(
                    id, name, key, DERBuilder.integer([0x11]), DERBuilder.integer([0x77, 0x35, 0x94, 0x00]),
                    DERBuilder.text(0x0c, "CN=old"), DERBuilder.element(0x80, [0x30, 0]),
                    DERBuilder.text(0x0c, "index.txt"))
            ),
            (
                .importedCRL(sampleImportedCRL(number: 6)),
                DERBuilder.sequence(
                    name, key, DERBuilder.integer([6]), DERBuilder.octetString([UInt8](repeating: 4, count: 32)),
                    DERBuilder.text(0x0c, "last.crl"))
            ),
            (
                .restored(sampleRestored()),
                DERBuilder.sequence(
                    DERBuilder.integer([0x01, 0x00]),
                    DERBuilder.sequence(
                        DERBuilder.sequence(key, DERBuilder.integer([0x10, 0, 0])),
                        DERBuilder.sequence(DERBuilder.octetString([4]), DERBuilder.integer([5]))),
                    DERBuilder.text(0x0c, "/backup"))
            ),
            (
                .archived(sampleArchived()),
                DERBuilder.sequence(
                    DERBuilder.integer([9]),
                    DERBuilder.sequence(DERBuilder.integer([1]), DERBuilder.integer([5])),
                    DERBuilder.sequence(DERBuilder.sequence(key, DERBuilder.integer([7]))),
                    DERBuilder.sequence(
                        DERBuilder.sequence(
                            key, DERBuilder.integer([0x41, 2, 3]), DERBuilder.integer([0x6b, 0x49, 0xd2, 0x00]))),
                    DERBuilder.text(0x0c, "/archive"))
            ),
        ]
    }()

    @Test("what is written is the format's, octet for octet", arguments: layouts)
    func layout(_ body: RecordBody, _ der: [UInt8]) {
        #expect(body.der == der)
    }

    static var impossible: [RecordBody] {
        var early = sampleRevocation()
        early.date = .seconds(-1)
        var backwards = sampleCRLIntent()
        backwards.nextUpdate = backwards.thisUpdate
        var short = sampleCRLIntent()
        short.tbsHash = [1]
        return [
            .revoked(sampleRevocation(serial: [])), .revoked(sampleRevocation(serial: [0xff, 0xff])),
            .revoked(sampleRevocation(serial: [UInt8](repeating: 1, count: 129))),
            .revoked(sampleRevocation(serial: [0, 1])),
            .revoked(sampleRevocation(reason: 7)), .revoked(sampleRevocation(reason: 11)), .crlIntent(backwards),
            .crlIntent(short), .crlIntent(sampleCRLIntent(number: 0)), .checkpoint(sampleCheckpoint(sequence: 0)),
            .importedCertificate(sampleImportedCertificate(serial: [0, 0x7f])), .archived(sampleArchived(firstKept: 5)),
            .archived(sampleArchived(segments: [])), .archived(sampleArchived(segments: [5, 1])),
        ]
    }

    @Test("what the journal would not hold is not read from it either", arguments: impossible)
    func refusedWhenRead(_ body: RecordBody) {
        var reader = DERReader(body.der)
        #expect(throws: DERError.self) { try RecordBody(body.kind, reading: &reader) }
    }

    @Test("a checkpoint reads back from its own octets, and from no others")
    func checkpoint() {
        let checkpoint = sampleCheckpoint(sequence: 77)
        #expect(Checkpoint(der: checkpoint.der) == checkpoint)
        #expect(Checkpoint(der: checkpoint.der + [0]) == nil)
        #expect(Checkpoint(der: checkpoint.der.dropLast()) == nil)
        #expect(Checkpoint(der: checkpoint.statement.der) == nil)
        #expect(Checkpoint(der: []) == nil)
    }
}
