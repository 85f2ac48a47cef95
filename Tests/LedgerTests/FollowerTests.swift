import Foundation
import Testing

@testable import Ledger

@Suite("Following a journal that grows")
struct FollowerTests {
    /// Reads as far as the head that is known.
    private func read(_ follower: inout JournalFollower, upTo head: UInt64) throws -> [JournalRecord] {
        var records: [JournalRecord] = []
        while case let batch = try follower.next(upTo: head), !batch.isEmpty { records += batch }
        return records
    }

    @Test("what is followed is what a reader finds, over many segments, whatever the steps")
    func agrees() async throws {
        let folder = try TemporaryJournal()
        let (journal, _) = try folder.open(JournalConfiguration(segmentOctets: 3000, allocationOctets: 4096))
        var follower = try JournalFollower(directory: folder.path)
        var followed: [JournalRecord] = []
        for count in [0, 1, 2, 7, 1, 20] {
            for _ in 0..<count { try await journal.issue(sampleIntent()) }
            followed += try read(&follower, upTo: journal.status.head)
            #expect(follower.place.next == journal.status.head + 1)
        }
        await journal.close()
        #expect(followed == (try folder.read().records))
        #expect(try folder.files.count > 3)
    }

    @Test("room that was read ahead is read again when it has been written, however much was written behind it")
    func readAhead() async throws {
        let folder = try TemporaryJournal()
        let (journal, _) = try folder.open(JournalConfiguration(allocationOctets: 4 << 20))
        var follower = try JournalFollower(directory: folder.path)
        var followed: [JournalRecord] = []
        // More than is read ahead, in batches of one record.
        for _ in 0..<3 {
            for _ in 0..<15 { try await journal.issue(sampleIntent(tbs: [UInt8](repeating: 0x30, count: 25_000))) }
            followed += try read(&follower, upTo: journal.status.head)
            #expect(follower.place.next == journal.status.head + 1)
        }
        await journal.close()
        #expect(followed == (try folder.read().records))
    }

    @Test("one that is made anew goes on where the last one was, also after a restart of the journal")
    func resumes() async throws {
        let folder = try TemporaryJournal()
        var place: JournalFollower.Place?
        var followed: [JournalRecord] = []
        for _ in 0..<4 {
            let (journal, _) = try folder.open(JournalConfiguration(segmentOctets: 1500, allocationOctets: 4096))
            for _ in 0..<3 { try await journal.issue(sampleIntent()) }
            var follower = try JournalFollower(directory: folder.path, from: place)
            followed += try read(&follower, upTo: journal.status.head)
            place = follower.place
            await journal.close()
        }
        #expect(followed == (try folder.read().records))
    }

    @Test("nothing beyond the head is read, though it may be there")
    func head() async throws {
        let folder = try TemporaryJournal()
        let (journal, _) = try folder.open()
        try await journal.issue(sampleIntent())
        await journal.close()
        var follower = try JournalFollower(directory: folder.path)
        #expect(try follower.next(upTo: 0).isEmpty)
        #expect(try follower.next(upTo: 1).map(\.sequence) == [1])
        #expect(try follower.next(upTo: 1).isEmpty)
    }

    @Test("a place that the journal does not have is corruption, not an end")
    func wrongPlace() async throws {
        let folder = try TemporaryJournal()
        let (journal, _) = try folder.open()
        try await journal.issue(sampleIntent())
        let head = journal.status.head
        await journal.close()
        let wrong = JournalFollower.Place(segment: 1, offset: SegmentHeader.count, next: 1, head: sampleHash)
        var follower = try JournalFollower(directory: folder.path, from: wrong)
        #expect(throws: LedgerError.self) { try follower.next(upTo: head) }
        #expect(throws: LedgerError.segmentMissing(directory: folder.path, sequence: 99)) {
            _ = try JournalFollower(
                directory: folder.path, from: JournalFollower.Place(segment: 99, offset: 84, next: 99, head: sampleHash)
            )
        }
    }

    private var sampleHash: RecordHash { RecordHash(hashing: [1], 0..<1) }

    @Test("who waits for the head hears of each record, and of the end")
    func waiting() async throws {
        let folder = try TemporaryJournal()
        let (journal, _) = try folder.open()
        let before = journal.status.head
        #expect(await journal.head(beyond: before - 1) == before)
        async let heard = journal.head(beyond: before)
        try await journal.issue(sampleIntent())
        #expect(try #require(await heard) > before)
        let head = journal.status.head
        async let end = journal.head(beyond: head)
        await journal.close()
        #expect(await end == nil)
    }
}
