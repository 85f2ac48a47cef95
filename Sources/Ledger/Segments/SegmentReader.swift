internal import DERCoding
internal import FoundationEssentials
internal import Timekeeping

/// Walks over the batches of one segment and checks each of them.
struct SegmentReader: ~Copyable {
    private let file: OpenFile
    private var size: Int
    /// Octets to read in one go.
    private let readAhead: Int
    let header: SegmentHeader
    private let journalID: [UInt8]
    /// Where the next batch begins, in octets from the start of the file.
    private(set) var offset: Int
    /// What was read ahead, from `bufferStart` on.
    private var buffer: [UInt8] = []
    private var bufferStart = 0

    /// What is at a place in the file.
    enum Step {
        /// Records, chained from the position that was given.
        case batch([JournalRecord])
        /// Nothing but zeros up to the end of the file.
        case end
        /// A batch that was never finished, and nothing sound behind it.
        case torn
    }

    /// - Parameters:
    ///   - offset: where the first batch to read begins; behind the header where not given.
    ///   - readAhead: octets to read in one go.
    init(
        _ path: String, from offset: Int = SegmentHeader.count, readAhead: Int = 1 << 20, _ operations: FileOperations
    ) throws(LedgerError) {
        let file = try OpenFile(path, flags: 0, operations)
        let size = try file.requirePrivate(directory: false)
        var start = [UInt8](repeating: 0, count: min(SegmentHeader.count, size))
        let count = try file.read(into: &start, at: 0)
        let header = try SegmentHeader(Array(start.prefix(count)), path: path)
        self.file = file
        self.size = size
        self.header = header
        self.offset = max(SegmentHeader.count, offset)
        self.readAhead = max(1, readAhead)
        journalID = header.journalID.octets
    }

    /// Reads and checks a whole segment that nobody writes to.
    ///
    /// - Returns: where it ends; `nil` for another journal's.
    static func end(
        of path: String, journalID: UUID, _ operations: FileOperations
    ) throws(LedgerError) -> ChainPosition? {
        var segment = try SegmentReader(path, operations)
        guard segment.header.journalID == journalID else { return nil }
        var position = segment.header.start
        while case .batch(let records) = try segment.next(from: position) {
            if let last = records.last { position = ChainPosition(next: last.sequence + 1, head: last.hash) }
        }
        return position
    }

    /// Forgets what was read ahead: another process, or thread, has written since.
    mutating func refresh() throws(LedgerError) {
        size = try file.requirePrivate(directory: false)
        buffer = []
        bufferStart = 0
    }

    var path: String { file.path }

    /// Octets from the end of the last sound batch to the last octet that is not zero.
    mutating func tornOctets() throws(LedgerError) -> Int {
        try lastNonZero().map { $0 + 1 - offset } ?? 0
    }

    /// Reads the next batch.
    ///
    /// - Throws: `LedgerError.corrupted` for what no interrupted write can leave behind.
    mutating func next(from position: ChainPosition) throws(LedgerError) -> Step {
        guard let start = try load(offset, BatchHeader.count),
            let header = BatchHeader(buffer, at: start, journalID: journalID)
        else { return try lastNonZero() == nil ? .end : try torn(position, "no batch begins here") }
        guard header.firstSequence == position.next else {
            throw corrupted(position, "record \(header.firstSequence) follows, where \(position.next) is expected")
        }
        let octets = Int(header.octets)
        guard let first = try load(offset + BatchHeader.count, octets), let hashes = hashes(header, at: first) else {
            return try torn(position, "a batch does not match its hash")
        }
        let records = try records(hashes, from: position)
        offset += BatchHeader.count + octets
        return .batch(records)
    }

    /// The place and hash of each record of a batch whose octets are all what was written; `nil` for any other.
    private func hashes(_ header: BatchHeader, at start: Int) -> [(Range<Int>, RecordHash)]? {
        var hashes: [(Range<Int>, RecordHash)] = []
        var position = start
        let limit = start + Int(header.octets)
        while position < limit {
            guard limit - position >= RecordFrame.count else { return nil }
            let frame = RecordFrame(buffer, at: position)
            let length = RecordFrame.count + Int(frame.bodyLength)
            guard limit - position >= length else { return nil }
            // Each vouches for the one before it, and the header for the last.
            if let (_, before) = hashes.last, frame.previous != before { return nil }
            let range = position..<(position + length)
            hashes.append((range, RecordHash(hashing: buffer, range)))
            position += length
        }
        guard hashes.count == Int(header.records), hashes.last?.1 == header.lastHash else { return nil }
        return hashes
    }

    private func records(
        _ hashes: [(Range<Int>, RecordHash)], from position: ChainPosition
    ) throws(LedgerError) -> [JournalRecord] {
        var records: [JournalRecord] = []
        records.reserveCapacity(hashes.count)
        var position = position
        for (range, hash) in hashes {
            let frame = RecordFrame(buffer, at: range.lowerBound)
            guard frame.sequence == position.next, frame.previous == position.head else {
                throw corrupted(position, "record \(frame.sequence) is not chained to the record before")
            }
            guard let kind = RecordKind(rawValue: frame.kind), frame.version == kind.version else {
                throw .unknownRecord(
                    path: path, sequence: frame.sequence, kind: frame.kind, version: frame.version)
            }
            guard let time = Instant(secondsSinceEpoch: frame.time) else {
                throw corrupted(position, "its time does not exist")
            }
            let body: RecordBody
            do {
                var reader = DERReader(buffer, in: (range.lowerBound + RecordFrame.count)..<range.upperBound)
                body = try RecordBody(kind, reading: &reader)
            } catch { throw corrupted(position, "its body does not follow the format") }
            records.append(
                JournalRecord(
                    sequence: frame.sequence, time: time, previous: frame.previous, hash: hash,
                    version: frame.version, body: body))
            position = ChainPosition(next: position.next + 1, head: hash)
        }
        return records
    }

    /// A batch that is not whole is torn where it is the last: batches are written one after the other, each when the
    /// one before is on the disk, so one that follows proves that this one was whole once.
    private mutating func torn(_ position: ChainPosition, _ reason: String) throws(LedgerError) -> Step {
        var place = offset + 1
        while let start = try load(place, BatchHeader.count) {
            // As far as is loaded, and then again from there.
            let candidates = start...(buffer.count - BatchHeader.count)
            for candidate in candidates where buffer[candidate] == UInt8(truncatingIfNeeded: BatchHeader.magic >> 24) {
                if let header = BatchHeader(buffer, at: candidate, journalID: journalID) {
                    throw corrupted(
                        position, "\(reason), and a sound batch with record \(header.firstSequence) follows")
                }
            }
            place = bufferStart + candidates.upperBound + 1
        }
        return .torn
    }

    private func corrupted(_ position: ChainPosition, _ reason: String) -> LedgerError {
        .corrupted(path: path, offset: offset, sequence: position.next, reason: reason)
    }

    private mutating func lastNonZero() throws(LedgerError) -> Int? {
        var last: Int?
        var place = offset
        while place < size, let start = try load(place, 1) {
            if let index = buffer[start...].lastIndex(where: { $0 != 0 }) { last = bufferStart + index }
            place = bufferStart + buffer.count
        }
        return last
    }

    /// Has `count` octets of the file from `place` on in the buffer. Returns where they begin in it; `nil` where the
    /// file ends before.
    private mutating func load(_ place: Int, _ count: Int) throws(LedgerError) -> Int? {
        guard size - place >= count else { return nil }
        if place < bufferStart || place + count > bufferStart + buffer.count {
            let wanted = min(max(count, readAhead), size - place)
            buffer = [UInt8](repeating: 0, count: wanted)
            bufferStart = place
            let read = try file.read(into: &buffer, at: place)
            guard read >= count else { return nil }
            buffer.removeLast(wanted - read)
        }
        return place - bufferStart
    }
}
