internal import Glibc

/// Copies a journal to a folder of the same form, while a daemon may be at work in it: every segment in its order, the last as far as it
/// is whole.
///
/// Run again it adds what is new. It never takes away: where the copy has what the journal has not, it refuses.
package enum JournalBackup {
    /// What was done.
    package struct Outcome: Hashable, Sendable {
        package fileprivate(set) var segmentsCopied = 0
        /// Those that were there already.
        package fileprivate(set) var segmentsKept = 0
        package fileprivate(set) var octetsCopied = 0
    }

    /// - Parameters:
    ///   - target: made where it is not there; the folder around it has to exist.
    ///   - progress: told how many segments of how many are done.
    package static func run(
        from source: String, to target: String, operations: FileOperations = .system,
        progress: (_ segments: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(JournalCopyError) -> Outcome {
        let result: Result<Outcome, JournalCopyError>
        do { result = try copy(from: source, to: target, operations, progress) } catch { throw .ledger(error) }
        return try result.get()
    }

    private static func copy(
        from source: String, to target: String, _ operations: FileOperations, _ progress: (Int, Int) -> Void
    ) throws(LedgerError) -> Result<Outcome, JournalCopyError> {
        let names = try JournalDirectory.segments(in: source, operations)
        return try copy(names, growing: names.last, from: source, to: target, operations, progress)
    }

    /// - Parameters:
    ///   - names: those to copy, one after the other.
    ///   - growing: the one that may be written to meanwhile.
    static func copy(
        _ names: [SegmentName], growing: SegmentName?, from source: String, to target: String,
        _ operations: FileOperations, _ progress: (Int, Int) -> Void
    ) throws(LedgerError) -> Result<Outcome, JournalCopyError> {
        guard let first = names.first else { return .success(Outcome()) }
        if try JournalDirectory.isAbsent(target, operations) { try make(target, operations) }
        let folder = try JournalDirectory(target, operations)
        try folder.removeUnfinished()
        let present = try operations.names(in: target).compactMap { SegmentName($0) }
        // What the journal has archived may be in its copy all the same.
        let own = try JournalDirectory.segments(in: source, operations)
        guard Set(present.filter { $0 >= first }).isSubset(of: own) else { return .failure(.ahead(target)) }
        if let last = present.last(where: { $0 < first }) {
            let beginning = try SegmentReader(source + "/" + first.description, operations).header
            let end = try SegmentReader.end(
                of: folder.path(of: last.description), journalID: beginning.journalID, operations)
            guard let end else { return .failure(.otherJournal(target)) }
            guard end == beginning.start else {
                return .failure(.incomplete(target, from: end.next, to: first.firstSequence))
            }
        }
        var outcome = Outcome()
        for (index, name) in names.enumerated() {
            var segment = try SegmentCopy(name, from: source, isLast: name == growing, operations)
            switch try segment.compare(in: folder, isPresent: present.contains(name)) {
            case .complete: outcome.segmentsKept += 1
            case .otherJournal: return .failure(.otherJournal(target))
            case .ahead: return .failure(.ahead(target))
            case .behind:
                outcome.octetsCopied += try segment.copy(to: folder)
                outcome.segmentsCopied += 1
            }
            progress(index + 1, names.count)
        }
        return .success(outcome)
    }

    private static func make(_ target: String, _ operations: FileOperations) throws(LedgerError) {
        do { try operations.createPrivateDirectory(target) } catch .system(let failure) where failure.code == EEXIST {}
        try OpenFile(parent(of: target), flags: O_DIRECTORY, operations).synchronize()
    }
}
