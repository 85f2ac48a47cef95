package import FoundationEssentials

/// Reads a journal that grows, from any place on, as far as it is known to be on the disk. It needs no lock.
///
/// Unlike `JournalReader` it does not look at what records have to do with each other: that was done before they were written, or at
/// the start. The chain is checked all the same.
package struct JournalFollower: ~Copyable {
    /// A place between two batches.
    package struct Place: Hashable, Sendable {
        /// The number of the first record of the segment.
        package let segment: UInt64
        /// In octets from the start of the segment's file.
        package let offset: Int
        /// The sequence number of the next record.
        package let next: UInt64
        /// The hash of the record before it.
        package let head: RecordHash

        package init(segment: UInt64, offset: Int, next: UInt64, head: RecordHash) {
            self.segment = segment
            self.offset = offset
            self.next = next
            self.head = head
        }
    }

    private let directory: String
    private let operations: FileOperations
    private var segment: SegmentReader
    /// Up to this record, what was read ahead was on the disk before it was read.
    private var headSeen: UInt64 = 0
    /// Where the next batch begins.
    package private(set) var place: Place

    /// - Parameter place: where to begin; with the first segment that is there where not given.
    /// - Throws: `LedgerError`, where there is no such place.
    package init(
        directory: String, from place: Place? = nil, operations: FileOperations = .system
    ) throws(LedgerError) {
        let start = try Self.beginning(directory, place, operations)
        segment = try Self.open(start, directory, operations)
        self.directory = directory
        self.operations = operations
        self.place = start
    }

    /// That the journal may begin there was found out when it was opened.
    private static func beginning(
        _ directory: String, _ place: Place?, _ operations: FileOperations
    ) throws(LedgerError) -> Place {
        if let place { return place }
        guard let first = try JournalDirectory.segments(in: directory, operations).first else {
            throw .absent(directory: directory)
        }
        let start = try SegmentReader(directory + "/" + first.description, operations).header.start
        return Place(
            segment: first.firstSequence, offset: SegmentHeader.count, next: start.next, head: start.head)
    }

    /// Of the journal that is read.
    package var journalID: UUID { segment.header.journalID }

    /// The next batch; empty where `head` is reached.
    ///
    /// - Parameter head: the sequence number of a record that is known to be on the disk.
    /// - Throws: `LedgerError`, above all `.corrupted`.
    package mutating func next(upTo head: UInt64) throws(LedgerError) -> [JournalRecord] {
        if place.next <= head, head > headSeen {
            // What was read ahead may have been room, in which batches were written since.
            try segment.refresh()
            headSeen = head
        }
        while place.next <= head {
            let position = ChainPosition(next: place.next, head: place.head)
            switch try segment.next(from: position) {
            case .batch(let records):
                guard let last = records.last else { continue }
                place = Place(
                    segment: place.segment, offset: segment.offset, next: last.sequence + 1, head: last.hash)
                return records
            case .end:
                let next = Place(
                    segment: place.next, offset: SegmentHeader.count, next: place.next, head: place.head)
                segment = try Self.open(next, directory, operations)
                place = next
            case .torn:
                throw .corrupted(
                    path: segment.path, offset: segment.offset, sequence: place.next,
                    reason: "record \(head) was on the disk, and this one is not whole")
            }
        }
        return []
    }

    private static func open(
        _ place: Place, _ directory: String, _ operations: FileOperations
    ) throws(LedgerError) -> SegmentReader {
        let path = directory + "/" + SegmentName(firstSequence: place.segment).description
        let segment: SegmentReader
        do {
            segment = try SegmentReader(path, from: place.offset, readAhead: 1 << 18, operations)
        } catch .system(let failure) where failure.meansAbsent {
            throw .segmentMissing(directory: directory, sequence: place.segment)
        }
        guard segment.header.start.next == place.segment else {
            throw .corrupted(path: path, offset: 0, sequence: place.next, reason: "the file has another segment's name")
        }
        return segment
    }
}
