import Foundation
import Glibc
import Testing
import Timekeeping

@testable import Ledger

@Suite("Making a journal where there is none")
struct CreationTests {
    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// What an attempt may have left that was interrupted as it wrote the first segment: so many octets of it, and whether the
    /// room behind them is there.
    static let interruptions = [(SegmentHeader.count, false), (SegmentHeader.count + 70, true), (Int.max, true)]

    @Test("what an interrupted attempt left is cleared away, however far it came", arguments: interruptions)
    func interrupted(_ octets: Int, _ hasRoom: Bool) async throws {
        let temporary = try TemporaryJournal()
        let (first, _) = try temporary.open()
        await first.close()
        let whole = try temporary.octets(of: SegmentName.firstFile)
        let kept = Array(whole.prefix(octets))
        try temporary.write(
            kept + [UInt8](repeating: 0, count: hasRoom ? whole.count - kept.count : 0), to: SegmentName.firstFile)
        try temporary.write([1, 2, 3], to: SegmentName(firstSequence: 1).unfinished)
        try FileManager.default.moveItem(atPath: temporary.path, toPath: temporary.path + ".new")
        try Journal.checkCreatable(directory: temporary.path)
        let (journal, recovery) = try temporary.open()
        #expect(recovery.created)
        await journal.close()
        #expect(try names(temporary.root) == ["journal"])
    }

    @Test("a journal whose folder has the name that one is made under is left as it is", arguments: [0, 1, 2])
    func inTheWay(_ which: Int) async throws {
        let temporary = try TemporaryJournal()
        let (first, _) = try temporary.open(JournalConfiguration(segmentOctets: 600, allocationOctets: 4096))
        if which < 2 {
            try await first.recordConfiguration(hash: [1])
        } else {
            for _ in 0..<4 { try await first.issue(sampleIntent()) }
        }
        await first.close()
        if which == 1 {
            // Damaged, and no less a journal.
            var octets = try temporary.octets(of: SegmentName.firstFile)
            octets[150] ^= 1
            try temporary.write(octets, to: SegmentName.firstFile)
        }
        let unfinished = temporary.path + ".new"
        try FileManager.default.moveItem(atPath: temporary.path, toPath: unfinished)
        let before = try names(unfinished)
        for attempt in [
            { try Journal.checkCreatable(directory: temporary.path) }, { _ = try temporary.open() },
        ] {
            let error = #expect(throws: LedgerError.self) { try attempt() }
            #expect(error?.description.contains("\(unfinished) ") == true, "\(String(describing: error))")
            #expect(try names(unfinished) == before)
        }
        #expect(try names(temporary.root) == ["journal.new"])
    }

    @Test(
        "a folder without segments in which there are other files of a journal is no place for a new one",
        arguments: [SegmentName(firstSequence: 1).unfinished, SegmentName(firstSequence: 1).torn(1)])
    func remains(_ name: String) throws {
        let temporary = try TemporaryJournal()
        try makeFolder(temporary.path)
        try temporary.write([1, 2, 3], to: name)
        for creating in [true, false] {
            let error = #expect(throws: LedgerError.self) { try temporary.open(creating: creating) }
            // Not what was done already.
            #expect(error?.description.contains("--new-journal") == false, "\(String(describing: error))")
            #expect(error?.description.contains("no segment") == true, "\(String(describing: error))")
        }
        #expect(try temporary.files == [name])
    }

    @Test("a symbolic link is refused by name, whatever it leads to", arguments: ["nothing", "empty", "journal"])
    func link(_ target: String) async throws {
        let temporary = try TemporaryJournal()
        let elsewhere = temporary.root + "/elsewhere"
        if target == "empty" { try makeFolder(elsewhere) }
        if target == "journal" {
            await (try temporary.open().0).close()
            try FileManager.default.moveItem(atPath: temporary.path, toPath: elsewhere)
        }
        try FileManager.default.createSymbolicLink(atPath: temporary.path, withDestinationPath: elsewhere)
        let before = try names(temporary.root)
        let error = #expect(throws: LedgerError.self) { try temporary.open() }
        #expect(error?.description.contains("symbolic link") == true, "\(String(describing: error))")
        #expect(throws: LedgerError.self) { try Journal.checkCreatable(directory: temporary.path) }
        #expect(try names(temporary.root) == before)
    }

    @Test("the root of a file system is refused before anything is made")
    func mountPoint() throws {
        #expect(throws: LedgerError.mountPoint("/proc")) { try Journal.checkCreatable(directory: "/proc") }
    }

    @Test(
        "an attempt that fails leaves nothing behind",
        arguments: [FileOperation.open, .write, .synchronizeData, .synchronize, .rename], [EBUSY, ENOSPC])
    func failed(_ operation: FileOperation, _ code: Int32) async throws {
        let temporary = try TemporaryJournal()
        let operations = FileOperations { called, path, _ in
            // Below the folder, or its own renaming.
            called == operation && (path.contains(".new/") || operation == .rename && path == temporary.path)
                ? .fail(code) : nil
        }
        let error = #expect(throws: LedgerError.self) { try temporary.open(operations: operations) }
        if operation == .rename, code == EBUSY { #expect(error == .mountPoint(temporary.path)) }
        #expect(try names(temporary.root).isEmpty)
        let (journal, recovery) = try temporary.open()
        #expect(recovery.created)
        await journal.close()
    }

    @Test(
        "what is to be done about a lack of room depends on what is lacking",
        arguments: [
            (ENOSPC, "make room on its file system"), (EDQUOT, "quota"), (EMFILE, "LimitNOFILE"),
            (ENFILE, "fs.file-max"),
        ])
    func advice(_ code: Int32, _ advice: String) throws {
        let temporary = try TemporaryJournal()
        let operations = FileOperations { operation, _, _ in operation == .open ? .fail(code) : nil }
        let error = #expect(throws: LedgerError.self) { try temporary.open(operations: operations) }
        #expect(error?.description.contains(advice) == true, "\(String(describing: error))")
        #expect(error?.description.contains("room") == [ENOSPC, EDQUOT].contains(code), "\(String(describing: error))")
    }
}
