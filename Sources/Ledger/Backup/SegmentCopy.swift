internal import FoundationEssentials
internal import Glibc

/// One segment of a journal, and its copy in another folder.
struct SegmentCopy: ~Copyable {
    /// How far the copy has come.
    enum State {
        case complete
        case behind
        /// It has octets that the journal has not.
        case ahead
        case otherJournal
    }

    private let name: SegmentName
    private let path: String
    private let isLast: Bool
    private let operations: FileOperations
    private var reader: SegmentReader
    /// Octets that are sound, once they were read.
    private var soundOctets: Int?

    /// - Parameter isLast: whether it may be growing.
    init(
        _ name: SegmentName, from directory: String, isLast: Bool, _ operations: FileOperations
    ) throws(LedgerError) {
        self.name = name
        self.isLast = isLast
        self.operations = operations
        path = directory + "/" + name.description
        reader = try SegmentReader(path, operations)
    }

    mutating func compare(
        in folder: borrowing JournalDirectory, isPresent: Bool
    ) throws(LedgerError) -> State {
        guard isPresent else { return .behind }
        let copy = folder.path(of: name.description)
        let header = try SegmentReader(copy, operations).header
        guard header.journalID == reader.header.journalID else { return .otherJournal }
        guard header == reader.header else { return .ahead }
        let octets = try operations.size(of: copy)
        // Segments only grow, and a copy is only made of what is whole: of one that is finished, the length tells.
        if !isLast, try octets == operations.size(of: path) { return .complete }
        let end = try soundEnd()
        guard octets <= end, try isSame(copy, octets) else { return .ahead }
        return octets == end ? .complete : .behind
    }

    /// - Returns: how many octets were copied.
    mutating func copy(to folder: borrowing JournalDirectory) throws(LedgerError) -> Int {
        let end = try soundEnd()
        // What was read may be in the page cache only. A back-up never has what the journal may lose again with the next power failure.
        try OpenFile(path, flags: 0, operations).synchronizeData()
        _ = try SegmentWriter.copying(name, from: path, upTo: end, torn: false, in: folder, chunk: 1)
        return end
    }

    /// Checks every batch, as far as they are whole.
    private mutating func soundEnd() throws(LedgerError) -> Int {
        if let soundOctets { return soundOctets }
        var position = reader.header.start
        var attempts = 0
        while true {
            do throws(LedgerError) {
                switch try reader.next(from: position) {
                case .batch(let records):
                    for record in records { position = ChainPosition(next: record.sequence + 1, head: record.hash) }
                    continue
                case .torn where !isLast:
                    throw LedgerError.corrupted(
                        path: path, offset: reader.offset, sequence: position.next,
                        reason: "a batch is damaged, and another segment follows")
                case .end, .torn:
                    soundOctets = reader.offset
                    return reader.offset
                }
            } catch .corrupted(let path, let offset, let sequence, let reason) {
                // Of two batches that were being written, the second may have been read first.
                guard isLast, attempts < 10 else {
                    throw .corrupted(path: path, offset: offset, sequence: sequence, reason: reason)
                }
                attempts += 1
                usleep(25_000)
                try reader.refresh()
            }
        }
    }

    /// Whether the first octets of both files are the same.
    private func isSame(_ copy: String, _ count: Int) throws(LedgerError) -> Bool {
        let source = try OpenFile(path, flags: 0, operations)
        let copy = try OpenFile(copy, flags: 0, operations)
        var offset = 0
        while offset < count {
            var left = [UInt8](repeating: 0, count: min(1 << 20, count - offset))
            var right = left
            guard try source.read(into: &left, at: offset) == left.count,
                try copy.read(into: &right, at: offset) == right.count, left == right
            else { return false }
            offset += left.count
        }
        return true
    }
}
