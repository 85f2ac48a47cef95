import Foundation
import Glibc
import Synchronization
import Testing
import Timekeeping

@testable import Ledger

@Suite("Looking at a journal")
struct LookTests {
    /// A file system that may keep whoever looks at the journal's folder waiting.
    private final class SlowFolder: Sendable {
        let looks = Counter()
        private let isHanging = Mutex(false)

        func hang(_ value: Bool) { isHanging.withLock { $0 = value } }

        func operations(_ folder: String) -> FileOperations {
            FileOperations { operation, path, _ in
                guard operation == .status, path == folder else { return nil }
                self.looks.add()
                while self.isHanging.withLock({ $0 }) { usleep(1000) }
                return nil
            }
        }
    }

    @Test(
        "its folder is looked at when somebody asks, once for many who ask, and never by those who only want to be told"
    )
    func asked() async throws {
        let temporary = try TemporaryJournal()
        let folder = SlowFolder()
        let (journal, _) = try temporary.open(operations: folder.operations(temporary.path))
        let before = folder.looks.value
        try await journal.issue(sampleIntent())
        #expect(journal.status.head == 3)
        #expect(folder.looks.value == before)
        #expect(await journal.look().state == .running)
        #expect(folder.looks.value == before + 1)
        folder.hang(true)
        await withTaskGroup { group in
            for _ in 0..<100 { group.addTask { _ = await journal.look(for: .seconds(3600)) } }
            await until { folder.looks.value > before + 1 }
            folder.hang(false)
        }
        // One was under way when the last of them came, perhaps.
        #expect(folder.looks.value < before + 100)
        await journal.close()
        #expect(await journal.look().state == .closed)
    }

    @Test("a file system that does not answer keeps nobody waiting for ever, and is told of until it does")
    func hanging() async throws {
        let temporary = try TemporaryJournal()
        let folder = SlowFolder()
        let (journal, _) = try temporary.open(operations: folder.operations(temporary.path))
        folder.hang(true)
        for _ in 0..<3 {
            let status = await journal.look(for: .milliseconds(20))
            #expect(status.state == .running)
            #expect(status.isSilent)
            #expect(status.refusal(at: .latest) == .silent)
        }
        folder.hang(false)
        let status = await journal.look(for: .seconds(3600))
        #expect(status.refusal(at: .latest) == nil)
        try await journal.issue(sampleIntent())
        await journal.close()
    }

    @Test("whoever looks while it is closed hears of that")
    func closing() async throws {
        let temporary = try TemporaryJournal()
        let folder = SlowFolder()
        let (journal, _) = try temporary.open(operations: folder.operations(temporary.path))
        let before = folder.looks.value
        folder.hang(true)
        async let status = journal.look(for: .seconds(3600))
        await until { folder.looks.value > before }
        async let closed: Void = journal.close()
        await until { journal.status.state == .closed }
        folder.hang(false)
        #expect(await status.state == .closed)
        await closed
    }
}
