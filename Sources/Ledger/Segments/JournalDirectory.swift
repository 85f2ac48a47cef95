internal import FoundationEssentials
internal import Glibc
internal import Timekeeping

/// The journal's folder, locked for as long as this value lives.
struct JournalDirectory: ~Copyable {
    let path: String
    let operations: FileOperations
    let identity: FileIdentity
    private let handle: OpenFile

    /// Opens and locks a folder that exists.
    init(_ path: String, _ operations: FileOperations) throws(LedgerError) {
        let handle = try OpenFile(path, flags: O_DIRECTORY, operations)
        try handle.requirePrivate(directory: true)
        try handle.lock()
        identity = try handle.identity()
        self.path = path
        self.operations = operations
        self.handle = handle
    }

    func path(of name: String) -> String { path + "/" + name }

    /// The names of files and folders are on the disk when this returns.
    func synchronize() throws(LedgerError) { try handle.synchronize() }

    /// Removes what attempts to make a segment have left.
    func removeUnfinished() throws(LedgerError) {
        for name in try operations.names(in: path) where SegmentName.isUnfinished(name) {
            try operations.remove(path(of: name))
        }
    }

    /// Gives a segment that will be replaced a second name.
    func keepTorn(_ name: SegmentName) throws(LedgerError) {
        var count = 1
        while true {
            do { return try operations.link(path(of: name.description), as: path(of: name.torn(count))) } catch .system(
                let failure) where failure.code == EEXIST
            { count += 1 }
        }
    }

    /// The segments of a folder in their order.
    ///
    /// - Throws: `LedgerError.alienFile`, `.mountPoint`, `.absent`, `.segmentMissing`.
    static func segments(in path: String, _ operations: FileOperations) throws(LedgerError) -> [SegmentName] {
        var segments: [SegmentName] = []
        for name in try operations.names(in: path) {
            if let segment = SegmentName(name) {
                segments.append(segment)
            } else if name == "lost+found" {
                throw .mountPoint(path)
            } else if !SegmentName.isUnfinished(name) && !SegmentName.isTorn(name) {
                throw .alienFile(path: path + "/" + name)
            }
        }
        guard let first = segments.first else { throw .absent(directory: path) }
        guard first.firstSequence == ChainPosition.start.next else {
            throw .segmentMissing(directory: path, sequence: ChainPosition.start.next)
        }
        return segments
    }
}

extension JournalDirectory {
    /// Makes a journal of one record, its genesis, where there is nothing yet, or an empty folder. The folder gets its name when
    /// everything in it is on the disk, so that an interrupted attempt leaves none.
    static func create(
        _ path: String, at time: Instant, chunk: Int, _ operations: FileOperations
    ) throws(LedgerError) {
        let unfinished = unfinished(path)
        do { try operations.createPrivateDirectory(unfinished) } catch .system(let failure)
            where failure.code == EEXIST
        {}
        do {
            let directory = try JournalDirectory(unfinished, operations)
            for name in try leftovers(in: unfinished, operations) {
                try operations.remove(directory.path(of: name))
            }
            let journalID = UUID()
            var segment = try SegmentWriter.create(
                SegmentHeader(journalID: journalID, start: .start), in: directory, chunk: chunk, room: 0)
            var batch = BatchBuilder(journalID: journalID, from: .start)
            let genesis = Genesis(
                journalID: journalID, formatVersion: SegmentHeader.formatVersion, host: hostName())
            batch.build([.genesis(genesis)], at: time, from: .start)
            try segment.append(batch.bytes)
            do { try operations.rename(unfinished, to: path) } catch .system(let failure) where failure.code == EBUSY {
                throw .mountPoint(path)
            }
        }
        try OpenFile(parent(of: path), flags: O_DIRECTORY, operations).synchronize()
    }

    /// The folder's name while it is being made.
    private static func unfinished(_ path: String) -> String { path + ".new" }

    /// Looks, and changes nothing, whether what an interrupted attempt to make a journal has left, if anything, is in the way.
    static func checkCreatable(_ path: String, _ operations: FileOperations) throws(LedgerError) {
        let unfinished = unfinished(path)
        do {
            try OpenFile(unfinished, flags: O_DIRECTORY, operations).requirePrivate(directory: true)
        } catch .system(let failure) where failure.code == ENOENT { return }
        _ = try leftovers(in: unfinished, operations)
    }

    /// - Throws: `LedgerError.alienFile` for what no attempt leaves.
    static func leftovers(in unfinished: String, _ operations: FileOperations) throws(LedgerError) -> [String] {
        let names = try operations.names(in: unfinished)
        for name in names where SegmentName(name) == nil && !SegmentName.isUnfinished(name) {
            throw .alienFile(path: unfinished + "/" + name)
        }
        return names
    }

    /// Whether there is nothing by that name, or an empty folder.
    static func isAbsent(_ path: String, _ operations: FileOperations) throws(LedgerError) -> Bool {
        do {
            return try operations.names(in: path).isEmpty
        } catch .system(let failure) where failure.code == ENOENT { return true }
    }

    private static func hostName() -> String {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return "" }
        return unsafe withUnsafeBytes(of: &name.nodename) { octets in
            unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
