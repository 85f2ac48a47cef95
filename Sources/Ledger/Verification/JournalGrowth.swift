internal import FoundationEssentials
package import Timekeeping

/// How fast a journal grows, by its last records alone: earlier segments are not read.
package struct JournalGrowth: Hashable, Sendable {
    /// What its files take on the disk, room made in advance included.
    package private(set) var octets = 0
    package private(set) var segments = 0
    /// When the span of time begins that is counted: not before the journal.
    package private(set) var since: Instant
    /// Of the last record.
    package private(set) var lastTime: Instant
    /// Records of that span.
    package private(set) var records: UInt64 = 0
    /// Certificates and CRLs that were issued in it.
    package private(set) var issued: UInt64 = 0
    /// What its records take, their batches' headers included.
    package private(set) var octetsWritten = 0

    /// Octets for one certificate, whatever else is recorded counted in; `nil` where there were none.
    package var octetsPerCertificate: Int? {
        issued > 0 ? Int(clamping: UInt64(clamping: octetsWritten) / issued) : nil
    }

    /// - Parameters:
    ///   - since: where the span of time begins.
    /// - Throws: `LedgerError` for what cannot be read. The end may be growing, or torn.
    package init(
        directory: String, since: Instant, operations: FileOperations = .system
    ) throws(LedgerError) {
        self.since = since
        lastTime = .earliest
        let names = try JournalDirectory.segments(in: directory, operations)
        segments = names.count
        for name in names { octets += try operations.size(of: directory + "/" + name.description) }
        for name in names.reversed() {
            let first = try count(directory + "/" + name.description, operations)
            if let first, first < since { return }
            // The journal, or what was not archived of it, is younger than the span.
            if let first, name == names.first { self.since = first }
        }
    }

    /// - Returns: the time of the segment's first record; `nil` where there is none yet.
    private mutating func count(_ path: String, _ operations: FileOperations) throws(LedgerError) -> Instant? {
        var segment = try SegmentReader(path, operations)
        var position = segment.header.start
        var first: Instant?
        var start = segment.offset
        while case .batch(let records) = try segment.next(from: position) {
            guard let last = records.last else { continue }
            position = ChainPosition(next: last.sequence + 1, head: last.hash)
            first = first ?? records.first?.time
            lastTime = max(lastTime, last.time)
            // What a batch holds was recorded in one second.
            if last.time >= since {
                octetsWritten += segment.offset - start
                for record in records {
                    self.records += 1
                    if case .issued = record.body { issued += 1 }
                }
            }
            start = segment.offset
        }
        return first
    }
}
