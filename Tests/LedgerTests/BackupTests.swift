import Foundation
import Logging
import Testing
import Timekeeping

@testable import Ledger

@Suite("Back-up and restore")
struct BackupTests {
    private let temporary: TemporaryJournal
    private var copy: String { temporary.root + "/copy" }

    init() throws { temporary = try TemporaryJournal() }

    private static let small = JournalConfiguration(segmentOctets: 2000, allocationOctets: 4096)

    /// Issues, so many at a time.
    private func issue(_ counts: [Int], check: (Journal) async throws -> Void = { _ in }) async throws {
        let (journal, _) = try temporary.open(Self.small)
        for count in counts {
            for _ in 0..<count { try await journal.issue(sampleIntent()) }
            try await check(journal)
        }
        await journal.close()
    }

    private func restore(
        to path: String, publishedCRLs: [[UInt8]: UInt64] = [:], operations: FileOperations = .system
    ) async throws -> JournalRestoration.Outcome {
        try await JournalRestoration.restore(
            copy, to: path, publishedCRLs: publishedCRLs,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
            operations: operations)
    }

    @Test("a back-up beside a journal at work has all that was acknowledged before it, and adds what is new")
    func incremental() async throws {
        var kept: [Int] = []
        try await issue([1, 6, 1, 0, 12]) { journal in
            let head = journal.status.head
            let outcome = try JournalBackup.run(from: temporary.path, to: copy)
            kept.append(outcome.segmentsKept)
            let report = try JournalVerification.verify(directory: copy)
            #expect(report.faults == [])
            #expect(report.head == head)
            #expect(report.headHash == journal.status.headHash)
        }
        #expect(kept[0] == 0)
        // Nothing was new.
        let segments = try temporary.files.count
        #expect(kept[3] > 0)
        let last = try JournalBackup.run(from: temporary.path, to: copy)
        #expect(last.segmentsCopied == 0 && last.segmentsKept == segments)
        #expect(try TemporaryJournal.read(copy).records == temporary.read().records)
    }

    @Test("a copy that has what the journal has not is left as it is")
    func ahead() async throws {
        try await issue([3])
        _ = try JournalBackup.run(from: temporary.path, to: copy)
        let short = try temporary.octets(of: SegmentName.firstFile)
        try await issue([2])
        _ = try JournalBackup.run(from: temporary.path, to: copy)
        let names = try temporary.files
        let before = try TemporaryJournal.read(copy).records
        // The journal as it was before, and then another that went on from there.
        for name in names { try FileManager.default.removeItem(atPath: temporary.path + "/" + name) }
        try temporary.write(short, to: SegmentName.firstFile)
        for counts in [[], [9]] {
            if !counts.isEmpty { try await issue(counts) }
            let error = #expect(throws: JournalCopyError.self) {
                try JournalBackup.run(from: temporary.path, to: copy)
            }
            guard case .ahead = error else { throw error ?? .ahead("") }
            #expect(try TemporaryJournal.read(copy).records == before)
        }
    }

    @Test("a copy that has other records, or a segment more, than the journal is left as it is")
    func forked() async throws {
        let journal = LaidOutJournal.sample
        var longer = journal.edited
        longer.segments[0] += longer.segments.removeLast()
        // In one segment, the copy shorter than the journal, and not the same; and then the last segment missing.
        var short = journal
        short.segments.removeLast()
        for (original, copied) in [(longer, short), (short, journal)] {
            let (source, target) = (try TemporaryJournal(), try TemporaryJournal())
            try source.write(original.files)
            try target.write(copied.files)
            let before = try target.read().records
            let error = #expect(throws: JournalCopyError.self) {
                try JournalBackup.run(from: source.path, to: target.path)
            }
            guard case .ahead = error else { throw error ?? .ahead("") }
            #expect(try target.read().records == before)
        }
    }

    @Test("what is copied is on the journal's own disk before its copy has a name")
    func synchronized() async throws {
        try await issue([1])
        let trace = Trace()
        _ = try JournalBackup.run(from: temporary.path, to: copy, operations: trace.operations)
        let operations = trace.entries.map(\.operation)
        let synchronized = try #require(operations.firstIndex(of: .synchronizeData))
        #expect(trace.entries[synchronized].name == SegmentName.firstFile)
        #expect(try #require(operations.firstIndex(of: .write)) > synchronized)
        #expect(operations.suffix(3) == [.synchronize, .rename, .synchronize])
    }

    @Test("another journal's back-up is refused, and so is a folder with other things")
    func others() async throws {
        try await issue([1])
        let other = try TemporaryJournal()
        try other.write(LaidOutJournal.sample.files)
        let error = #expect(throws: JournalCopyError.self) {
            try JournalBackup.run(from: temporary.path, to: other.path)
        }
        switch error {
        case .otherJournal?, .ahead?: break
        default: Issue.record("\(String(describing: error))")
        }
        #expect(try other.verify().isSound)
        let notes = temporary.root + "/notes"
        try FileManager.default.createDirectory(atPath: notes, withIntermediateDirectories: false)
        try Data([1]).write(to: URL(fileURLWithPath: notes + "/a.txt"))
        #expect(throws: JournalCopyError.self) { try JournalBackup.run(from: temporary.path, to: notes) }
    }

    @Test("a back-up that fails at any call leaves a copy that the next one completes")
    func faults() async throws {
        try await issue([9])
        var nth = 1
        while true {
            try? FileManager.default.removeItem(atPath: copy)
            let script = FaultScript(
                at: nth, of: [.createDirectory, .open, .read, .write, .synchronize, .synchronizeData, .rename],
                .fail(EIO))
            let outcome = Result {
                try JournalBackup.run(from: temporary.path, to: copy, operations: script.operations)
            }
            guard script.struck else { break }
            #expect(throws: JournalCopyError.self, "\(nth)") { try outcome.get() }
            _ = try JournalBackup.run(from: temporary.path, to: copy)
            #expect(try TemporaryJournal.read(copy).records == temporary.read().records, "\(nth)")
            nth += 1
        }
        #expect(nth > 20)
    }

    @Test("a restored journal has all of the back-up, says so, and goes on behind a gap in the numbers of CRLs")
    func restored() async throws {
        let (journal, _) = try temporary.open(Self.small)
        let intent = sampleIntent()
        try await journal.issue(intent)
        let crl = sampleCRLIntent(number: 41)
        _ = try await journal.withIntent(
            crl, 0, outcome: { Issued(certificateID: crl.crlID, signature: [UInt8($0)]) },
            failure: { Abandonment(reason: "\($0)", outcome: .notSigned) }, perform: { $0 })
        // A signing that the back-up sees without its outcome.
        let open = sampleIntent()
        try await journal.issue(open) { _ = try JournalBackup.run(from: temporary.path, to: copy) }
        await journal.close()

        let place = temporary.root + "/restored"
        let outcome = try await restore(to: place, publishedCRLs: [[9]: 7, [1, 2, 3]: 12])
        #expect(outcome.abandoned.map(\.certificateID) == [open.certificateID])
        #expect(outcome.restored.lastSequence == 6)
        let report = try JournalVerification.verify(directory: place)
        #expect(report.faults == [])
        #expect(report.restorations.map(\.restored) == [outcome.restored])
        #expect(report.crlNumbers == [[1, 2, 3]: 41 + 1 << 20, [9]: 7 + 1 << 20])
        #expect(report.possiblySigned == 1)

        let (again, _) = try Journal.open(
            directory: place, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        #expect(again.lastCRLNumber(ofKey: [1, 2, 3]) == 41 + 1 << 20)
        await #expect(throws: LedgerError.serialReused) { try await again.issue(intent) }
        await again.close()
        // The same back-up goes on with the restored journal.
        #expect(throws: Never.self) { try JournalBackup.run(from: place, to: copy) }
    }

    @Test("a restore takes no place of anything, and leaves nothing of a back-up that is not sound")
    func refused() async throws {
        try await issue([3])
        _ = try JournalBackup.run(from: temporary.path, to: copy)
        await #expect(throws: JournalCopyError.self) { try await restore(to: temporary.path) }
        let place = temporary.root + "/restored"
        let file = copy + "/" + SegmentName.firstFile
        var octets = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        octets[200] ^= 1
        try Data(octets).write(to: URL(fileURLWithPath: file))
        await #expect(throws: JournalCopyError.self) { try await restore(to: place) }
        #expect(!FileManager.default.fileExists(atPath: place))
        #expect(!FileManager.default.fileExists(atPath: place + ".restoring"))
    }

    @Test("a restore that fails at any call leaves no journal, and the next one makes it")
    func restoreFaults() async throws {
        try await issue([2])
        _ = try JournalBackup.run(from: temporary.path, to: copy)
        var nth = 1
        while true {
            let place = temporary.root + "/restored-\(nth)"
            let script = FaultScript(
                at: nth, of: [.createDirectory, .open, .write, .synchronize, .synchronizeData, .allocate, .rename],
                .fail(EIO))
            var failed = false
            do { _ = try await restore(to: place, operations: script.operations) } catch { failed = true }
            guard script.struck else { break }
            if FileManager.default.fileExists(atPath: place) {
                // All was done, but for the certainty of it.
                #expect(try JournalVerification.verify(directory: place).restorations.count == 1, "\(nth)")
            } else {
                #expect(failed, "\(nth)")
                _ = try await restore(to: place)
                #expect(try JournalVerification.verify(directory: place).isSound, "\(nth)")
            }
            nth += 1
        }
        #expect(nth > 20)
    }

    @Test("a CRL's number that leaves no room for the gap is refused")
    func exhausted() async throws {
        try await issue([1])
        _ = try JournalBackup.run(from: temporary.path, to: copy)
        for number in [UInt64.max, UInt64(Int64.max) - 5] {
            await #expect(throws: JournalCopyError.self) {
                try await restore(to: temporary.root + "/restored", publishedCRLs: [[1]: number])
            }
        }
    }
}
