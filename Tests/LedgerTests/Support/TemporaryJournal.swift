import Foundation
import Logging
import Timekeeping

@testable import Ledger

/// A folder for one test's journals, removed with this value.
final class TemporaryJournal: Sendable {
    let root: String
    /// Where the journal goes. Nothing is there yet.
    var path: String { root + "/journal" }

    init() throws {
        root = NSTemporaryDirectory() + "/ledger-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func open(
        _ configuration: JournalConfiguration = JournalConfiguration(allocationOctets: 4096),
        clock: WallClock = .system, operations: FileOperations = .system, creating: Bool = true
    ) throws -> (Journal, Recovery) {
        try Journal.open(
            directory: path, creating: creating, configuration: configuration, clock: clock,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }, operations: operations)
    }

    /// Every record, by the reader that recovery uses.
    func read() throws -> (records: [JournalRecord], end: JournalReader.End?) {
        try Self.read(path)
    }

    static func read(_ directory: String) throws -> (records: [JournalRecord], end: JournalReader.End?) {
        var records: [JournalRecord] = []
        var reader = try JournalReader(directory: directory)
        while let record = try reader.next() { records.append(record) }
        return (records, reader.end)
    }

    /// The names in the journal's folder, sorted.
    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    func octets(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }

    /// Writes a file as the journal would, open to nobody else.
    func write(_ octets: [UInt8], to name: String) throws {
        let file = path + "/" + name
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data(octets), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
    }
}

extension SegmentName {
    /// The name of a journal's first file.
    static var firstFile: String { SegmentName(firstSequence: 1).description }
}
