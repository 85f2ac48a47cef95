internal import FoundationEssentials
internal import Glibc
internal import Timekeeping

/// Puts batches on the disk and keeps the chain, by blocking calls: the business of one thread.
struct JournalWriter: ~Copyable {
    private let directory: JournalDirectory
    private let journalID: UUID
    private let configuration: JournalConfiguration
    private var segment: SegmentWriter
    private var batch: BatchBuilder
    /// Where the chain is on the disk.
    private(set) var chain: ChainPosition
    /// Of the last record.
    private(set) var time: Instant
    /// Octets of all segments, without room made in advance.
    private(set) var octets: Int

    /// Goes on where a reader has come to the end.
    init(
        _ directory: consuming JournalDirectory, after reader: borrowing JournalReader, _ end: JournalReader.End,
        _ configuration: JournalConfiguration
    ) throws(LedgerError) {
        journalID = reader.journalID
        chain = reader.chain
        time = reader.time
        octets = reader.octets
        batch = BatchBuilder(journalID: reader.journalID, from: reader.chain)
        segment = try .copying(
            end.segment, upTo: end.soundOctets, torn: end.tornOctets > 0, in: directory,
            chunk: configuration.allocationOctets)
        self.configuration = configuration
        self.directory = directory
    }

    /// Throws `LedgerError.displaced` where the folder is not in its place.
    func checkPlace() throws(LedgerError) {
        try directory.identity.require(directory.path, directory.operations)
    }

    /// Records are on the disk when this returns.
    ///
    /// - Parameters:
    ///   - reserve: octets for which there must be room afterwards.
    ///   - urgent: the records may not be refused while there is room for them alone.
    /// - Returns: the sequence number of the first.
    /// - Throws: `LedgerError.outOfSpace` when nothing was written and all is well; after any other error nobody knows
    ///   what is on the disk, and nothing may be appended any more.
    mutating func append(
        _ bodies: [RecordBody], at time: Instant, keeping reserve: Int, urgent: Bool = false
    ) throws(LedgerError) -> UInt64 {
        let size = BatchBuilder.maximumOctets(of: bodies)
        do {
            try makeRoom(size + reserve)
        } catch .outOfSpace(let failure) {
            guard urgent else { throw .outOfSpace(failure) }
            do { try segment.reserve(size) } catch { throw .stopped(reason: "no room for an outcome: \(error)") }
        }
        let first = chain.next
        batch.build(bodies, at: time, from: chain)
        try segment.append(batch.bytes)
        octets += batch.bytes.count
        chain = batch.end
        self.time = time
        return first
    }

    /// Room in this segment, or in the next where this one is long enough.
    ///
    /// - Throws: `LedgerError.outOfSpace` when all is well but for that.
    mutating func makeRoom(_ room: Int) throws(LedgerError) {
        do {
            guard segment.offset >= configuration.segmentOctets else { return try segment.reserve(room) }
            let next = try SegmentWriter.create(
                SegmentHeader(journalID: journalID, start: chain), in: directory,
                chunk: configuration.allocationOctets, room: room)
            octets += next.offset
            // What is not given back costs room, and nothing else.
            do { try segment.trim() } catch {}
            segment = next
        } catch .system(let failure) where Self.meansFull(failure) {
            throw .outOfSpace(failure)
        }
    }

    /// Whether a call failed for want of room, and certainly before the next segment had its name: two segments that
    /// both went on from the same record would be corruption.
    private static func meansFull(_ failure: SystemFailure) -> Bool {
        [.open, .allocate, .write].contains(failure.operation)
            && failure.meansFull
    }
}
