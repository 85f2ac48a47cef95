internal import Glibc

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

    /// The segments of a folder in their order. Whether the first of them may be the journal's beginning, the records tell.
    ///
    /// - Throws: `LedgerError.alienFile`, `.mountPoint`, `.absent`, `.segmentsGone`.
    static func segments(in path: String, _ operations: FileOperations) throws(LedgerError) -> [SegmentName] {
        var segments: [SegmentName] = []
        let names = try operations.names(in: path)
        for name in names {
            if let segment = SegmentName(name) {
                segments.append(segment)
            } else if name == "lost+found" {
                throw .mountPoint(path)
            } else if !SegmentName.isUnfinished(name) && !SegmentName.isTorn(name) {
                throw .alienFile(path: path + "/" + name)
            }
        }
        guard !segments.isEmpty else {
            throw names.isEmpty ? .absent(directory: path) : .segmentsGone(directory: path)
        }
        return segments
    }
}
