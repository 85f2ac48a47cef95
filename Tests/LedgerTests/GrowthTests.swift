import Testing
import Timekeeping

@testable import Ledger

@Suite("Growth")
struct GrowthTests {
    @Test("growth is counted from the time that is asked, or the journal's beginning")
    func growth() throws {
        let temporary = try TemporaryJournal()
        let journal = LaidOutJournal.sample
        try temporary.write(journal.files)
        let all = try JournalGrowth(directory: temporary.path, since: .earliest)
        #expect(all.since == journal.time && all.lastTime == journal.time)
        #expect(all.records == 13 && all.issued == 4 && all.segments == 2)
        let octets = journal.files.flatMap(\.batches).map(\.octets.count).reduce(0, +)
        #expect(all.octetsWritten == octets)
        #expect(all.octetsPerCertificate == octets / 4)
        #expect(all.octets == journal.files.map(\.octets.count).reduce(0, +))
        let later = try JournalGrowth(directory: temporary.path, since: .seconds(1_800_000_001))
        #expect(later.records == 0 && later.octetsPerCertificate == nil)
        #expect(later.since == .seconds(1_800_000_001))
    }
}
