import Glibc
import Synchronization
import Testing
import Timekeeping

@testable import Ledger

@Suite("Faults of the disk")
struct FaultTests {
    static let harmless: [FileOperations.Interference] = [.shorten(1), .fail(EINTR)]
    static let harmful: [FileOperations.Interference] = [
        .fail(EIO), .failAfterwards(EIO), .fail(ENOSPC), .failAfterwards(ENOSPC), .fail(EMFILE),
    ]
    static let operations: Set<FileOperation> = [
        .createDirectory, .open, .status, .lock, .list, .read, .write, .synchronizeData, .synchronize, .allocate,
        .truncate, .link, .rename, .remove,
    ]

    /// What callers and token saw of a journal's life with two starts.
    struct Life {
        var asked: [Intent] = []
        var signed: [Intent] = []
        var acknowledged: [Intent] = []
        var errors: [LedgerError] = []

        mutating func live(in temporary: TemporaryJournal, _ operations: FileOperations) async {
            for _ in 0..<2 {
                do {
                    let (journal, _) = try temporary.open(
                        JournalConfiguration(segmentOctets: 1200, allocationOctets: 4096), operations: operations)
                    for _ in 0..<4 { await issue(journal) }
                    await journal.close()
                } catch let error as LedgerError { errors.append(error) } catch { Issue.record(error) }
            }
        }

        private mutating func issue(_ journal: Journal) async {
            let intent = sampleIntent()
            asked.append(intent)
            var wasSigned = false
            do {
                try await journal.issue(intent) { wasSigned = true }
                acknowledged.append(intent)
            } catch let error as LedgerError { errors.append(error) } catch { Issue.record(error) }
            if wasSigned { signed.append(intent) }
            if !wasSigned, errors.last?.outcome == .possiblySigned { Issue.record("not signed, and said to be") }
        }
    }

    @Test(
        "whichever call fails, nothing was signed without record, what was acknowledged is there, and a start recovers",
        arguments: harmful + harmless)
    func nthCall(_ interference: FileOperations.Interference) async throws {
        var nth = 1
        while true {
            let temporary = try TemporaryJournal()
            let script = FaultScript(at: nth, of: Self.operations, interference)
            var life = Life()
            await life.live(in: temporary, script.operations)
            guard script.struck else {
                #expect(life.acknowledged.count == 8)
                break
            }
            if Self.harmless.contains(interference) { #expect(life.errors.isEmpty, "call \(nth)") }

            let (journal, _) = try temporary.open()
            let fresh = sampleIntent()
            try await journal.issue(fresh)
            await journal.close()
            let records = try temporary.read().records
            #expect(records.hasIssued(fresh))
            for intent in life.signed { #expect(records.intents.contains(intent), "call \(nth)") }
            for intent in life.acknowledged { #expect(records.hasIssued(intent), "call \(nth)") }
            for intent in records.intents {
                #expect(records.outcomes(of: intent.certificateID).count == 1, "call \(nth)")
            }
            nth += 1
        }
        #expect(nth > 50)
    }

    @Test(
        "an error of write or fdatasync stops the journal for good: its own record, those that wait, and later ones",
        arguments: [FileOperation.write, .synchronizeData],
        [FileOperations.Interference.fail(EIO), .failAfterwards(ENOSPC)])
    func poisoned(_ operation: FileOperation, _ interference: FileOperations.Interference) async throws {
        let temporary = try TemporaryJournal()
        let broken = Mutex(false)
        let operations = FileOperations { called, _, _ in
            called == operation && broken.withLock { $0 } ? interference : nil
        }
        let (journal, _) = try temporary.open(operations: operations)
        let (first, second) = (sampleIntent(), sampleIntent())
        let error = await #expect(throws: LedgerError.self) {
            try await journal.issue(first) { broken.withLock { $0 = true } }
        }
        #expect(error?.outcome == .possiblySigned)
        guard case .outcomeNotRecorded(first.certificateID, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        guard case .stopped = journal.status.state else {
            Issue.record("\(journal.status)")
            return
        }
        // The disk is well again, and the journal stays as it is.
        broken.withLock { $0 = false }
        let later = await #expect(throws: LedgerError.self) {
            try await journal.issue(second) { Issue.record("signed") }
        }
        #expect(later?.outcome == .notSigned)
        #expect(later?.isRetryable == false)
        await journal.close()
        let (again, _) = try temporary.open()
        await again.close()
        #expect(try temporary.read().records.outcomes(of: first.certificateID).count == 1)
    }

    @Test(
        "a full disk refuses intents before anything is written, takes every outcome, and is well when there is room",
        arguments: [1, 64 << 20], [true, false])
    func full(_ segmentOctets: Int, _ succeeds: Bool) async throws {
        let temporary = try TemporaryJournal()
        let isFull = Mutex(false)
        let operations = FileOperations { operation, _, _ in
            operation == .allocate && isFull.withLock { $0 } ? .fail(ENOSPC) : nil
        }
        let (journal, _) = try temporary.open(
            JournalConfiguration(segmentOctets: segmentOctets, allocationOctets: 4096), operations: operations)
        let (open, refused) = (sampleIntent(), sampleIntent())
        do {
            try await journal.issue(open) {
                isFull.withLock { $0 = true }
                for _ in 0..<3 {
                    let error = await #expect(throws: LedgerError.self) {
                        try await journal.issue(sampleIntent(tbs: refused.tbs)) { Issue.record("signed") }
                    }
                    guard case .outOfSpace = error else {
                        Issue.record("\(String(describing: error))")
                        return
                    }
                    #expect(error?.isRetryable == true)
                }
                #expect(journal.status.state == .running)
                guard case .outOfSpace = journal.status.refusal(at: .latest) else {
                    Issue.record("\(journal.status)")
                    return
                }
                if !succeeds { throw TokenFailed() }
            }
            #expect(succeeds)
        } catch { #expect(error is TokenFailed) }
        #expect(journal.status.lackOfRoom?.code == ENOSPC)
        #expect(journal.status.openIntents == 0)
        #expect(try temporary.files.filter { $0.hasSuffix(".new") }.isEmpty)
        isFull.withLock { $0 = false }
        // Found without a request.
        await until { journal.status.lackOfRoom == nil }
        #expect(journal.status.refusal(at: .latest) == nil)
        let after = sampleIntent()
        try await journal.issue(after)
        await journal.close()
        let records = try temporary.read().records
        #expect(records.intents == [open, after])
        #expect(records.hasIssued(open) == succeeds)
        #expect(records.hasIssued(after))
    }

    @Test("room that would do for less than what found none is none yet")
    func lackingRoom() async throws {
        let temporary = try TemporaryJournal()
        let isSmall = Mutex(false)
        let looks = Counter()
        let operations = FileOperations { operation, _, octets in
            guard operation == .allocate, isSmall.withLock({ $0 }) else { return nil }
            looks.add()
            return octets > 32_768 ? .fail(ENOSPC) : nil
        }
        let (journal, _) = try temporary.open(operations: operations)
        isSmall.withLock { $0 = true }
        let large = sampleIntent(tbs: [UInt8](repeating: 0, count: 60_000))
        await #expect(throws: LedgerError.self) { try await journal.issue(large) }
        let before = looks.value
        // It is looked for at each of these, too.
        for _ in 0..<3 {
            let status = await journal.look()
            #expect(status.lackOfRoom?.code == ENOSPC)
        }
        #expect(looks.value > before)
        isSmall.withLock { $0 = false }
        #expect(await journal.look().lackOfRoom == nil)
        try await journal.issue(sampleIntent(tbs: large.tbs))
        await journal.close()
    }

    @Test("a start that finds no room says so, leaves nothing behind, and is well when there is room")
    func fullAtStart() async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        let intent = sampleIntent()
        try await journal.issue(intent)
        await journal.close()
        let files = try temporary.files
        let operations = FileOperations { operation, _, _ in operation == .write ? .fail(ENOSPC) : nil }
        let error = #expect(throws: LedgerError.self) { try temporary.open(operations: operations) }
        guard case .outOfSpace = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try temporary.files == files)
        let (again, _) = try temporary.open()
        await again.close()
        #expect(try temporary.read().records.hasIssued(intent))
    }
}
