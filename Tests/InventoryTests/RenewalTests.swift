import Foundation
import GRDB
import Ledger
import TestSupport
import Testing
import Timekeeping

@testable import Inventory

@Suite("An inventory that cannot be gone on with is made anew")
struct RenewalTests {
    private static let notice = "the inventory is made anew from the journal"

    /// An inventory of a few certificates, closed.
    private func filled(_ folder: TestLedger, certificates: Int = 20) async throws {
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            for number in 0..<certificates {
                try await journal.issue(TestCertificate(names: ["host\(number).example"]).intent())
            }
            try await inventory.reach(headOf: journal)
        }
    }

    private func requireComplete(_ folder: TestLedger, notices: Int) async throws {
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) { try await inventory.reach(headOf: journal) }
        let model = LedgerModel(try folder.records())
        #expect(try await inventory.all() == model.certificates)
        #expect(folder.log.messages == [String](repeating: Self.notice, count: notices))
    }

    @Test("one that was deleted, with all of it or the file alone", arguments: [["", "-wal", "-shm"], [""]])
    func deleted(_ suffixes: [String]) async throws {
        let folder = try TestLedger()
        try await filled(folder)
        for suffix in suffixes { try? FileManager.default.removeItem(atPath: folder.inventoryPath + suffix) }
        try await requireComplete(folder, notices: 0)
    }

    @Test("one of another journal, shorter or longer", arguments: [1, 40])
    func foreign(_ certificates: Int) async throws {
        let folder = try TestLedger()
        try await filled(folder, certificates: certificates)
        try FileManager.default.removeItem(atPath: folder.journalPath)
        let journal = try folder.openJournal()
        for _ in 0..<20 { try await journal.issue(TestCertificate().intent()) }
        await journal.close()
        try await requireComplete(folder, notices: 1)
    }

    @Test("one that has more than a journal that was restored from a backup", arguments: [false, true])
    func restored(_ goesOn: Bool) async throws {
        let folder = try TestLedger()
        try await filled(folder, certificates: 5)
        let backup = folder.root + "/backup"
        try FileManager.default.copyItem(atPath: folder.journalPath, toPath: backup)
        try await filled(folder, certificates: 5)
        try FileManager.default.removeItem(atPath: folder.journalPath)
        try FileManager.default.moveItem(atPath: backup, toPath: folder.journalPath)
        if goesOn {
            // As long again, and something else.
            let journal = try folder.openJournal()
            for _ in 0..<20 { try await journal.issue(TestCertificate().intent()) }
            await journal.close()
        }
        try await requireComplete(folder, notices: 1)
    }

    @Test("one of another version, or of another program")
    func version() async throws {
        let folder = try TestLedger()
        try await filled(folder)
        try await DatabaseQueue(path: folder.inventoryPath).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try await requireComplete(folder, notices: 1)

        try folder.removeInventory()
        try await DatabaseQueue(path: folder.inventoryPath).write { try $0.execute(sql: "CREATE TABLE other (x)") }
        try await requireComplete(folder, notices: 2)
    }

    @Test("one without a table, or without its position")
    func incomplete() async throws {
        let folder = try TestLedger()
        try await filled(folder)
        try await DatabaseQueue(path: folder.inventoryPath).write { try $0.execute(sql: "DROP TABLE documents") }
        try await requireComplete(folder, notices: 1)

        try await DatabaseQueue(path: folder.inventoryPath).write { try $0.execute(sql: "DELETE FROM position") }
        try await requireComplete(folder, notices: 2)
    }

    @Test("one of whose pages one is damaged, whichever", arguments: 0..<12)
    func damaged(_ page: Int) async throws {
        let folder = try TestLedger()
        try await filled(folder)
        // All of it into the file.
        try await DatabaseQueue(path: folder.inventoryPath).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let file = try #require(FileHandle(forUpdatingAtPath: folder.inventoryPath))
        try file.seek(toOffset: UInt64(page * 8192))
        try file.write(contentsOf: [UInt8](repeating: 0xa5, count: 200))
        try file.close()

        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            try await journal.issue(TestCertificate(names: ["last.example"]).intent())
            let filter = CertificateFilter(alternativeName: NamePattern("host*.example"))
            // It is found when that page is read, and then it is made anew by itself.
            while true {
                do {
                    try await inventory.reach(headOf: journal)
                    let model = LedgerModel(try folder.records())
                    #expect(try await inventory.all() == model.certificates)
                    #expect(try await inventory.all(filter) == model.certificates(matching: filter))
                    break
                } catch InventoryError.unavailable, InventoryError.behind { await Task.yield() }
            }
        }
        #expect(
            Set(folder.log.messages).subtracting([
                Self.notice, "the inventory is unavailable", "the inventory is available again",
            ]) == [])
        if page == 0 { #expect(folder.log.messages.contains(Self.notice)) }
    }

    @Test("a file cut short")
    func truncated() async throws {
        let folder = try TestLedger()
        try await filled(folder)
        let file = try #require(FileHandle(forUpdatingAtPath: folder.inventoryPath))
        try file.truncate(atOffset: 5000)
        try file.close()
        try? FileManager.default.removeItem(atPath: folder.inventoryPath + "-wal")
        try await requireComplete(folder, notices: 1)
    }
}

@Suite("Rebuilding an inventory")
struct RebuildingTests {
    @Test("a journal that cannot be read leaves the inventory as it was")
    func unreadable() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            try await journal.issue(TestCertificate().intent())
            try await inventory.reach(headOf: journal)
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.inventoryPath))
        #expect(throws: InventoryError.journal(.absent(directory: folder.root + "/backups"))) {
            try FileManager.default.createDirectory(
                atPath: folder.root + "/backups", withIntermediateDirectories: false)
            try CertificateInventory.rebuild(path: folder.inventoryPath, journalDirectory: folder.root + "/backups")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.inventoryPath)) == before)
        #expect(!FileManager.default.fileExists(atPath: folder.inventoryPath + ".new"))
    }

    @Test("it is made where there was none, to the record that is asked for, and nothing is left beside it")
    func partly() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        for _ in 0..<10 { try await journal.issue(TestCertificate().intent()) }
        await journal.close()
        let position = try CertificateInventory.rebuild(
            path: folder.inventoryPath, journalDirectory: folder.journalPath, upTo: 1)
        #expect(position == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.root).sorted() == [
                "inventory.sqlite", "journal",
            ])
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.inventoryPath)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
