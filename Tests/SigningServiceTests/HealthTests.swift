import Foundation
import Inventory
import Ledger
import Logging
import SigningAPI
import Synchronization
import Testing
import Timekeeping

@testable import SigningService

@Suite("what the daemon says of itself")
struct HealthTests {
    @Test("the clock is read when the journal has been looked at, since records are dated meanwhile")
    func order() async throws {
        let folder = NSTemporaryDirectory() + "/health-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let journal = folder + "/journal"
        let events = Mutex<[String]>([])
        let operations = FileOperations { operation, path, _ in
            if operation == .status, path == journal { events.withLock { $0.append("journal") } }
            return nil
        }
        let (open, _) = try Journal.open(
            directory: journal, creating: true, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
            operations: operations)
        let clock = WallClock {
            events.withLock { $0.append("clock") }
            return .latest
        }
        let health = ServiceHealth(
            version: "1", configurationHash: [1], journal: open,
            inventory: CertificateInventory(
                path: folder + "/inventory.sqlite", logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }),
            publishers: [], clock: clock)
        events.withLock { $0 = [] }
        let status = await health.status(of: [], showing: { _ in true })
        #expect(events.withLock { $0 } == ["journal", "clock"])
        #expect(status.journal.state == "running")
        await open.close()
    }
}
