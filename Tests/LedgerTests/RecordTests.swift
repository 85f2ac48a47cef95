import Foundation
import SwiftASN1
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
        var bytes: [UInt8] = [0xaa]
        body.encode(into: &bytes)
        var reader = DERReader(bytes, 1..<bytes.count)
        #expect(try RecordBody(body.kind, reading: &reader) == body)
        #expect(bytes.count <= body.maximumOctets)
    }

    @Test("an independent reader finds strict DER", arguments: bodies)
    func isDER(_ body: RecordBody) throws {
        var bytes: [UInt8] = []
        body.encode(into: &bytes)
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
            var bytes: [UInt8] = []
            body.encode(into: &bytes)
            for length in 0..<bytes.count {
                var reader = DERReader(bytes, 0..<length)
                #expect(throws: DERReader.Malformed.self) { try RecordBody(body.kind, reading: &reader) }
            }
            var longer = DERReader(bytes + [0], 0..<(bytes.count + 1))
            #expect(throws: DERReader.Malformed.self) { try RecordBody(body.kind, reading: &longer) }
            for index in bytes.indices {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[index] ^= 1 << bit
                    var reader = DERReader(changed, 0..<changed.count)
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
        var reader = DERReader(bytes, 0..<bytes.count)
        #expect(throws: DERReader.Malformed.self) {
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
