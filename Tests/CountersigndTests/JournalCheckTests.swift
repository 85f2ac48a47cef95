import Foundation
import Glibc
import Ledger
import Logging
import Synchronization
import Testing
import Timekeeping

@testable import countersignd

@Suite("Looking at a journal that a daemon may be at work in")
final class JournalCheckTests {
    private let folder = NSTemporaryDirectory() + "/journal-check-" + UUID().uuidString
    private let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        unsafe chmod(folder, 0o700)
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func instant(_ seconds: Int64) -> Instant { Instant(secondsSinceEpoch: seconds) ?? .earliest }

    @Test("a record that is dated while others are read is not ahead of the clock")
    func atWork() async throws {
        let (directory, earlier) = (folder + "/journal", folder + "/earlier")
        let time = Mutex(instant(1000))
        let (journal, _) = try Journal.open(
            directory: directory, creating: true, clock: WallClock { time.withLock { $0 } }, logger: logger)
        try FileManager.default.copyItem(atPath: directory, toPath: earlier)
        time.withLock { $0 = instant(2000) }
        try await journal.recordConfiguration(hash: [1])
        await journal.close()
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: directory).first)

        // Goes on to the later state as soon as the clock has been read.
        let clock = WallClock { [instant = instant(1000)] in
            try? FileManager.default.removeItem(atPath: earlier + "/" + name)
            try? FileManager.default.copyItem(atPath: directory + "/" + name, toPath: earlier + "/" + name)
            return instant
        }
        #expect(JournalCheck(directory: earlier, mayCreate: false, clock: clock).finding().text == "ok: 1 records")
        // Now it is.
        let finding = JournalCheck(directory: earlier, mayCreate: false, clock: clock).finding()
        #expect(finding.isFault)
        #expect(finding.text.contains("before the last record's"))
    }

    @Test(
        "an empty folder that cannot be replaced is told from one that is not there",
        .enabled(if: geteuid() != 0, "root may write everywhere"), arguments: [true, false])
    func unwritable(_ isFolder: Bool) throws {
        let directory = folder + "/journal"
        if isFolder {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }
        unsafe chmod(folder, 0o500)
        let finding = JournalCheck(directory: directory, mayCreate: true, clock: .system).finding()
        #expect(finding.isFault)
        #expect(finding.text.contains("does not exist") != isFolder, "\(finding.text)")
        #expect(finding.text.contains("renaming in \(folder), ") == isFolder, "\(finding.text)")
    }
}
