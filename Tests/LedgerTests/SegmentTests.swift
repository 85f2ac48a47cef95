import Foundation
import Testing

@testable import Ledger

@Suite("Segments")
struct SegmentTests {
    /// A journal of many small segments.
    private func written() async throws -> TemporaryJournal {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open(JournalConfiguration(segmentOctets: 700, allocationOctets: 4096))
        for _ in 0..<6 { try await journal.issue(sampleIntent()) }
        await journal.close()
        return temporary
    }

    @Test(
        "a name is 20 digits and the suffix, and nothing else is",
        arguments: [
            ("00000000000000000001.journal", 1), ("18446744073709551615.journal", UInt64.max),
            ("1.journal", nil), ("00000000000000000001.journal.new", nil), ("0000000000000000000a.journal", nil),
            ("99999999999999999999.journal", nil), ("+0000000000000000001.journal", nil), ("", nil),
        ] as [(String, UInt64?)])
    func names(_ name: String, _ sequence: UInt64?) {
        #expect(SegmentName(name)?.firstSequence == sequence)
        if let sequence { #expect(SegmentName(firstSequence: sequence).description == name) }
    }

    @Test("the chain goes on from segment to segment, and each is named for its first record")
    func rotation() async throws {
        let temporary = try await written()
        let files = try temporary.files
        #expect(files.count >= 5)
        let records = try temporary.read().records
        #expect(records.map(\.sequence) == Array(1...13))
        #expect(zip(records, records.dropFirst()).allSatisfy { $0.hash == $1.previous })
        for file in files {
            let header = try SegmentHeader(try temporary.octets(of: file), path: file)
            #expect(SegmentName(file)?.firstSequence == header.start.next)
        }
        let (journal, recovery) = try temporary.open()
        #expect(recovery.recordsRead == 13)
        let total = try files.reduce(0) { $0 + (try temporary.octets(of: $1).count) }
        #expect(journal.status.octets <= total)
        await journal.close()
    }

    @Test("a segment left out is named, except the last, which only a checkpoint can miss")
    func leftOut() async throws {
        let temporary = try await written()
        for file in try temporary.files.dropLast() {
            let octets = try temporary.octets(of: file)
            try FileManager.default.removeItem(atPath: temporary.path + "/" + file)
            #expect(
                throws: LedgerError.segmentMissing(
                    directory: temporary.path, sequence: try #require(SegmentName(file)?.firstSequence))
            ) {
                try temporary.read()
            }
            try temporary.write(octets, to: file)
        }
        #expect(try temporary.read().records.count == 13)
    }

    @Test("segments exchanged, repeated or of another journal are corruption")
    func exchanged() async throws {
        let (temporary, other) = (try await written(), try await written())
        let files = try temporary.files
        for (file, wrong) in zip(files, files.dropFirst()) {
            let octets = try temporary.octets(of: file)
            for replacement in [try temporary.octets(of: wrong), try other.octets(of: file)] {
                try temporary.write(replacement, to: file)
                #expect(throws: LedgerError.self) { try temporary.read() }
            }
            try temporary.write(octets, to: file)
        }
        #expect(try temporary.read().records.count == 13)
    }

    @Test("what would be a torn tail in the last segment is corruption in an earlier one")
    func damagedEnd() async throws {
        let temporary = try await written()
        let files = try temporary.files
        for file in files.dropLast() {
            let octets = try temporary.octets(of: file)
            let last = try #require(octets.lastIndex { $0 != 0 })
            var damaged = octets
            damaged[last] ^= 1
            for change in [damaged, Array(octets.prefix(last)), octets + [1]] {
                try temporary.write(change, to: file)
                #expect(throws: LedgerError.self) { try temporary.read() }
            }
            // Room that was not given back is no damage.
            try temporary.write(octets + [0, 0, 0], to: file)
            #expect(try temporary.read().records.count == 13)
            try temporary.write(octets, to: file)
        }
    }

    @Test(
        "a header whose number leaves none to go on with is damage",
        arguments: [0, 1 << 62 + 1, .max - 1, .max] as [UInt64])
    func extremes(_ next: UInt64) async throws {
        let temporary = try TemporaryJournal()
        let id = UUID()
        for octets in [[], [1]] as [[UInt8]] {
            let header = SegmentHeader(journalID: id, start: ChainPosition(next: next, head: .zero))
            try temporary.write([
                .init(name: "\(SegmentName(firstSequence: next))", header: header.bytes + octets, batches: [])
            ])
            #expect(throws: LedgerError.self) { try temporary.read() }
            #expect(throws: LedgerError.self) { _ = try temporary.open() }
            #expect(throws: LedgerError.self) { _ = try JournalFollower(directory: temporary.path) }
        }
    }
}
