import DERCoding
import Foundation
import SwiftASN1
import TestSupport
import Testing

@testable import Ledger

@Suite("Records in DER")
struct RecordTests {
    static var bodies: [RecordBody] {
        let intent = sampleIntent()
        var bare = sampleIntent()
        bare.profileID = nil
        bare.kind = .intermediate
        bare.serial = [0x00, 0x80]
        bare.requester = Intent.Requester(uid: .max, gid: 0, pid: .max)
        let lengths = [0, 1, 126, 127, 128, 200, 255, 256, 65_535, 65_536, 100_000]
        return [
            .genesis(Genesis(journalID: UUID(), formatVersion: 1, host: "häßlich")),
            .configurationLoaded(ConfigurationLoaded(configurationHash: [UInt8](repeating: 0xff, count: 32))),
            .intent(intent), .intent(bare),
        ]
            + lengths.map { .intent(sampleIntent(tbs: [UInt8](repeating: 0x5a, count: $0))) }
            + [0, 127, 128, 255, 256, 1 << 63, .max].map {
                .issued(Issued(certificateID: UUID(), signature: [1, 2, 3]), intent: $0)
            }
            + Abandonment.Outcome.allCases.map {
                .abandoned(Abandonment(reason: "no 日本語", outcome: $0), certificateID: UUID(), intent: 5)
            }
    }

    @Test("what is written reads back the same", arguments: bodies)
    func roundTrip(_ body: RecordBody) throws {
        let bytes = [0xaa] + body.der
        var reader = DERReader(bytes, in: 1..<bytes.count)
        #expect(try RecordBody(body.kind, reading: &reader) == body)
        #expect(bytes.count <= body.maximumOctets)
    }

    /// Every kind, with the octets that the format gives it.
    static let layouts: [(body: RecordBody, der: [UInt8])] = {
        let uuid = UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
        let id = DERBuilder.octetString([UInt8](0...15))
        let requester = DERBuilder.sequence(
            DERBuilder.integer([0xff, 0xff, 0xff, 0xff]), DERBuilder.integer([]), DERBuilder.integer([0x80]))
        let fields = { (kind: UInt8, profile: [UInt8]) in
            DERBuilder.sequence(
                id, [0x0a, 0x01, kind], DERBuilder.text(0x0c, "ä"), DERBuilder.octetString([1, 2]),
                DERBuilder.integer([0x80, 0x00]), DERBuilder.text(0x0c, "Ed25519"), profile,
                DERBuilder.octetString([3]), requester, DERBuilder.text(0x0c, ""), DERBuilder.octetString([]),
                DERBuilder.octetString([UInt8](repeating: 0x5a, count: 300)))
        }
        var intent = Intent(
            serial: [0x00, 0x80, 0x00], certificateID: uuid, authorityID: "ä", authorityKeyID: [1, 2], kind: .leaf,
            profileID: uuid, signatureAlgorithm: "Ed25519", configurationHash: [3],
            requester: Intent.Requester(uid: .max, gid: 0, pid: 0x80), csrHash: [],
            tbs: [UInt8](repeating: 0x5a, count: 300), requestID: "")
        let leaf = intent
        (intent.kind, intent.profileID) = (.intermediate, nil)
        return [
            (
                .genesis(Genesis(journalID: uuid, formatVersion: 1, host: "h")),
                DERBuilder.sequence(id, DERBuilder.integer([1]), DERBuilder.text(0x0c, "h"))
            ),
            (
                .configurationLoaded(ConfigurationLoaded(configurationHash: [7, 8])),
                DERBuilder.sequence(DERBuilder.octetString([7, 8]))
            ),
            (.intent(leaf), fields(0, DERBuilder.element(0x80, [UInt8](0...15)))),
            (.intent(intent), fields(1, [])),
            (
                .issued(
                    Issued(certificateID: uuid, signature: [UInt8](repeating: 9, count: 128)), intent: 0x1234),
                DERBuilder.sequence(
                    DERBuilder.integer([0x12, 0x34]), id,
                    DERBuilder.octetString([UInt8](repeating: 9, count: 128)))
            ),
            (
                .abandoned(Abandonment(reason: "日", outcome: .possiblySigned), certificateID: uuid, intent: 0),
                DERBuilder.sequence(
                    DERBuilder.integer([]), id, [0x0a, 0x01, 0x01], DERBuilder.text(0x0c, "日"))
            ),
        ]
    }()

    @Test("what is written is the format's, octet for octet", arguments: layouts)
    func layout(_ body: RecordBody, _ der: [UInt8]) {
        #expect(body.der == der)
    }

    @Test("a record whose length takes four octets is none of ours", arguments: [(-1, true), (0, false)])
    func enormous(_ difference: Int, _ isRead: Bool) {
        // The frame of the signature, and what stands before it, are 26 octets.
        let signature = [UInt8](repeating: 1, count: (1 << 24) - 26 + difference)
        let bytes = DERBuilder.sequence(
            DERBuilder.integer([1]), DERBuilder.octetString([UInt8](0...15)), DERBuilder.octetString(signature))
        var reader = DERReader(bytes)
        #expect(((try? RecordBody(.issued, reading: &reader)) != nil) == isRead)
    }

    @Test("an independent reader finds strict DER", arguments: bodies)
    func isDER(_ body: RecordBody) throws {
        let bytes = body.der
        let node = try DER.parse(bytes)
        #expect(node.identifier == .sequence)
        try DER.sequence(node, identifier: .sequence) { nodes in
            while let element = nodes.next() {
                if element.identifier == .integer { _ = try ArraySlice<UInt8>(derEncoded: element) }
                if element.identifier == .utf8String { _ = try ASN1UTF8String(derEncoded: element) }
            }
        }
    }

    @Test("an octet more, an octet less, and any octet changed in the frame of a body are refused or read as another")
    func mutations() throws {
        for body in Self.bodies where body.maximumOctets < 1000 {
            let bytes = body.der
            for length in 0..<bytes.count {
                var reader = DERReader(bytes, in: 0..<length)
                #expect(throws: DERError.self) { try RecordBody(body.kind, reading: &reader) }
            }
            var longer = DERReader(bytes + [0])
            #expect(throws: DERError.self) { try RecordBody(body.kind, reading: &longer) }
            for index in bytes.indices {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[index] ^= 1 << bit
                    var reader = DERReader(changed)
                    let read = try? RecordBody(body.kind, reading: &reader)
                    #expect(read != body, "octet \(index), bit \(bit)")
                }
            }
        }
    }

    @Test(
        "a length or a number in more octets than it needs is not DER",
        arguments: [
            [0x30, 0x81, 0x03, 0x04, 0x01, 0x00], [0x30, 0x80, 0x04, 0x01, 0x00, 0x00, 0x00],
            [0x30, 0x04, 0x04, 0x81, 0x01, 0x00], [0x30, 0x84, 0x00, 0x00, 0x00, 0x03, 0x04, 0x01, 0x00],
        ] as [[UInt8]])
    func longForms(_ bytes: [UInt8]) {
        var reader = DERReader(bytes)
        #expect(throws: DERError.self) {
            try RecordBody(.configurationLoaded, reading: &reader)
        }
    }

    @Test("a long reason is cut between two characters", arguments: [1023, 1024, 1025, 1026])
    func longReason(_ padding: Int) throws {
        let reason = String(repeating: "x", count: padding) + "日本語"
        let cut = Abandonment(reason: reason, outcome: .notSigned).recordedReason
        #expect(cut.utf8.count <= Abandonment.maximumReasonOctets)
        #expect(cut.utf8.count > Abandonment.maximumReasonOctets - 4)
        #expect(reason.hasPrefix(cut))
    }

    static let badSerials: [[UInt8]] = [
        [], [0], [0, 0], [0x80], [0xff, 1], [0, 0x7f], [UInt8](repeating: 1, count: 21),
    ]

    @Test("a serial that is empty, zero, negative, padded or too long is refused", arguments: badSerials)
    func badSerial(_ serial: [UInt8]) {
        #expect(throws: LedgerError.self) { try sampleIntent(serial: serial).check() }
    }

    @Test("a serial of one to twenty octets passes", arguments: [[1], [0, 0x80], [UInt8](repeating: 0x7f, count: 20)])
    func goodSerial(_ serial: [UInt8]) throws {
        try sampleIntent(serial: serial).check()
    }
}
