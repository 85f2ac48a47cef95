package import FoundationEssentials
package import Timekeeping

/// Reads a journal's records in their order and checks all there is to check: frames, hashes, chain, formats, and that
/// every intent has at most one outcome. It changes nothing and needs no lock.
///
/// Read while the daemon writes, a journal may seem to end in a torn batch: the one being written.
package struct JournalReader: ~Copyable {
    /// How a journal ends.
    package struct End: Hashable, Sendable {
        /// The path of the last segment.
        package let path: String
        let segment: SegmentName
        /// Octets of the last segment that are sound.
        package let soundOctets: Int
        /// Octets of the batch behind them that was never finished; 0 after an orderly end.
        package let tornOctets: Int
    }

    private let directory: String
    private let archives: [String]
    private let operations: FileOperations
    private var segments: ArraySlice<SegmentFile>
    private var segment: SegmentReader
    private var batch: ArraySlice<JournalRecord> = []
    private var openIntents: [UInt64: OpenIntent] = [:]
    /// Intents in archived segments whose outcomes are in those that were read.
    private var earlierIntents: Set<UInt64> = []
    /// Where the first segment begins.
    let beginning: ChainPosition
    /// A record in the chain says that the journal may begin there.
    private var isBeginningVouched: Bool
    private var position: ChainPosition
    private var octetsBefore = 0
    /// Set when two records do not go together. What is behind cannot be believed, however often it is read.
    private var fault: LedgerError?
    package private(set) var journalID: UUID
    /// How many segments were begun.
    private(set) var segmentsRead = 1
    /// Of the last record that was read.
    package private(set) var time = Instant.earliest
    /// Set when `next()` has returned `nil`.
    package private(set) var end: End?

    /// - Parameter archives: folders to which the oldest segments were moved: they are read first.
    /// - Throws: `LedgerError`, for a folder that is not a journal's or of a format that is not known.
    package init(
        directory: String, archives: [String] = [], operations: FileOperations = .system
    ) throws(LedgerError) {
        try self.init(directory: directory, archives: archives, beginsAnywhere: false, operations: operations)
    }

    /// - Parameter beginsAnywhere: what is before the first segment may be missing, though no record says so.
    init(
        directory: String, archives: [String] = [], beginsAnywhere: Bool, operations: FileOperations
    ) throws(LedgerError) {
        let files = try SegmentFile.list(directory, archives: archives, operations)
        guard let first = files.first else { throw .absent(directory: directory) }
        let segment = try SegmentReader(first.path, operations)
        let header = segment.header
        guard header.start.next == first.name.firstSequence else {
            throw .corrupted(
                path: first.path, offset: 0, sequence: first.name.firstSequence,
                reason: "the file has another segment's name")
        }
        self.directory = directory
        self.archives = archives
        self.operations = operations
        segments = files.dropFirst()
        journalID = header.journalID
        beginning = header.start
        position = header.start
        isBeginningVouched = beginsAnywhere || header.start == .start
        self.segment = segment
    }

    /// The next record; `nil` at the end.
    ///
    /// - Throws: `LedgerError`, above all `.corrupted`. Nothing behind an error can be read.
    package mutating func next() throws(LedgerError) -> JournalRecord? {
        while true {
            if let fault { throw fault }
            if let record = batch.popFirst() {
                do { try follow(record) } catch {
                    fault = error
                    throw error
                }
                time = record.time
                position = ChainPosition(next: record.sequence + 1, head: record.hash)
                return record
            }
            guard end == nil else { return nil }
            switch try segment.next(from: position) {
            case .batch(let records): batch = records[...]
            case .end where !segments.isEmpty: try openNextSegment()
            case .end: try finish(torn: 0)
            case .torn where segments.isEmpty: try finish(torn: segment.tornOctets())
            case .torn: throw corrupted("a batch is damaged, and another segment follows")
            }
        }
    }

    /// Looks again at what was written since: beside a daemon that is at work, what seemed torn or damaged may be whole by now. The next
    /// record is the one behind the last that was read.
    mutating func refresh() throws(LedgerError) {
        let current = segment.header.start.next
        segments = try SegmentFile.list(directory, archives: archives, operations).filter {
            $0.name.firstSequence > current
        }[...]
        try segment.refresh()
        end = nil
    }

    /// The path of the segment that is being read: that of the last record, before the end.
    var path: String { segment.path }

    /// Where that segment begins.
    var segmentBeginning: ChainPosition { segment.header.start }

    /// The number of the first record that is read: 1, unless segments were archived.
    package var firstSequence: UInt64 { beginning.next }

    /// Intents without outcome so far, oldest first.
    var unanswered: [OpenIntent] {
        openIntents.values.sorted { $0.sequence < $1.sequence }
    }

    /// Where the chain is.
    var chain: ChainPosition { position }

    /// Sound octets of all segments so far.
    var octets: Int { octetsBefore + segment.offset }

    private mutating func openNextSegment() throws(LedgerError) {
        guard let file = segments.popFirst() else { return }
        guard file.name.firstSequence == position.next else {
            throw file.name.firstSequence > position.next
                ? .segmentMissing(directory: directory, sequence: position.next)
                : .corrupted(
                    path: file.path, offset: 0, sequence: position.next,
                    reason: "the segment repeats records of the one before")
        }
        let next = try SegmentReader(file.path, operations)
        try Self.check(next, of: journalID, startsAt: position)
        octetsBefore += segment.offset
        segment = next
        segmentsRead += 1
    }

    private static func check(
        _ segment: borrowing SegmentReader, of journalID: UUID, startsAt position: ChainPosition
    ) throws(LedgerError) {
        guard segment.header.journalID == journalID else {
            throw .corrupted(
                path: segment.path, offset: 0, sequence: position.next, reason: "the segment is another journal's")
        }
        guard segment.header.start == position else {
            throw .corrupted(
                path: segment.path, offset: 0, sequence: position.next,
                reason: "the segment does not follow on the one before")
        }
    }

    private mutating func finish(torn: Int) throws(LedgerError) {
        guard position != .start else { throw .genesisMissing(path: segment.path) }
        guard isBeginningVouched else {
            throw .segmentMissing(directory: directory, sequence: ChainPosition.start.next)
        }
        end = End(
            path: segment.path, segment: SegmentName(firstSequence: segment.header.start.next),
            soundOctets: segment.offset, tornOctets: torn)
    }

    /// What one record has to do with others.
    private mutating func follow(_ record: JournalRecord) throws(LedgerError) {
        guard record.time >= time else { throw misplaced(record, "dated before the record it follows") }
        switch record.body {
        case .genesis(let genesis):
            guard record.sequence == 1, genesis.journalID == journalID else { throw misplaced(record, "a genesis") }
        case _ where record.sequence == 1: throw .genesisMissing(path: segment.path)
        case .configurationLoaded, .revoked, .checkpoint, .importedCertificate, .importedCRL: break
        case .restored(let restored):
            guard restored.lastSequence < record.sequence else {
                throw misplaced(record, "restored from its own future")
            }
        case .intent, .crlIntent: openIntents[record.sequence] = OpenIntent(record)
        case .archived(let archived):
            guard archived.firstKept <= record.sequence else { throw misplaced(record, "archived from its own future") }
            if archived.allows(beginning: beginning.next) { isBeginningVouched = true }
        case .issued(let issued, let intent): try answer(intent, issued.certificateID, record)
        case .abandoned(_, let certificateID, let intent): try answer(intent, certificateID, record)
        }
    }

    private mutating func answer(_ intent: UInt64, _ certificateID: UUID, _ record: JournalRecord) throws(LedgerError) {
        let isFirst =
            intent < beginning.next
            ? earlierIntents.insert(intent).inserted
            : openIntents.removeValue(forKey: intent)?.certificateID == certificateID
        guard isFirst else { throw misplaced(record, "an outcome without its intent") }
    }

    private func misplaced(_ record: JournalRecord, _ what: String) -> LedgerError {
        .corrupted(path: segment.path, offset: segment.offset, sequence: record.sequence, reason: "it is \(what)")
    }

    private func corrupted(_ reason: String) -> LedgerError {
        .corrupted(path: segment.path, offset: segment.offset, sequence: position.next, reason: reason)
    }
}
