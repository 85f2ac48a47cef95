import Foundation
import Testing
import Timekeeping

@testable import Ledger

@Suite("Opening a journal")
struct OpeningTests {
    private func opened(_ change: (TemporaryJournal) throws -> Void) async throws -> LedgerError? {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        try await journal.issue(sampleIntent())
        await journal.close()
        try change(temporary)
        let error = #expect(throws: LedgerError.self) { _ = try temporary.open() }
        // A person is told what to do.
        #expect(error?.description.contains(":") == true)
        return error
    }

    @Test("the folder is made for its user alone, and no half-made one is left")
    func created() async throws {
        let temporary = try TemporaryJournal()
        let (journal, recovery) = try temporary.open()
        #expect(
            recovery
                == Recovery(
                    created: true, recordsRead: 1, tornOctets: 0, abandoned: [], lastSequence: 1))
        await journal.close()
        let mode = try FileManager.default.attributesOfItem(atPath: temporary.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.root) == ["journal"])
        #expect(try temporary.files == [SegmentName.firstFile])
        guard case .genesis(let genesis) = try temporary.read().records.first?.body else {
            Issue.record("no genesis")
            return
        }
        #expect(genesis.formatVersion == 1)
        #expect(!genesis.host.isEmpty)
    }

    @Test("what an interrupted attempt left is cleared away: a half-made segment, a half-made folder")
    func halfMade() async throws {
        let temporary = try TemporaryJournal()
        let unfinished = SegmentName(firstSequence: 7).unfinished
        try FileManager.default.createDirectory(
            atPath: temporary.path + ".new", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try Data([1]).write(to: URL(fileURLWithPath: temporary.path + ".new/" + unfinished))
        let (first, _) = try temporary.open()
        await first.close()
        try temporary.write([1, 2, 3], to: unfinished)
        let (second, _) = try temporary.open()
        await second.close()
        #expect(try temporary.files == [SegmentName.firstFile])
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.root) == ["journal"])
    }

    @Test("no folder and an empty folder are a new journal only when one was asked for", arguments: [true, false])
    func absent(_ hasFolder: Bool) async throws {
        let temporary = try TemporaryJournal()
        if hasFolder {
            try FileManager.default.createDirectory(atPath: temporary.path, withIntermediateDirectories: false)
        }
        let before = try FileManager.default.contentsOfDirectory(atPath: temporary.root)
        #expect(throws: LedgerError.absent(directory: temporary.path)) { try temporary.open(creating: false) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.root) == before)
        let (journal, recovery) = try temporary.open(creating: true)
        #expect(recovery.created)
        await journal.close()
        let mode = try FileManager.default.attributesOfItem(atPath: temporary.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let (again, second) = try temporary.open(creating: true)
        #expect(!second.created)
        await again.close()
    }

    @Test("what stands in the way of a new journal is found without making it")
    func creatable() throws {
        let temporary = try TemporaryJournal()
        try Journal.checkCreatable(directory: temporary.path)
        try FileManager.default.createDirectory(
            atPath: temporary.path + ".new", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try Journal.checkCreatable(directory: temporary.path)
        try Data([1]).write(to: URL(fileURLWithPath: temporary.path + ".new/notes"))
        let alien = LedgerError.alienFile(path: temporary.path + ".new/notes")
        #expect(throws: alien) { try Journal.checkCreatable(directory: temporary.path) }
        #expect(throws: alien) { try temporary.open() }
    }

    @Test("the root of a file system is told from a journal's folder")
    func mountPoint() async throws {
        let error = try await opened {
            try FileManager.default.createDirectory(
                atPath: $0.path + "/lost+found", withIntermediateDirectories: false)
        }
        guard case .mountPoint = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a file that is not the journal's is named")
    func alien() async throws {
        let error = try await opened { try $0.write([1], to: "notes.txt") }
        guard case .alienFile(let path) = error, path.hasSuffix("/notes.txt") else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "a segment with a header that was not written so is damaged, whichever octet it is, and no stranger",
        arguments: [0, 7, 11, 12, 30, 60, 83])
    func damagedHeader(_ offset: Int) async throws {
        let error = try await opened { temporary in
            var octets = try temporary.octets(of: SegmentName.firstFile)
            octets[offset] ^= 0x02
            try temporary.write(octets, to: SegmentName.firstFile)
        }
        guard case .corrupted(_, 0, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("so is a file that has nothing of a segment but its name", arguments: ["", "Lorem", "Lorem ipsum dolor"])
    func noSegment(_ text: String) async throws {
        let error = try await opened { try $0.write(Array(text.utf8), to: SegmentName.firstFile) }
        guard case .corrupted(_, 0, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "a folder or a file that is open to others is refused", arguments: [("", 0o750), ("", 0o701), ("/file", 0o640)])
    func permissions(_ which: String, _ mode: Int) async throws {
        let error = try await opened { temporary in
            let path = which.isEmpty ? temporary.path : temporary.path + "/" + SegmentName.firstFile
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        guard case .notPrivate = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a segment of a newer format is refused by its version")
    func newerFormat() async throws {
        let error = try await opened { temporary in
            var octets = try temporary.octets(of: SegmentName.firstFile)
            octets.replaceBigEndian(at: 8, with: UInt32(2))
            let check = RecordHash(hashing: octets, 0..<68).bytes.prefix(16)
            octets.replaceSubrange(68..<84, with: check)
            try temporary.write(octets, to: SegmentName.firstFile)
        }
        guard case .unsupportedFormat(_, 2) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a segment without its genesis is refused")
    func noGenesis() async throws {
        let error = try await opened { temporary in
            let octets = try temporary.octets(of: SegmentName.firstFile)
            try temporary.write(Array(octets.prefix(SegmentHeader.count)), to: SegmentName.firstFile)
        }
        guard case .genesisMissing = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a symbolic link in a segment's place is refused")
    func symbolicLink() async throws {
        let error = try await opened { temporary in
            let file = temporary.path + "/" + SegmentName.firstFile
            try FileManager.default.moveItem(atPath: file, toPath: temporary.root + "/elsewhere")
            try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: temporary.root + "/elsewhere")
        }
        guard case .system(let failure) = error, failure.operation == .open else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Adds a batch of one record, sound in every hash, behind those of a journal.
    private func append(_ temporary: TemporaryJournal, kind: UInt16, version: UInt16, body: [UInt8]) throws {
        var reader = try JournalReader(directory: temporary.path)
        while try reader.next() != nil {}
        let end = reader.end
        let frame = RecordFrame(
            bodyLength: UInt32(body.count), kind: kind, version: version, sequence: reader.chain.next,
            time: reader.time.secondsSinceEpoch, previous: reader.chain.head)
        var batch = [UInt8](repeating: 0, count: BatchHeader.count)
        frame.append(to: &batch)
        batch += body
        let header = BatchHeader(
            records: 1, octets: UInt32(batch.count - BatchHeader.count), firstSequence: reader.chain.next,
            lastHash: RecordHash(hashing: batch, BatchHeader.count..<batch.count))
        header.write(to: &batch, at: 0, journalID: reader.journalID.octets)
        let octets = try temporary.octets(of: SegmentName.firstFile)
        try temporary.write(Array(octets.prefix(try #require(end).soundOctets)) + batch, to: SegmentName.firstFile)
    }

    @Test(
        "a record of an unknown kind or version refuses to start",
        arguments: [(13, 1), (99, 1), (3, 2), (2, 0)] as [(UInt16, UInt16)])
    func unknownRecord(_ kind: UInt16, _ version: UInt16) async throws {
        let error = try await opened { try append($0, kind: kind, version: version, body: [0x30, 0x00]) }
        guard case .unknownRecord(_, 4, kind, version) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    static var misplaced: [RecordBody] {
        [
            .genesis(Genesis(journalID: UUID(), formatVersion: 1, host: "")),
            .issued(Issued(certificateID: UUID(), signature: []), intent: 2),
            .issued(Issued(certificateID: UUID(), signature: []), intent: 77),
            .abandoned(Abandonment(reason: "", outcome: .notSigned), certificateID: UUID(), intent: 2),
            .restored(Restored(lastSequence: 4, floors: [], source: "")),
            .archived(sampleArchived(firstKept: 5)),
        ]
    }

    @Test("a second genesis and an outcome without an open intent are corruption", arguments: misplaced)
    func misplacedRecord(_ body: RecordBody) async throws {
        let error = try await opened { temporary in
            try append(temporary, kind: body.kind.rawValue, version: 1, body: body.der)
        }
        guard case .corrupted(_, _, 4, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a body that does not follow its format is corruption, though every hash is right")
    func malformedBody() async throws {
        let error = try await opened { try append($0, kind: 2, version: 1, body: [0x30, 0x01, 0x00]) }
        guard case .corrupted = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("one journal has one user, in this process")
    func locked() async throws {
        let temporary = try TemporaryJournal()
        let (journal, _) = try temporary.open()
        #expect(throws: LedgerError.locked(directory: temporary.path)) { _ = try temporary.open() }
        // Who only reads is not in the way.
        #expect(try temporary.read().records.count == 1)
        await journal.close()
    }

    @Test("one journal has one user, in whatever process, and is free when that was killed")
    func lockedByAnother() async throws {
        let temporary = try TemporaryJournal()
        let other = try Exerciser(["hold", temporary.path])
        #expect(other.line() == "open 1")
        #expect(throws: LedgerError.locked(directory: temporary.path)) { _ = try temporary.open() }
        other.kill()
        let (journal, _) = try temporary.open()
        await journal.close()
    }
}
