internal import Glibc
package import Logging
package import Timekeeping

/// Makes a journal of a back-up, in the place of one that was lost. It appears whole, or not at all.
///
/// The lost journal may have had records that the back-up has not. Serial numbers are random, so they are not repeated for that. The
/// numbers of CRLs are not, and leave a gap that is wider than what can have been lost.
package enum JournalRestoration {
    package struct Outcome: Sendable {
        /// What the back-up was found to be.
        package let backup: JournalReport
        package let restored: Restored
        /// Intents that had no outcome in the back-up: they are on record as possibly signed.
        package let abandoned: [OpenIntent]
    }

    /// By how much the numbers of CRLs rise: a CRL a minute takes two years to fill it.
    package static let crlNumberGap: UInt64 = 1 << 20

    /// - Parameters:
    ///   - directory: nothing is there, or an empty folder.
    ///   - publishedCRLs: the highest numbers that are known to have been published, by authority key.
    ///   - progress: told how many octets of how many were checked.
    package static func restore(
        _ backup: String, to directory: String, publishedCRLs: [[UInt8]: UInt64] = [:],
        clock: WallClock = .system, logger: Logger, operations: FileOperations = .system,
        progress: (_ octets: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(JournalCopyError) -> Outcome {
        let path = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        let unfinished = path + ".restoring"
        guard try inLedger({ () throws(LedgerError) in try JournalDirectory.isAbsent(path, operations) }) else {
            throw .occupied(path)
        }
        let report = try inLedger { () throws(LedgerError) in
            try JournalVerification.verify(directory: backup, operations: operations, progress: progress)
        }
        // Of a batch that is not whole nothing was acknowledged; it is left out.
        guard report.faults.allSatisfy({ if case .torn = $0 { true } else { false } }) else { throw .unsound(report) }
        let restored = Restored(
            lastSequence: report.head, floors: try floors(report, publishedCRLs), source: backup)
        try inLedger { () throws(LedgerError) in try clear(unfinished, operations) }
        _ = try JournalBackup.run(from: backup, to: unfinished, operations: operations)
        let (journal, recovery) = try inLedger { () throws(LedgerError) in
            try Journal.open(directory: unfinished, clock: clock, logger: logger, operations: operations)
        }
        var failure: LedgerError?
        do { try await journal.record(restored) } catch { failure = error }
        await journal.close()
        if let failure { throw .ledger(failure) }
        guard recovery.recordsRead == report.head else { throw .notTheSame(unfinished) }
        try inLedger { () throws(LedgerError) in
            try operations.rename(unfinished, to: path)
            try OpenFile(parent(of: path), flags: O_DIRECTORY, operations).synchronize()
        }
        return Outcome(backup: report, restored: restored, abandoned: recovery.abandoned)
    }

    private static func inLedger<Result>(
        _ body: () throws(LedgerError) -> Result
    ) throws(JournalCopyError) -> Result {
        do { return try body() } catch { throw .ledger(error) }
    }

    private static func floors(
        _ report: JournalReport, _ published: [[UInt8]: UInt64]
    ) throws(JournalCopyError) -> [CRLFloor] {
        var floors: [CRLFloor] = []
        for (key, number) in report.crlNumbers.merging(published, uniquingKeysWith: max)
            .sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        {
            let (floor, overflow) = number.addingReportingOverflow(crlNumberGap)
            guard !overflow, floor < UInt64(Int64.max) else { throw .crlNumbersExhausted(number) }
            floors.append(CRLFloor(authorityKeyID: key, number: floor))
        }
        return floors
    }

    /// Removes what an attempt that was interrupted has left.
    private static func clear(_ unfinished: String, _ operations: FileOperations) throws(LedgerError) {
        guard try !JournalDirectory.isAbsent(unfinished, operations) else { return }
        let folder = try JournalDirectory(unfinished, operations)
        let names = try operations.names(in: unfinished)
        for name in names where SegmentName(name) == nil && !SegmentName.isUnfinished(name) {
            throw .alienFile(path: folder.path(of: name))
        }
        for name in names { try operations.remove(folder.path(of: name)) }
    }
}
