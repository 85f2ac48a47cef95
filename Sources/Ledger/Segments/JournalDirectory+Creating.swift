internal import FoundationEssentials
internal import Glibc
internal import Timekeeping

extension JournalDirectory {
    /// Makes a journal of one record, its genesis, where there is nothing yet, or an empty folder. The folder gets its name when
    /// everything in it is on the disk, so that an interrupted attempt leaves none; one that fails leaves nothing.
    ///
    /// - Throws: `LedgerError.symbolicLink`, `.mountPoint`, `.inTheWay`, `.alienFile`, `.outOfSpace`, among others.
    static func create(
        _ path: String, at time: Instant, chunk: Int, _ operations: FileOperations
    ) throws(LedgerError) {
        try checkPlace(path, operations)
        let unfinished = unfinished(path)
        do { try operations.createPrivateDirectory(unfinished) } catch .system(let failure)
            where failure.code == EEXIST
        {}
        do {
            let directory = try JournalDirectory(unfinished, operations)
            for name in try leftovers(for: path, operations) {
                try operations.remove(directory.path(of: name))
            }
            do {
                try writeGenesis(in: directory, at: time, chunk: chunk)
                try operations.rename(unfinished, to: path)
            } catch {
                directory.discard()
                // A folder of the same file system may be mounted there.
                if case .system(let failure) = error, failure.operation == .rename, failure.code == EBUSY {
                    throw .mountPoint(path)
                }
                throw error
            }
        }
        try OpenFile(parent(of: path), flags: O_DIRECTORY, operations).synchronize()
    }

    /// Looks, and changes nothing, whether a journal can be put there: whether what an interrupted attempt to make it has left, if
    /// anything, or the place itself is in the way.
    static func checkCreatable(_ path: String, _ operations: FileOperations) throws(LedgerError) {
        try checkPlace(path, operations)
        do {
            try OpenFile(unfinished(path), flags: O_DIRECTORY, operations).requirePrivate(directory: true)
        } catch .system(let failure) where failure.meansAbsent { return }
        _ = try leftovers(for: path, operations)
    }

    /// Whether there is nothing by that name, or an empty folder.
    ///
    /// - Throws: `LedgerError.symbolicLink`, among others.
    static func isAbsent(_ path: String, _ operations: FileOperations) throws(LedgerError) -> Bool {
        do {
            _ = try status(of: path, operations)
            return try operations.names(in: path).isEmpty
        } catch .system(let failure) where failure.meansAbsent { return true }
    }

    /// The folder's name while it is being made.
    private static func unfinished(_ path: String) -> String { path + ".new" }

    /// What is there may be replaced by a folder: nothing, or a folder that is no file system's root.
    private static func checkPlace(_ path: String, _ operations: FileOperations) throws(LedgerError) {
        do throws(LedgerError) {
            let there = try status(of: path, operations)
            // The folder that holds it, though the path may lead over a link.
            guard there.st_dev == (try operations.status(of: path + "/..")).st_dev else { throw .mountPoint(path) }
        } catch .system(let failure) where failure.meansAbsent { return }
    }

    private static func status(of path: String, _ operations: FileOperations) throws(LedgerError) -> stat {
        let status = try operations.status(of: path)
        guard status.st_mode & S_IFMT != S_IFLNK else { throw .symbolicLink(path) }
        return status
    }

    /// The names of what an interrupted attempt to make a journal has left.
    ///
    /// - Throws: `LedgerError.alienFile` and `.inTheWay` for what no attempt leaves.
    private static func leftovers(for path: String, _ operations: FileOperations) throws(LedgerError) -> [String] {
        let unfinished = unfinished(path)
        let names = try operations.names(in: unfinished)
        for name in names where !SegmentName.isUnfinished(name) {
            let file = unfinished + "/" + name
            guard let segment = SegmentName(name) else { throw .alienFile(path: file) }
            guard segment.firstSequence == ChainPosition.start.next, try isHardlyBegun(file, operations) else {
                throw .inTheWay(unfinished, of: path)
            }
        }
        return names
    }

    /// Whether a segment, the first of its journal, holds nothing beyond its genesis: then nothing was ever signed on its record.
    private static func isHardlyBegun(_ path: String, _ operations: FileOperations) throws(LedgerError) -> Bool {
        do {
            var segment = try SegmentReader(path, operations)
            guard case .batch(let records) = try segment.next(from: .start) else { return true }
            guard records.count == 1, let genesis = records.first, case .genesis = genesis.body,
                case .end = try segment.next(from: ChainPosition(next: genesis.sequence + 1, head: genesis.hash))
            else { return false }
            return true
        } catch .corrupted, .unsupportedFormat, .unknownRecord { return false }
    }

    private static func writeGenesis(
        in directory: borrowing JournalDirectory, at time: Instant, chunk: Int
    ) throws(LedgerError) {
        let journalID = UUID()
        var segment = try SegmentWriter.create(
            SegmentHeader(journalID: journalID, start: .start), in: directory, chunk: chunk, room: 0)
        var batch = BatchBuilder(journalID: journalID, from: .start)
        let genesis = Genesis(journalID: journalID, formatVersion: SegmentHeader.formatVersion, host: hostName())
        batch.build([.genesis(genesis)], at: time, from: .start)
        try segment.append(batch.bytes)
    }

    /// Removes the folder, with whatever is in it. What stays in spite of this, the next attempt removes.
    private func discard() {
        do {
            for name in try operations.names(in: path) { try operations.remove(path(of: name)) }
            try operations.removeDirectory(path)
        } catch {}
    }

    private static func hostName() -> String {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return "" }
        return unsafe withUnsafeBytes(of: &name.nodename) { octets in
            unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
