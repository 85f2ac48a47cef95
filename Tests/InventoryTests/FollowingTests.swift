import Foundation
import Ledger
import TestSupport
import Testing
import Timekeeping

@testable import Inventory

@Suite("An inventory that follows its journal")
struct FollowingTests {
    @Test("what was recorded before a call of reach is found after it")
    func readYourWrites() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        // Nothing is taken in before somebody waits for it.
        let inventory = CertificateInventory(
            path: folder.inventoryPath, gathering: .seconds(3600), TestLedger.sizes, logger: folder.log.logger)
        try await folder.following(journal, inventory) {
            for _ in 0..<20 {
                let intent = TestCertificate().intent()
                try await journal.issue(intent)
                try await inventory.reach(headOf: journal)
                let (found, position) = try await inventory.certificate(id: intent.certificateID)
                #expect(found?.status == .issued)
                #expect(position == journal.status.head)
                #expect(inventory.position == position)
            }
            #expect(inventory.status.state == .running)
        }
    }

    @Test("one that has everything when it is opened lets nobody wait")
    func nothingToDo() async throws {
        let folder = try TestLedger()
        for _ in 0..<2 {
            let journal = try folder.openJournal()
            let inventory = folder.inventory()
            let head = journal.status.head
            async let following: Void = inventory.run(following: journal, in: folder.journalPath)
            try await inventory.reach(head, within: patience)
            await journal.close()
            await following
        }
    }

    @Test("who waits for a record that does not come is told how far it is; after the end, that it is the end")
    func behind() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        let head = journal.status.head
        #expect(inventory.status == InventoryStatus(state: .idle, position: 0))
        try await folder.following(journal, inventory) {
            try await inventory.reach(head, within: patience)
            await #expect(throws: InventoryError.behind(position: head, wanted: head + 1)) {
                try await inventory.reach(head + 1, within: .milliseconds(10))
            }
        }
        await #expect(throws: InventoryError.closed) { try await inventory.reach(head + 1, within: patience) }
        try await inventory.reach(head, within: .zero)
    }

    @Test("who waits when the journal is closed hears of it")
    func closedMeanwhile() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        let beyond = journal.status.head + 1
        async let following: Void = inventory.run(following: journal, in: folder.journalPath)
        async let closing: Void = journal.close()
        await #expect(throws: InventoryError.closed) { try await inventory.reach(beyond, within: patience) }
        await closing
        await following
    }

    @Test("who waits and is cancelled goes on at once")
    func cancelled() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        let beyond = journal.status.head + 1
        try await folder.following(journal, inventory) {
            await #expect(throws: InventoryError.self) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await inventory.reach(beyond, within: patience) }
                    group.cancelAll()
                    try await group.next()
                }
            }
        }
    }

    @Test("before it is open, it is unavailable")
    func notOpen() async throws {
        let inventory = try TestLedger().inventory()
        await #expect(throws: InventoryError.unavailable(reason: "it is not open yet")) {
            try await inventory.all()
        }
    }

    @Test("its file is nobody else's")
    func mode() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            try await inventory.reach(headOf: journal)
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.inventoryPath + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
        }
    }

    @Test("while its file cannot be made, issuing goes on; when it can be again, so does the inventory")
    func unavailable() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        // A folder in the place of the file.
        try FileManager.default.createDirectory(atPath: folder.inventoryPath, withIntermediateDirectories: false)
        try await folder.following(journal, inventory) {
            await #expect(throws: InventoryError.self) { try await inventory.reach(headOf: journal) }
            guard case .unavailable(let reason) = inventory.status.state else {
                Issue.record("it is \(inventory.status.state)")
                return
            }
            #expect(reason.contains(folder.inventoryPath))
            await #expect(throws: InventoryError.unavailable(reason: reason)) { try await inventory.all() }
            try await journal.issue(TestCertificate().intent())
            try FileManager.default.removeItem(atPath: folder.inventoryPath)
            while inventory.status.state != .running { try await Task.sleep(for: .milliseconds(5)) }
            try await inventory.reach(headOf: journal)
            #expect(try await inventory.all().count == 1)
        }
        #expect(folder.log.errors == ["the inventory is unavailable"])
        #expect(folder.log.messages.last == "the inventory is available again")
    }
}
