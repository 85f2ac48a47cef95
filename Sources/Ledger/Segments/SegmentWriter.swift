internal import Failpoints
internal import Glibc
internal import Timekeeping

/// The segment that grows: one batch after the other, each on the disk before the next is begun.
struct SegmentWriter: ~Copyable {
    private let file: OpenFile
    private let identity: FileIdentity
    /// The file's name, once it is published.
    private let path: String
    private let operations: FileOperations
    /// Where the next batch goes, in octets from the start of the file.
    private(set) var offset = 0
    /// Up to here there is room on the disk, filled with zeros where nothing was written yet.
    private var allocated = 0
    /// Up to here zeros, or batches, were written.
    private var blanked = 0
    /// Room is made in pieces of this size.
    private let chunk: Int

    /// - Throws: what opening a new file throws.
    private init(
        _ name: SegmentName, in directory: borrowing JournalDirectory, chunk: Int
    ) throws(LedgerError) {
        operations = directory.operations
        path = directory.path(of: name.description)
        let unfinished = directory.path(of: name.unfinished)
        // Left by an attempt that failed or was interrupted.
        do { try operations.remove(unfinished) } catch .system(let failure) where failure.code == ENOENT {}
        let file = try OpenFile(unfinished, flags: O_RDWR | O_CREAT | O_EXCL, operations)
        identity = try file.identity()
        self.file = file
        self.chunk = chunk
    }

    /// Makes sure of room for `octets` from `offset` on, so that a full disk is met before anything is written.
    mutating func reserve(_ octets: Int) throws(LedgerError) {
        let needed = offset + octets
        guard needed > allocated else { return }
        let end = needed + chunk - needed % chunk
        try file.allocate(from: allocated, length: end - allocated)
        allocated = end
    }

    /// Writes zeros where the next batches will be. To write a block a second time costs fdatasync less than the first: the file
    /// system has nothing to note about it.
    private mutating func blank(_ octets: Int) throws(LedgerError) {
        let needed = offset + octets
        guard needed > blanked else { return }
        let start = max(blanked, offset)
        let end = min(allocated, needed + Self.blankOctets)
        guard end > start else { return }
        try file.write([UInt8](repeating: 0, count: end - start)[...], at: start)
        blanked = end
    }

    /// Octets to blank in one go: as much as a disk takes without anybody noticing.
    private static let blankOctets = 256 << 10

    /// Writes a batch; it is on the disk when this returns, in a file that is still the segment's. After an error nobody knows
    /// what is there.
    mutating func append(_ batch: [UInt8]) throws(LedgerError) {
        try blank(batch.count)
        Failpoint.batchLaidOut.pass()
        try file.write(batch[...], at: offset)
        Failpoint.batchWritten.pass()
        try file.synchronizeData()
        Failpoint.batchDurable.pass()
        // In a file that nobody finds again, a record is none.
        try identity.require(path, operations)
        offset += batch.count
        allocated = max(allocated, offset)
    }

    /// Gives back the room that was not needed. The segment is complete without it, too.
    func trim() throws(LedgerError) {
        try file.truncate(to: offset)
        Failpoint.segmentTrimmed.pass()
    }
}

extension SegmentWriter {
    /// Makes a segment that holds nothing yet, under its final name when everything is on the disk.
    ///
    /// - Parameter room: octets to make sure of.
    static func create(
        _ header: SegmentHeader, in directory: borrowing JournalDirectory, chunk: Int, room: Int
    ) throws(LedgerError) -> SegmentWriter {
        let name = SegmentName(firstSequence: header.start.next)
        var writer = try SegmentWriter(name, in: directory, chunk: chunk)
        do {
            let bytes = header.bytes
            try writer.reserve(bytes.count + room)
            try writer.file.write(bytes[...], at: 0)
            writer.offset = bytes.count
        } catch {
            writer.discard()
            throw error
        }
        try writer.publish(name, in: directory)
        return writer
    }

    /// Copies what is sound in the last segment to a new file that takes its place: what was read may have come from
    /// the page cache, and never have reached the disk.
    ///
    /// - Parameters:
    ///   - source: the path of the segment, where it is another folder's.
    ///   - torn: keep the old file, too, since something is cut off.
    static func copying(
        _ name: SegmentName, from source: String? = nil, upTo end: Int, torn: Bool,
        in directory: borrowing JournalDirectory, chunk: Int
    ) throws(LedgerError) -> SegmentWriter {
        let path = source ?? directory.path(of: name.description)
        let source = try OpenFile(path, flags: 0, directory.operations)
        var writer = try SegmentWriter(name, in: directory, chunk: chunk)
        do {
            try writer.copy(source, upTo: end)
        } catch {
            writer.discard()
            throw error
        }
        Failpoint.recoveryCopied.pass()
        if torn { try directory.keepTorn(name) }
        try writer.publish(name, in: directory)
        Failpoint.recoveryNamed.pass()
        return writer
    }

    private mutating func copy(_ source: borrowing OpenFile, upTo end: Int) throws(LedgerError) {
        var buffer: [UInt8] = []
        while offset < end {
            buffer = [UInt8](repeating: 0, count: min(1 << 20, end - offset))
            guard try source.read(into: &buffer, at: offset) == buffer.count else {
                throw .corrupted(
                    path: path, offset: offset, sequence: 0, reason: "the file became shorter while it was read")
            }
            try file.write(buffer[...], at: offset)
            offset += buffer.count
        }
        allocated = end
    }

    /// Removes what an attempt has made: on a full disk even that may hold room. What is left in spite of this, the next start
    /// removes.
    private func discard() {
        do { try operations.remove(file.path) } catch {}
    }

    private func publish(_ name: SegmentName, in directory: borrowing JournalDirectory) throws(LedgerError) {
        try file.synchronize()
        Failpoint.segmentWritten.pass()
        try directory.operations.rename(directory.path(of: name.unfinished), to: directory.path(of: name.description))
        Failpoint.segmentNamed.pass()
        try directory.synchronize()
    }
}
