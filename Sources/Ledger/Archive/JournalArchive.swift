internal import Glibc
package import Logging
package import Timekeeping

/// Moves a journal's oldest segments elsewhere, when nothing in them is needed any more: all their certificates have expired, and those
/// that were revoked have left the CRLs.
///
/// They are copied and the copy is checked; then it is on record that the journal may begin behind them; and only then they are removed,
/// one after the other. Whatever interrupts it, the journal is whole, and the same again completes it.
package enum JournalArchive {
    package struct Outcome: Sendable {
        package let plan: ArchivePlan
        /// Segments that were in the archive already.
        package let segmentsKept: Int
    }

    /// What would be done. It changes nothing, and a daemon may be at work.
    ///
    /// - Parameters:
    ///   - keeping: seconds that a certificate stays after its end.
    ///   - notAfter: reads the end of a certificate's validity from its TBSCertificate; `nil` where that is none, and then it stays.
    ///   - progress: told how many octets of how many were read.
    package static func plan(
        _ directory: String, keeping: Int64, notAfter: (_ tbs: [UInt8]) -> Instant?,
        clock: WallClock = .system, operations: FileOperations = .system,
        progress: (_ octets: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(LedgerError) -> ArchivePlan {
        ArchivePlan(
            try ArchiveSurvey(
                directory: directory, notAfter: notAfter, operations: operations, progress: progress),
            keeping: keeping, now: clock.now())
    }

    /// - Parameter target: the archive's folder, made where it is not there; the folder around it has to exist. It may have what was
    ///   archived before.
    package static func run(
        _ directory: String, to target: String, keeping: Int64, notAfter: (_ tbs: [UInt8]) -> Instant?,
        clock: WallClock = .system, logger: Logger, operations: FileOperations = .system,
        progress: (_ octets: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(JournalCopyError) -> Outcome {
        let target = target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
        let result: Result<Outcome, JournalCopyError>
        do throws(LedgerError) {
            let (journal, _) = try Journal.open(
                directory: directory, clock: clock, logger: logger, operations: operations)
            do throws(LedgerError) {
                let plan = try plan(
                    directory, keeping: keeping, notAfter: notAfter, clock: clock, operations: operations,
                    progress: progress)
                result = try await move(plan, directory, to: target, in: journal, operations)
            } catch {
                await journal.close()
                throw error
            }
            await journal.close()
        } catch { throw .ledger(error) }
        return try result.get()
    }

    /// - Parameter journal: open, so that nobody else works in the folder.
    private static func move(
        _ plan: ArchivePlan, _ directory: String, to target: String, in journal: Journal, _ operations: FileOperations
    ) async throws(LedgerError) -> Result<Outcome, JournalCopyError> {
        guard !plan.segments.isEmpty else { return .success(Outcome(plan: plan, segmentsKept: 0)) }
        guard try !isInside(directory, target, operations) else { return .failure(.inJournal(target)) }
        let names = plan.segments.map { SegmentName(firstSequence: $0.firstRecord) }
        let copied = try JournalBackup.copy(names, growing: nil, from: directory, to: target, operations) { _, _ in }
        guard case .success(let copy) = copied else { return copied.map { _ in Outcome(plan: plan, segmentsKept: 0) } }
        for (name, end) in zip(names, plan.segments.dropFirst().map(\.start) + [plan.kept]) {
            let path = target + "/" + name.description
            guard try SegmentReader.end(of: path, journalID: journal.journalID, operations) == end else {
                return .failure(.notTheSame(path))
            }
        }
        for revocation in plan.carried { try await journal.record(revocation) }
        try await journal.record(plan.archived(to: target))
        let folder = try OpenFile(directory, flags: O_DIRECTORY, operations)
        for name in names {
            try operations.remove(directory + "/" + name.description)
            // A disk that fails may keep one removal and forget the one before it, which would leave a gap.
            try folder.synchronize()
        }
        return .success(Outcome(plan: plan, segmentsKept: copy.segmentsKept))
    }

    private static func isInside(
        _ directory: String, _ target: String, _ operations: FileOperations
    ) throws(LedgerError) -> Bool {
        let journal = try FileIdentity(of: directory, operations)
        for path in [target, parent(of: target) + "/."] {
            do {
                if try FileIdentity(of: path, operations) == journal { return true }
            } catch .system(let failure) where failure.meansAbsent {}
        }
        return false
    }
}
