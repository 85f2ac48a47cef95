import Foundation
import Logging
import Synchronization
import Testing
import Timekeeping

@testable import Ledger

@Suite("Segments leave a journal when nothing in them is needed any more")
struct ArchiveTests {
    private let folder: TemporaryJournal
    private var target: String { folder.root + "/archive" }
    private static let start: Int64 = 1_800_000_000
    private static let key: [UInt8] = [1, 2, 3]

    init() throws { folder = try TemporaryJournal() }

    /// A TBSCertificate of these tests says nothing but its end.
    private static func tbs(until seconds: Int64) -> [UInt8] {
        [0x30, 0x08] + (0..<8).map { UInt8(truncatingIfNeeded: seconds >> (56 - 8 * $0)) }
    }

    private static func notAfter(_ tbs: [UInt8]) -> Instant? {
        guard tbs.count == 10 else { return nil }
        return Instant(secondsSinceEpoch: tbs.dropFirst(2).reduce(0) { $0 << 8 | Int64($1) })
    }

    private func intent(until seconds: Int64, serial: [UInt8]? = nil) -> Intent {
        sampleIntent(serial: serial, tbs: Self.tbs(until: Self.start + seconds))
    }

    private static let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    /// Works at that time, so many seconds after the start, in a segment of its own.
    ///
    /// - Parameter octets: those after which a segment is followed by another; by default each record begins one.
    private func segment(
        at seconds: Int64, octets: Int = 1, _ work: (Journal) async throws -> Void
    ) async throws {
        let clock = WallClock { .seconds(Self.start + seconds) }
        let (journal, _) = try folder.open(
            JournalConfiguration(segmentOctets: octets, allocationOctets: 4096), clock: clock)
        try await work(journal)
        await journal.close()
    }

    private func publish(
        _ number: UInt64, of partition: UInt32? = nil, basis: UInt64, at seconds: Int64, in journal: Journal
    ) async throws {
        var crl = sampleCRLIntent(number: number)
        crl.partition = partition
        (crl.basis, crl.thisUpdate) = (basis, .seconds(Self.start + seconds))
        crl.nextUpdate = .seconds(Self.start + seconds + 1000)
        let id = crl.crlID
        _ = try await journal.withIntent(
            crl, 0, outcome: { Issued(certificateID: id, signature: [UInt8($0)]) },
            failure: { Abandonment(reason: "\($0)", outcome: .notSigned) }, perform: { $0 })
    }

    private func plan(keeping: Int64 = 0, at seconds: Int64 = 10_000) throws -> ArchivePlan {
        try JournalArchive.plan(
            folder.path, keeping: keeping, notAfter: Self.notAfter, clock: WallClock { .seconds(Self.start + seconds) })
    }

    @discardableResult
    private func archive(
        to path: String? = nil, keeping: Int64 = 0, at seconds: Int64 = 10_000, operations: FileOperations = .system
    ) async throws -> JournalArchive.Outcome {
        try await JournalArchive.run(
            folder.path, to: path ?? target, keeping: keeping, notAfter: Self.notAfter,
            clock: WallClock { .seconds(Self.start + seconds) }, logger: Self.logger, operations: operations)
    }

    /// Records in the archive, and behind them those of the journal.
    private func all() throws -> [JournalRecord] {
        var reader = try JournalReader(directory: folder.path, archives: [target])
        var records: [JournalRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    private func verify(archives: [String] = [], checkpoints: [Checkpoint] = []) throws -> JournalReport {
        var evidence = JournalVerification.Evidence()
        evidence.checkpoints = checkpoints.map { ($0, "kept") }
        return try JournalVerification.verify(
            directory: folder.path, archives: archives, evidence: evidence, operations: .system, attempts: 1,
            progress: { _, _ in })
    }

    @Test("expired certificates leave by whole segments, and archive and journal together are what was written")
    func moved() async throws {
        try await segment(at: 0) { for _ in 0..<4 { try await $0.issue(intent(until: 100)) } }
        try await segment(at: 50) { try await $0.issue(intent(until: 5000)) }
        try await segment(at: 200) { try await $0.issue(intent(until: 250)) }
        let before = try folder.read().records
        // Not a second after their end, and then a second later.
        #expect(try plan(keeping: 100).segments.map(\.firstRecord) == [1])
        let planned = try plan(keeping: 99)
        #expect(planned.obstacle == .unexpired(serial: before.intents[4].serial, notAfter: .seconds(Self.start + 5000)))
        let outcome = try await archive(keeping: 99, at: 200)
        #expect(outcome.plan.segments == planned.segments)
        let kept = try folder.read().records
        #expect(kept.first?.sequence == planned.segments.last.map { $0.lastRecord + 1 })
        #expect(kept.intents == Array(before.intents.dropFirst(4)))
        #expect(try all().prefix(before.count) == before[...])
        for archives in [[], [target]] {
            let report = try verify(archives: archives)
            #expect(report.faults == [])
            #expect(report.lastArchived?.archived.target == target)
            #expect(report.firstRecord == (archives.isEmpty ? kept.first?.sequence : 1))
        }
        // The archive alone is a journal that has come to its end.
        #expect(try JournalVerification.verify(directory: target).isSound)
        // Nothing is left to do.
        #expect(try await archive(keeping: 99, at: 200).plan.segments.isEmpty)
        #expect(try plan(keeping: 99).obstacle == planned.obstacle)
        // Time goes by: the same folder has more.
        try await segment(at: 6000) { try await $0.issue(intent(until: 7000)) }
        try await archive(at: 6000)
        #expect(try all().intents == before.intents + folder.read().records.intents.suffix(1))
        #expect(try folder.read().records.intents.count == 1)
        #expect(try verify(archives: [target]).faults == [])
        #expect(try folder.files.allSatisfy { SegmentName($0) != nil })
    }

    @Test("neither the last segment leaves, nor one whose certificate has no end that can be read")
    func obstacles() async throws {
        try await segment(at: 0) { try await $0.recordConfiguration(hash: [1]) }
        try await segment(at: 100) { try await $0.issue(sampleIntent()) }
        let unreadable = try #require(try folder.read().records.last { !$0.body.isOutcome }).sequence
        #expect(try plan().obstacle == .unreadable(record: unreadable))
        #expect(try plan().segments.count == 2)
        let other = try TemporaryJournal()
        let (journal, _) = try other.open()
        await journal.close()
        let alone = try JournalArchive.plan(other.path, keeping: 0, notAfter: Self.notAfter)
        #expect(alone.segments.isEmpty && alone.obstacle == .last)
    }

    @Test("a revoked certificate stays until a CRL has named it that was made after its end, and another has followed")
    func listed() async throws {
        let revoked = intent(until: 100)
        try await segment(at: 0) { try await $0.issue(revoked) }
        try await segment(at: 50) { journal in
            let record = try await journal.record(sampleRevocation(serial: revoked.serial))
            try await publish(1, basis: record, at: 60, in: journal)
        }
        try await segment(at: 150) { try await $0.recordConfiguration(hash: [1]) }
        #expect(try plan().obstacle == .listed(serial: revoked.serial))
        try await segment(at: 160) { try await publish(2, basis: $0.status.head, at: 160, in: $0) }
        // The CRL that lies there for everybody to read names it.
        #expect(try plan().obstacle == .listed(serial: revoked.serial))
        try await segment(at: 170) { try await publish(3, basis: $0.status.head, at: 170, in: $0) }
        let last = try #require(
            try folder.read().records.last { if case .crlIntent = $0.body { true } else { false } })
        try await segment(at: 180) { try await $0.recordConfiguration(hash: [1]) }
        #expect(try plan().obstacle == .crl(record: last.sequence))
        try await archive(at: 200)
        #expect(try !folder.read().records.contains { if case .revoked = $0.body { true } else { false } })
        let (journal, _) = try folder.open()
        #expect(journal.lastCRLNumber(ofKey: Self.key) == 3)
        await #expect(throws: LedgerError.crlNumberReused(3, last: 3)) {
            try await publish(3, basis: 1, at: 210, in: journal)
        }
        await journal.close()
    }

    @Test("where no CRL was made for a year, as after the end of the CA, none is waited for")
    func noMoreCRLs() async throws {
        let revoked = intent(until: 100)
        try await segment(at: 0) { try await $0.issue(revoked) }
        try await segment(at: 50) { journal in
            let record = try await journal.record(sampleRevocation(serial: revoked.serial))
            // Until 1060.
            try await publish(1, basis: record, at: 60, in: journal)
        }
        let later = 1060 + 366 * 86_400 + 40
        try await segment(at: Int64(later)) { try await $0.recordConfiguration(hash: [1]) }
        try await segment(at: Int64(later)) { try await $0.recordConfiguration(hash: [2]) }
        #expect(try plan(keeping: 40, at: .max / 2).obstacle == .listed(serial: revoked.serial))
        #expect(try plan(keeping: 39, at: .max / 2).obstacle == .last)
    }

    @Test("a CRL of a partition counts, too, for what is in that partition")
    func partitions() async throws {
        var revoked = intent(until: 100)
        revoked.crlPartition = 3
        try await segment(at: 0) { [revoked] journal in
            try await journal.issue(revoked)
            let record = try await journal.record(sampleRevocation(serial: revoked.serial))
            try await publish(1, of: 3, basis: record, at: 50, in: journal)
            try await publish(2, basis: record, at: 150, in: journal)
            try await publish(3, basis: record, at: 160, in: journal)
        }
        try await segment(at: 160) { try await $0.recordConfiguration(hash: [1]) }
        #expect(try plan().obstacle == .listed(serial: revoked.serial))
    }

    @Test("what may be in any partition waits for the CRLs of all")
    func anyPartition() async throws {
        let serial: [UInt8] = [0x35]
        try await segment(at: 0) { journal in
            try await journal.record(
                sampleImportedCertificate(
                    serial: serial, notAfter: .seconds(Self.start + 100), certificate: nil))
            let record = try await journal.record(sampleRevocation(serial: serial))
            try await publish(1, of: 0, basis: record, at: 50, in: journal)
            try await publish(2, basis: record, at: 150, in: journal)
            try await publish(3, basis: record, at: 160, in: journal)
        }
        try await segment(at: 160) { try await $0.recordConfiguration(hash: [1]) }
        #expect(try plan().obstacle == .listed(serial: serial))
        try await segment(at: 170) { try await publish(4, of: 0, basis: $0.status.head, at: 170, in: $0) }
        try await segment(at: 180) { try await publish(5, of: 0, basis: $0.status.head, at: 180, in: $0) }
        #expect(try !plan().segments.isEmpty)
    }

    @Test("after a takeover, the first CRL is waited for")
    func takenOver() async throws {
        let revoked = intent(until: 100)
        try await segment(at: 0) { journal in
            try await journal.issue(revoked)
            try await journal.record(sampleRevocation(serial: revoked.serial))
            try await journal.record(sampleImportedCRL(number: 7))
        }
        try await segment(at: 200) { try await $0.recordConfiguration(hash: [1]) }
        #expect(try plan().obstacle == .listed(serial: revoked.serial))
    }

    @Test("neither the clock nor the journal alone decides that something has expired")
    func clocks() async throws {
        let issued = intent(until: 100)
        try await segment(at: 0) { try await $0.issue(issued) }
        try await segment(at: 50) { try await $0.recordConfiguration(hash: [1]) }
        let stays = ArchivePlan.Obstacle.unexpired(serial: issued.serial, notAfter: .seconds(Self.start + 100))
        #expect(try plan(at: 500).obstacle == stays)
        try await segment(at: 200) { try await $0.recordConfiguration(hash: [1]) }
        #expect(try plan(at: 90).obstacle == stays)
        #expect(try plan(at: 90).time == .seconds(Self.start + 90))
        #expect(try plan(at: 500).obstacle == .last)
        #expect(try plan(at: 500).time == .seconds(Self.start + 200))
    }

    @Test("a revocation of what stays, or of what nobody knows, is recorded once more with its first date")
    func carried() async throws {
        let (unknown, late) = ([UInt8]([0x7a, 1]), intent(until: 9000))
        var first = sampleRevocation(serial: unknown)
        first.date = .seconds(Self.start - 500)
        try await segment(at: 0) { [first] journal in
            try await journal.record(first)
            try await journal.record(sampleRevocation(serial: late.serial))
        }
        try await segment(at: 10) { journal in
            var again = first
            again.reason = 4
            try await journal.record(again)
        }
        try await segment(at: 100) { try await $0.issue(late) }
        let before = try folder.read().records
        let outcome = try await archive(at: 200)
        #expect(outcome.plan.carried.map(\.serial) == [unknown, late.serial, unknown])
        let kept = try folder.read().records
        #expect(kept.first?.sequence == before.first { $0.body == .intent(late) }?.sequence)
        let revocations = kept.compactMap { if case .revoked(let revocation) = $0.body { revocation } else { nil } }
        #expect(revocations == outcome.plan.carried)
        #expect(revocations.filter { $0.serial == unknown }.map(\.date) == [first.date, first.date])
    }

    @Test("of a revocation that stays, whose certificate leaves, the end of the certificate stays on record")
    func expired() async throws {
        let revoked = intent(until: 100)
        try await segment(at: 0) { try await $0.issue(revoked) }
        try await segment(at: 50) { try await $0.issue(intent(until: 9000)) }
        try await segment(at: 60) { try await $0.record(sampleRevocation(serial: revoked.serial)) }
        try await segment(at: 160) { try await publish(1, basis: $0.status.head, at: 160, in: $0) }
        try await segment(at: 170) { try await publish(2, basis: $0.status.head, at: 170, in: $0) }
        try await archive(at: 200)
        let records = try folder.read().records
        guard case .archived(let archived) = records.last?.body else { throw CocoaError(.fileReadUnknown) }
        #expect(
            archived.expired == [
                .init(authorityKeyID: Self.key, serial: revoked.serial, notAfter: .seconds(Self.start + 100))
            ])
        #expect(archived.floors == [.init(authorityKeyID: Self.key, number: 2)])
        // When the rest goes, nothing of it has to be said again.
        try await segment(at: 9500) { try await $0.recordConfiguration(hash: [1]) }
        let second = try await archive(at: 9600)
        #expect(second.plan.carried.isEmpty)
        guard case .archived(let last) = try folder.read().records.last?.body else {
            throw CocoaError(.fileReadUnknown)
        }
        #expect(last.expired.isEmpty)
        #expect(last.floors == archived.floors)
    }

    @Test("outcomes behind the border, of intents before it, are in their places")
    func straddling() async throws {
        try await segment(at: 0) { journal in
            try await journal.issue(intent(until: 100)) { try await journal.issue(intent(until: 100)) }
        }
        try await segment(at: 200) { try await $0.recordConfiguration(hash: [1]) }
        // Leave the outcome of the first intent behind.
        let outcome = try await archive(at: 300)
        #expect(try folder.read().records.first?.sequence == outcome.plan.kept.next)
        let files = try FileManager.default.contentsOfDirectory(atPath: target).sorted()
        for name in files.dropFirst(2) {
            try FileManager.default.moveItem(atPath: target + "/" + name, toPath: folder.path + "/" + name)
        }
        let records = try folder.read().records
        #expect(
            records.contains {
                if case .issued(_, let intent) = $0.body { intent < records[0].sequence } else { false }
            })
        let (journal, recovery) = try folder.open()
        #expect(recovery.abandoned == [])
        await journal.close()
    }

    @Test("segments that are missing without a record that says so are found, archived or not")
    func removed() async throws {
        for end in [100, 110, 9000, 9000] as [Int64] {
            try await segment(at: 0) { try await $0.issue(intent(until: end)) }
        }
        try await segment(at: 200) { try await $0.recordConfiguration(hash: [1]) }
        let missing = LedgerError.segmentMissing(directory: folder.path, sequence: 1)
        let first = try folder.octets(of: SegmentName.firstFile)
        try FileManager.default.removeItem(atPath: folder.path + "/" + SegmentName.firstFile)
        #expect(throws: missing) { try folder.read() }
        #expect(throws: missing) { _ = try folder.open() }
        #expect(try verify().faults == [.unreadable(missing)])
        try folder.write(first, to: SegmentName.firstFile)
        try await archive(at: 300)
        #expect(try verify().isSound)
        let next = try #require(try folder.files.first)
        try FileManager.default.removeItem(atPath: folder.path + "/" + next)
        #expect(throws: missing) { _ = try folder.open() }
        #expect(try verify().faults == [.unreadable(missing)])
    }

    @Test("an archive without its oldest segments is not the whole of it, whether or not a checkpoint tells")
    func archiveCut() async throws {
        for seconds in [0, 1, 2] as [Int64] {
            try await segment(at: seconds) { try await $0.issue(intent(until: 100)) }
        }
        try await segment(at: 200) { try await $0.issue(intent(until: 9000)) }
        try await archive(at: 300)
        let names = try FileManager.default.contentsOfDirectory(atPath: target).sorted()
        let second = try #require(SegmentName(names[1])).firstSequence
        try FileManager.default.removeItem(atPath: target + "/" + names[0])
        #expect(try verify(archives: [target]).faults == [.archiveIncomplete(before: second)])
        #expect(try verify().isSound)
    }

    @Test("a checkpoint of an archived record waits for the archive; one of the border is judged without it")
    func checkpoints() async throws {
        for seconds in [0, 1, 2] as [Int64] {
            try await segment(at: seconds) { try await $0.issue(intent(until: 100)) }
        }
        try await segment(at: 200) { try await $0.issue(intent(until: 9000)) }
        let records = try folder.read().records
        let journalID = try JournalReader(directory: folder.path).journalID
        func checkpoint(_ sequence: UInt64, _ hash: RecordHash? = nil) throws -> Checkpoint {
            let record = try #require(records.first { $0.sequence == sequence })
            return sampleCheckpoint(sequence: sequence, head: hash ?? record.hash, journalID: journalID)
        }
        let (journal, _) = try folder.open(clock: WallClock { .seconds(Self.start + 210) })
        try await journal.record(checkpoint(3))
        await journal.close()
        let border = try await archive(at: 300).plan.kept.next - 1
        let given = [try checkpoint(3), try checkpoint(border), try checkpoint(border, .zero)]
        let report = try verify(checkpoints: given)
        #expect(report.givenCheckpoints.map(\.verdict) == [.archived, .holds, .differs])
        // A journal that was made anew could say so of every record: the archive, or a later checkpoint, has to vouch for it.
        #expect(report.faultCount == 2)
        #expect(try verify(archives: [target], checkpoints: [given[0]]).isSound)
        let last = try #require(try folder.read().records.last)
        let later = sampleCheckpoint(sequence: last.sequence, head: last.hash, journalID: journalID)
        #expect(try !verify(checkpoints: [given[0]]).isSound)
        #expect(try verify(checkpoints: [given[0], later]).isSound)
        #expect(report.lastRecordedCheckpoint?.verdict == .archived)
        let whole = try verify(archives: [target], checkpoints: given)
        #expect(whole.givenCheckpoints.map(\.verdict) == [.holds, .holds, .differs])
        #expect(whole.lastRecordedCheckpoint?.verdict == .holds)
    }

    @Test("an archive of another journal, with a gap, or in the journal's own folder is refused, and nothing leaves")
    func refused() async throws {
        for _ in 0..<3 { try await segment(at: 0) { try await $0.issue(intent(until: 100)) } }
        try await segment(at: 200) { try await $0.issue(intent(until: 300)) }
        let files = try folder.files
        let other = try TemporaryJournal()
        try other.write(LaidOutJournal.sample.files)
        for path in [folder.path, folder.path + "/archive", folder.path + "/archive/", other.path] {
            await #expect(throws: JournalCopyError.self, "\(path)") { try await archive(to: path, at: 250) }
        }
        #expect(try folder.files.prefix(files.count) == files[...])
        #expect(try other.verify().isSound)
        try await archive(at: 250)
        try await segment(at: 400) { try await $0.recordConfiguration(hash: [1]) }
        let last = try #require(try FileManager.default.contentsOfDirectory(atPath: target).max())
        try FileManager.default.removeItem(atPath: target + "/" + last)
        let error = await #expect(throws: JournalCopyError.self) { try await archive(at: 500) }
        guard case .incomplete = error else { throw error ?? .occupied("") }
        #expect(try verify().isSound)
        // Another folder may go on.
        let second = folder.root + "/second"
        try await archive(to: second, at: 500)
        #expect(try TemporaryJournal.read(second).records.map(\.sequence) == [8, 9, 10])
    }

    @Test("interrupted at any call, the journal is whole, and the same again completes it")
    func faults() async throws {
        let (revoked, unknown) = (intent(until: 100), [UInt8]([0x7a, 1]))
        try await segment(at: 0, octets: 300) { try await $0.record(sampleRevocation(serial: unknown)) }
        try await segment(at: 1, octets: 300) { try await $0.issue(revoked) }
        try await segment(at: 50, octets: 300) { try await $0.issue(intent(until: 9000)) }
        try await segment(at: 60, octets: 300) { try await $0.record(sampleRevocation(serial: revoked.serial)) }
        for (number, seconds) in [(1, 160), (2, 170)] as [(UInt64, Int64)] {
            try await segment(at: seconds, octets: 300) {
                try await publish(number, basis: $0.status.head, at: seconds, in: $0)
            }
        }
        let before = try folder.read().records
        let planned = try plan()
        #expect(planned.segments.count > 1 && planned.carried.count == 1)
        let original = folder.root + "/original"
        try FileManager.default.copyItem(atPath: folder.path, toPath: original)
        var nth = 1
        while true {
            for path in [folder.path, target] { try? FileManager.default.removeItem(atPath: path) }
            try FileManager.default.copyItem(atPath: original, toPath: folder.path)
            let script = FaultScript(
                at: nth,
                of: [.createDirectory, .write, .synchronize, .synchronizeData, .allocate, .rename, .remove], .fail(EIO))
            _ = try? await archive(at: 300, operations: script.operations)
            guard script.struck else { break }
            // Whatever is there, a daemon can go on with it, and nothing is lost.
            let (journal, _) = try folder.open(clock: WallClock { .seconds(Self.start + 300) })
            #expect(journal.lastCRLNumber(ofKey: Self.key) == 2, "\(nth)")
            await journal.close()
            let archives = FileManager.default.fileExists(atPath: target + "/" + SegmentName.firstFile) ? [target] : []
            #expect(try verify(archives: archives).isSound, "\(nth)")
            try await archive(at: 300)
            #expect(try all().prefix(before.count) == before[...], "\(nth)")
            let kept = try folder.read().records
            #expect(kept.first?.sequence == planned.kept.next, "\(nth)")
            let carried = kept.filter {
                if case .revoked(let revocation) = $0.body { revocation.serial == unknown } else { false }
            }
            #expect(carried.count == 1, "\(nth)")
            nth += 1
        }
        #expect(nth > 20)
    }

    @Test("copied and not recorded, it may be run again to move less")
    func lessThanCopied() async throws {
        try await segment(at: 0) { try await $0.issue(intent(until: 100)) }
        try await segment(at: 150) { try await $0.issue(intent(until: 200)) }
        try await segment(at: 300) { try await $0.recordConfiguration(hash: [1]) }
        let before = try folder.read().records
        let names = try plan().segments.map { SegmentName(firstSequence: $0.firstRecord) }
        let copied = try JournalBackup.copy(names, growing: nil, from: folder.path, to: target, .system) { _, _ in }
        #expect((try? copied.get().segmentsCopied) == names.count)
        let outcome = try await archive(keeping: 150, at: 300)
        #expect(outcome.plan.segments.count < names.count && !outcome.plan.segments.isEmpty)
        #expect(try all().prefix(before.count) == before[...])
        #expect(try verify(archives: [target]).isSound)
        try await archive(at: 300)
        #expect(try all().prefix(before.count) == before[...])
    }

    @Test("back-ups go on through it, have what left, and make a journal of all of it")
    func backups() async throws {
        let copy = folder.root + "/copy"
        for _ in 0..<2 { try await segment(at: 0) { try await $0.issue(intent(until: 100)) } }
        try await segment(at: 200) { try await $0.issue(intent(until: 9000)) }
        _ = try JournalBackup.run(from: folder.path, to: copy)
        let before = try folder.read().records
        try await archive(at: 300)
        _ = try JournalBackup.run(from: folder.path, to: copy)
        #expect(try TemporaryJournal.read(copy).records == all())
        let fresh = folder.root + "/fresh"
        _ = try JournalBackup.run(from: folder.path, to: fresh)
        #expect(try TemporaryJournal.read(fresh).records == folder.read().records)
        for (index, backup) in [copy, fresh].enumerated() {
            let place = folder.root + "/restored-\(index)"
            let outcome = try await JournalRestoration.restore(
                backup, to: place, clock: WallClock { .seconds(Self.start + 400) }, logger: Self.logger)
            #expect(outcome.restored.lastSequence > before.count)
            #expect(try JournalVerification.verify(directory: place).isSound)
        }
        // What was never backed up, and has left, is a gap.
        try await segment(at: 9500) { try await $0.issue(intent(until: 9600)) }
        try await segment(at: 9700) { try await $0.recordConfiguration(hash: [1]) }
        try await archive(at: 9800)
        let error = #expect(throws: JournalCopyError.self) { try JournalBackup.run(from: folder.path, to: copy) }
        guard case .incomplete = error else { throw error ?? .occupied("") }
    }
}
