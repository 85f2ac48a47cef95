import Foundation
import Testing
import Timekeeping

@testable import Ledger

@Suite("The scope of one signature")
struct WithIntentTests {
    @Test("every kind is on record as it was given, in a chain from the genesis")
    func recorded() async throws {
        let temporary = try TemporaryJournal()
        let (journal, recovery) = try temporary.open()
        #expect(recovery.created)
        let (good, bad) = (sampleIntent(), sampleIntent())
        try await journal.recordConfiguration(hash: [1, 2, 3])
        try await journal.issue(good)
        await #expect(throws: TokenFailed()) { try await journal.issue(bad) { throw TokenFailed() } }
        let status = journal.status
        await journal.close()

        let records = try temporary.read().records
        #expect(records.map(\.sequence) == [1, 2, 3, 4, 5, 6])
        #expect(records[1].body == .configurationLoaded(ConfigurationLoaded(configurationHash: [1, 2, 3])))
        #expect(records[2].body == .intent(good))
        #expect(
            records[3].body
                == .issued(Issued(certificateID: good.certificateID, signature: sampleSignature(of: good)), intent: 3))
        #expect(
            records[5].body
                == .abandoned(
                    Abandonment(reason: "TokenFailed()", outcome: .possiblySigned), certificateID: bad.certificateID,
                    intent: 5))
        #expect(zip(records, records.dropFirst()).allSatisfy { $0.hash == $1.previous })
        #expect(status.head == 6)
        #expect(status.headHash == records[5].hash)
        #expect(status.openIntents == 0)
    }

    @Test("64 at once share few calls of fdatasync, and nobody goes on before it has returned")
    func groupCommit() async throws {
        let temporary = try TemporaryJournal()
        let gate = Gate()
        let (journal, _) = try temporary.open(operations: gate.operations)
        let before = gate.calls
        let performed = Counter()
        let returned = Counter()
        gate.close()
        try await withThrowingTaskGroup { group in
            for _ in 0..<64 {
                group.addTask {
                    try await journal.issue(sampleIntent()) { performed.add() }
                    returned.add()
                }
            }
            await until { journal.status.openIntents == 64 && gate.calls > before }
            #expect(performed.value == 0)
            gate.open()
            try await group.waitForAll()
        }
        #expect(returned.value == 64)
        #expect(gate.calls - before < 100)

        // And once more, at the other end: signed, and not yet told.
        let late = Counter()
        async let last: Void = {
            try await journal.issue(sampleIntent()) { gate.close() }
            late.add()
        }()
        let calls = gate.calls
        await until { gate.calls >= calls + 1 && journal.status.head == 130 }
        #expect(late.value == 0)
        gate.open()
        try await last
        await journal.close()
        #expect(try temporary.read().records.count == 131)
    }

    @Test("cancelled before its intent, nothing is recorded and nothing signed")
    func cancelledBefore() async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        let task = Task {
            await until { Task.isCancelled }
            try await journal.issue(sampleIntent()) { Issue.record("signed") }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await journal.close()
        #expect(try temporary.read().records.count == 1)
    }

    @Test("cancelled while its intent is written, it is abandoned, not signed")
    func cancelledBetween() async throws {
        let temporary = try TemporaryJournal()
        let gate = Gate()
        let (journal, _) = try temporary.open(operations: gate.operations)
        let intent = sampleIntent()
        let before = gate.calls
        gate.close()
        let task = Task { try await journal.issue(intent) { Issue.record("signed") } }
        await until { gate.calls > before }
        task.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
        await journal.close()
        #expect(try temporary.read().records.abandonments(of: intent.certificateID).map(\.outcome) == [.notSigned])
    }

    @Test("cancelled while the token works, the outcome is recorded all the same", arguments: [true, false])
    func cancelledDuring(_ tokenSucceeds: Bool) async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        let intent = sampleIntent()
        let signing = Counter()
        let task = Task {
            try await journal.issue(intent) {
                signing.add()
                await until { Task.isCancelled }
                if !tokenSucceeds { throw TokenFailed() }
            }
        }
        await until { signing.value > 0 }
        task.cancel()
        if tokenSucceeds {
            try await task.value
        } else {
            await #expect(throws: TokenFailed()) { try await task.value }
        }
        await journal.close()
        let records = try temporary.read().records
        #expect(records.hasIssued(intent) == tokenSucceeds)
        #expect(records.outcomes(of: intent.certificateID).count == 1)
    }

    @Test("an outcome that names another certificate is not released, and is on record as possibly signed")
    func otherCertificate() async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        let (intent, other) = (sampleIntent(), UUID())
        await #expect(
            throws: LedgerError.outcomeOfAnotherCertificate(intended: intent.certificateID, named: other)
        ) {
            _ = try await journal.withIntent(
                intent, Ticket(), outcome: { Issued(certificateID: other, signature: $0) },
                failure: { Abandonment(reason: "\($0)", outcome: .notSigned) }
            ) { (_: consuming Ticket) in [UInt8](arrayLiteral: 1) }
        }
        await journal.close()
        #expect(
            try temporary.read().records.abandonments(of: intent.certificateID).map(\.outcome) == [.possiblySigned])
    }

    @Test("a serial is used once, whatever became of it, also after a restart and in another segment")
    func serials() async throws {
        let temporary = try TemporaryJournal()
        let small = JournalConfiguration(segmentOctets: 600, allocationOctets: 4096)
        let (first, _) = try temporary.open(small)
        let intents = (0..<8).map { _ in sampleIntent() }
        for (index, intent) in intents.enumerated() {
            try? await first.issue(intent) { if index % 2 == 0 { throw TokenFailed() } }
        }
        func expectRefusals(_ journal: Journal) async {
            for intent in intents {
                await #expect(throws: LedgerError.serialReused) {
                    try await journal.issue(sampleIntent(serial: intent.serial)) { Issue.record("signed") }
                }
            }
        }
        await expectRefusals(first)
        await first.close()
        #expect(try temporary.files.count > 4)
        let (second, _) = try temporary.open(small)
        await expectRefusals(second)
        #expect(second.status.openIntents == 0)
        await second.close()
    }

    @Test("more open intents than allowed are refused at once, and the place is free again with the outcome")
    func tooMany() async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open(JournalConfiguration(maximumOpenIntents: 2, allocationOctets: 4096))
        try await journal.issue(sampleIntent()) {
            try await journal.issue(sampleIntent()) {
                await #expect(throws: LedgerError.tooManyOpenIntents(limit: 2)) {
                    try await journal.issue(sampleIntent())
                }
            }
            try await journal.issue(sampleIntent())
        }
        await journal.close()
    }

    @Test("a clock that went back stops intents, not outcomes, until it has caught up")
    func clock() async throws {
        let temporary = try TemporaryJournal()
        let now = Counter(1_800_000_000)
        let clock = WallClock { Instant(secondsSinceEpoch: Int64(now.value)) ?? .earliest }
        let (journal, _) = try temporary.open(clock: clock)
        let open = sampleIntent()
        try await journal.issue(open) {
            now.add(-1)
            let error = await #expect(throws: LedgerError.self) { try await journal.issue(sampleIntent()) }
            guard case .clockBehind = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.isRetryable == true)
        }
        await journal.close()
        // Nor does a restart forget the time.
        let (again, _) = try temporary.open(clock: clock)
        await #expect(throws: LedgerError.self) { try await again.issue(sampleIntent()) }
        now.add()
        try await again.issue(sampleIntent())
        await again.close()
        let records = try temporary.read().records
        #expect(records.hasIssued(open))
        #expect(records.allSatisfy { $0.time.secondsSinceEpoch == 1_800_000_000 })
    }

    @Test("a closed journal refuses, and its folder is free")
    func closed() async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        await journal.close()
        await journal.close()
        #expect(journal.status.state == .closed)
        await #expect(throws: LedgerError.closed) { try await journal.issue(sampleIntent()) }
        let (again, _) = try temporary.open()
        await again.close()
    }
}
