import Foundation
import Testing

@testable import Ledger

@Suite("A journal whose place is taken away")
struct DisplacementTests {
    /// What happens to the files under a journal that is open.
    enum Displacement: CaseIterable {
        case folderRemoved, folderMoved, folderReplaced, segmentRemoved, segmentReplaced

        func strike(_ temporary: TemporaryJournal) throws {
            let files = FileManager.default
            let segment = temporary.path + "/" + SegmentName.firstFile
            switch self {
            case .folderRemoved: try files.removeItem(atPath: temporary.path)
            case .folderMoved: try files.moveItem(atPath: temporary.path, toPath: temporary.root + "/elsewhere")
            case .folderReplaced:
                // As a file system does that is mounted over it, or was.
                try files.moveItem(atPath: temporary.path, toPath: temporary.root + "/elsewhere")
                try files.copyItem(atPath: temporary.root + "/elsewhere", toPath: temporary.path)
            case .segmentRemoved: try files.removeItem(atPath: segment)
            case .segmentReplaced:
                try files.moveItem(atPath: segment, toPath: segment + ".torn.1")
                try files.copyItem(atPath: segment + ".torn.1", toPath: segment)
            }
        }

        /// Whether it can be seen without a record that is written.
        var isSeenAtOnce: Bool { ![.segmentRemoved, .segmentReplaced].contains(self) }
    }

    @Test("signs nothing, and stays stopped", arguments: Displacement.allCases)
    func beforeIntent(_ displacement: Displacement) async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        try await journal.issue(sampleIntent())
        try displacement.strike(temporary)
        if displacement.isSeenAtOnce {
            let status = await journal.look()
            guard case .stopped = status.state else {
                Issue.record("\(status)")
                return
            }
        }
        for _ in 0..<2 {
            let error = await #expect(throws: LedgerError.self) {
                try await journal.issue(sampleIntent()) { Issue.record("signed") }
            }
            guard case .stopped(let reason) = error, error?.outcome == .notSigned else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("removed or replaced"))
        }
        await journal.close()
    }

    @Test("hands out nothing that was signed meanwhile", arguments: Displacement.allCases)
    func beforeOutcome(_ displacement: Displacement) async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        let error = await #expect(throws: LedgerError.self) {
            try await journal.issue(sampleIntent()) { try displacement.strike(temporary) }
        }
        #expect(error?.outcome == .possiblySigned)
        await journal.close()
    }

    @Test("goes on where the folder was put back before anything was to be recorded")
    func putBack() async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        try Displacement.folderMoved.strike(temporary)
        let status = await journal.look()
        guard case .stopped = status.state else {
            Issue.record("\(status)")
            return
        }
        try FileManager.default.moveItem(atPath: temporary.root + "/elsewhere", toPath: temporary.path)
        #expect(await journal.look().state == .running)
        let intent = sampleIntent()
        try await journal.issue(intent)
        await journal.close()
        #expect(try temporary.read().records.hasIssued(intent))
    }
}
