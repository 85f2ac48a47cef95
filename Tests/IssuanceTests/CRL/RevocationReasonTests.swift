import Testing
import Timekeeping

@testable import Issuance

struct RevocationReasonTests {
    struct Row: Sendable {
        let number: UInt8
        let name: String
        var mayBeGiven = true
    }

    static let rows = [
        Row(number: 0, name: "unspecified"), Row(number: 1, name: "keyCompromise"),
        Row(number: 2, name: "cACompromise"),
        Row(number: 3, name: "affiliationChanged"), Row(number: 4, name: "superseded"),
        Row(number: 5, name: "cessationOfOperation"), Row(number: 6, name: "certificateHold", mayBeGiven: false),
        Row(number: 8, name: "removeFromCRL", mayBeGiven: false), Row(number: 9, name: "privilegeWithdrawn"),
        Row(number: 10, name: "aACompromise"),
    ]

    @Test("A reason has the standard's number and name, and may be given unless it is not for good", arguments: rows)
    func reasons(row: Row) throws {
        let reason = try #require(RevocationReason(name: row.name))
        #expect(reason.rawValue == row.number)
        #expect(reason.name == row.name)
        #expect(reason.mayBeGiven == row.mayBeGiven)
    }

    @Test("There are no others, and no other spellings")
    func complete() {
        #expect(RevocationReason.allCases.map(\.name) == Self.rows.map(\.name))
        #expect(RevocationReason(rawValue: 7) == nil)
        for text in ["", "KeyCompromise", "caCompromise", "hold", "keyCompromise "] {
            #expect(RevocationReason(name: text) == nil)
        }
    }

    @Test("A reason changes to keyCompromise and to nothing else")
    func changes() {
        for reason in RevocationReason.allCases {
            let others = RevocationReason.allCases.filter { $0 != reason && reason.mayBecome($0) }
            #expect(others == (reason == .keyCompromise ? [] : [.keyCompromise]))
            #expect(reason.mayBecome(reason))
        }
    }

    @Test(
        "A serial number is any INTEGER in its shortest form",
        arguments: [
            ([], false), ([0], true), ([1], true), ([0x80], true), ([0xff], true), ([0, 0x80], true),
            ([0, 0x7f], false),
            ([0, 0], false), ([0xff, 0x7f], true), ([0xff, 0x80], false),
            ([0] + [UInt8](repeating: 0xff, count: 20), true),
        ] as [([UInt8], Bool)])
    func serialNumbers(octets: [UInt8], isTaken: Bool) {
        #expect((RevokedCertificate(serialNumber: octets, at: now) != nil) == isTaken)
    }

    @Test("Entries are in the order of the numbers that their octets stand for")
    func order() throws {
        let ascending: [[UInt8]] = [
            [0x80, 0], [0xff, 0x7f], [0x80], [0xff], [0], [1], [0x7f], [0, 0x80], [0, 0xff], [1, 0], [0x7f, 0xff],
            [0, 0x80, 0], [1, 0, 0],
        ]
        let entries = try ascending.map { try RevokedCertificate.test($0) }
        #expect(try CRLTemplate.test(entries.shuffled()).entries == entries)
    }

    @Test("To be revoked for no specified reason is to be revoked without one")
    func unspecified() throws {
        #expect(try RevokedCertificate.test([1], .unspecified) == RevokedCertificate.test([1]))
    }
}
