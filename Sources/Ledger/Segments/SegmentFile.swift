/// A segment, and where it is.
struct SegmentFile: Hashable, Sendable {
    let name: SegmentName
    let path: String

    /// Those of a journal in their order, and of the folders to which its oldest ones were moved, what is before its own.
    ///
    /// - Throws: what `JournalDirectory.segments(in:_:)` throws.
    static func list(
        _ directory: String, archives: [String], _ operations: FileOperations
    ) throws(LedgerError) -> [SegmentFile] {
        let own = try files(in: directory, operations)
        var earlier: [SegmentName: SegmentFile] = [:]
        for archive in archives {
            for file in try files(in: archive, operations) {
                if let first = own.first, file.name < first.name { earlier[file.name] = file }
            }
        }
        return earlier.values.sorted { $0.name < $1.name } + own
    }

    private static func files(in folder: String, _ operations: FileOperations) throws(LedgerError) -> [SegmentFile] {
        try JournalDirectory.segments(in: folder, operations).map {
            SegmentFile(name: $0, path: folder + "/" + $0.description)
        }
    }
}
