import Foundation
import TestSupport
import Testing

@testable import Ledger

@Suite("Recovery")
struct RecoveryTests {
    /// A journal of several batches, and where each ends: octets from the start of the file, and last record.
    struct Written {
        let journal: TemporaryJournal
        let octets: [UInt8]
        /// The genesis' batch is the first.
        let ends: [(octet: Int, record: UInt64)]

        init() async throws {
            journal = try TemporaryJournal()
            let (open, _) = try journal.open()
            var ends: [(Int, UInt64)] = []
            func note() { ends.append((open.status.octets, open.status.head)) }
            note()
            try await open.recordConfiguration(hash: [UInt8](repeating: 1, count: 32))
            note()
            try await open.issue(sampleIntent()) { note() }
            note()
            try? await open.issue(sampleIntent()) {
                note()
                throw TokenFailed()
            }
            note()
            await open.close()
            self.ends = ends
            octets = try journal.octets(of: SegmentName.firstFile)
        }

        var end: Int { ends.last?.octet ?? 0 }

        /// Every octet that was written, and some of the zeros behind.
        var places: [Int] {
            Array(0..<(end + 80)) + stride(from: end + 80, to: octets.count, by: 997) + [octets.count - 1]
        }

        /// The last record of the last batch that is whole in the first `count` octets.
        func lastRecord(in count: Int) -> UInt64? { ends.last { $0.octet <= count }?.record }
    }

    @Test("cut at any octet, the journal ends with the last batch that is whole")
    func truncation() async throws {
        let written = try await Written()
        for length in written.places + [written.octets.count] {
            try written.journal.write(Array(written.octets.prefix(length)), to: SegmentName.firstFile)
            guard let last = written.lastRecord(in: length) else {
                #expect(throws: LedgerError.self, "\(length)") { try written.journal.read() }
                continue
            }
            let (records, end) = try written.journal.read()
            #expect(records.last?.sequence == last, "\(length)")
            let sound = written.ends.last { $0.octet <= length }?.octet ?? 0
            #expect(end?.soundOctets == sound)
            #expect((end?.tornOctets ?? 0 > 0) == (sound < min(length, written.end)), "\(length)")
        }
    }

    @Test("any single octet changed is found: as a torn tail in the last batch and behind it, else as corruption")
    func flips() async throws {
        let written = try await Written()
        let lastBatch = written.ends[written.ends.count - 2].octet
        for index in written.places {
            var octets = written.octets
            octets[index] ^= 1 << (index % 8)
            try written.journal.write(octets, to: SegmentName.firstFile)
            if index < lastBatch {
                #expect(throws: LedgerError.self, "\(index)") { try written.journal.read() }
            } else {
                let (records, end) = try written.journal.read()
                #expect(records.last?.sequence == written.lastRecord(in: index), "\(index)")
                #expect(end?.tornOctets ?? 0 > 0, "\(index)")
            }
        }
    }

    @Test("batches left out, repeated or exchanged are corruption")
    func reordering() async throws {
        let written = try await Written()
        let ends = written.ends.map(\.octet)
        func batch(_ index: Int) -> ArraySlice<UInt8> { written.octets[ends[index - 1]..<ends[index]] }
        let head = written.octets[..<ends[0]]
        let all = (1..<ends.count).map { $0 }
        for index in all.dropLast() {
            let without = all.filter { $0 != index }
            let twice = all.flatMap { $0 == index ? [$0, $0] : [$0] }
            var swapped = all
            swapped.swapAt(index - 1, index)
            for order in [without, twice, swapped] {
                try written.journal.write(Array(head) + order.flatMap { batch($0) }, to: SegmentName.firstFile)
                #expect(throws: LedgerError.self, "\(order)") { try written.journal.read() }
            }
        }
        try written.journal.write(Array(head) + all.flatMap { batch($0) }, to: SegmentName.firstFile)
        #expect(try written.journal.read().records.count == Int(written.ends.last?.record ?? 0))
    }

    @Test("sectors of the last batch that never reached the disk leave a torn tail, whatever a requester wrote into it")
    func lostSectors() async throws {
        var random = SeededGenerator(environment: "LEDGER_TESTS_SEED")
        // What looks most like a batch header: one of another journal.
        let other = try await Written()
        let header = other.octets[other.ends[1].octet..<(other.ends[1].octet + BatchHeader.count)]
        let journal = try TemporaryJournal()
        let gate = Gate()
        let (open, _) = try journal.open(operations: gate.operations)
        let calls = gate.calls
        gate.close()
        var before = open.status
        // The first intent's batch is held up until the others wait: they are one batch, of many sectors.
        await withTaskGroup { group in
            group.addTask { try? await open.issue(sampleIntent()) { await open.close() } }
            await until { gate.calls > calls }
            for _ in 0..<5 {
                group.addTask {
                    try? await open.issue(sampleIntent(tbs: Array(repeatElement(header, count: 20).joined())))
                }
            }
            await until { open.status.openIntents == 6 }
            // The next to be released is the batch of five.
            gate.open()
            await until { open.status.head > before.head }
            before.head += 1
        }
        let octets = try journal.octets(of: SegmentName.firstFile)
        let (records, sound) = try journal.read()
        #expect(records.last?.sequence == before.head + 5)
        let end = try #require(sound?.soundOctets)
        let start = end - (BatchHeader.count + records.suffix(5).map(\.body).reduce(0) { $0 + size(of: $1) })
        for _ in 0..<200 {
            var damaged = octets
            for sector in (start / 512)...(end / 512) where Bool.random(using: &random) {
                for index in max(start, sector * 512)..<max(start, min(end, sector * 512 + 512)) {
                    damaged[index] = 0
                }
            }
            try journal.write(damaged, to: SegmentName.firstFile)
            let (records, _) = try journal.read()
            #expect(records.last?.sequence == before.head + (damaged == octets ? 5 : 0), "\(random)")
        }
    }

    private func size(of body: RecordBody) -> Int { RecordFrame.count + body.der.count }

    @Test("a batch from another copy of the same journal is corruption, though its sequence numbers fit")
    func forked() async throws {
        let (one, two) = (try TemporaryJournal(), try TemporaryJournal())
        let (base, _) = try one.open()
        await base.close()
        try FileManager.default.copyItem(atPath: one.path, toPath: two.path)
        var middles: [Int] = []
        for journal in [one, two] {
            let (open, _) = try journal.open()
            try await open.recordConfiguration(hash: [journal === one ? 1 : 2])
            middles.append(open.status.octets)
            try await open.recordConfiguration(hash: [4, 5, 6, 7])
            await open.close()
        }
        #expect(middles[0] == middles[1])
        let (left, right) = (
            try one.octets(of: SegmentName.firstFile), try two.octets(of: SegmentName.firstFile)
        )
        try one.write(Array(left[..<middles[0]] + right[middles[0]...]), to: SegmentName.firstFile)
        #expect(throws: LedgerError.self) { try one.read() }
    }

    @Test("an open intent is on record as possibly signed after the next start, once")
    func openIntent() async throws {
        let journal = try TemporaryJournal()
        let intent = sampleIntent()
        let (first, _) = try journal.open()
        // The journal closes while the token works: as if the process had ended there.
        await #expect(throws: LedgerError.self) { try await first.issue(intent) { await first.close() } }
        let (second, recovery) = try journal.open()
        #expect(recovery.abandoned.map(\.certificateID) == [intent.certificateID])
        #expect(recovery.abandoned.map(\.subject) == [.certificate(serial: intent.serial)])
        #expect(recovery.recordsRead == 2)
        #expect(recovery.lastSequence == 3)
        await second.close()
        let (third, again) = try journal.open()
        #expect(again.abandoned.isEmpty)
        await third.close()
        #expect(try journal.read().records.abandonments(of: intent.certificateID).map(\.outcome) == [.possiblySigned])
    }

    @Test("a torn tail is cut off and reported, kept for people, and the journal goes on")
    func tornTail() async throws {
        let written = try await Written()
        let cut = written.end - 3
        try written.journal.write(Array(written.octets.prefix(cut)), to: SegmentName.firstFile)
        let (journal, recovery) = try written.journal.open()
        #expect(recovery.tornOctets == cut - written.ends[written.ends.count - 2].octet)
        #expect(recovery.abandoned.count == 1)
        let intent = sampleIntent()
        try await journal.issue(intent)
        await journal.close()
        #expect(try written.journal.read().records.hasIssued(intent))
        #expect(try written.journal.octets(of: SegmentName.firstFile + ".torn.1").count == cut)
        let (again, clean) = try written.journal.open()
        #expect(clean.tornOctets == 0)
        await again.close()
    }

    @Test("the last segment is another file after a start, on the disk before it has its name")
    func tailIsCopied() async throws {
        let journal = try TemporaryJournal()
        let (first, _) = try journal.open()
        await first.close()
        let trace = Trace()
        let (second, _) = try journal.open(operations: trace.operations)
        await second.close()
        let changes = trace.entries.filter { [.write, .synchronize, .rename].contains($0.operation) }
        #expect(changes.map(\.operation) == [.write, .synchronize, .rename, .synchronize])
        #expect(changes.map(\.name).first == SegmentName.firstFile + ".new")
        #expect(changes.map(\.name).last == "journal")
    }
}
