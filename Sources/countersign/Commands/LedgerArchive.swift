import ArgumentParser
import Console
import Foundation
import Issuance
import Ledger
import Logging

/// `countersign ledger archive`: the oldest segments, elsewhere.
struct LedgerArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Move a journal's oldest segments to another folder, when nothing in them is needed any more.",
        discussion: """
            Segments leave as a whole, oldest first, when all certificates in them have expired, and those that were revoked have been on a \
            CRL once more and have left the last one. They are copied, the copy is read back, and a record in the journal vouches for what is missing; only then they \
            are removed. The daemon has to be stopped; its inventory is made anew at its next start, without the certificates that left. Run \
            it as the daemon's user. Interrupted, it loses nothing: run it again.

            With --dry-run it changes nothing, and a daemon may be at work.

            Exit codes: 0 moved, or nothing to move; 65 the journal is not sound, or the archive is not this journal's; 66 the journal cannot \
            be read; 73 the journal is in use, or the archive cannot be written.

            Example: countersign ledger archive /var/lib/countersign/journal --to /srv/archive/journal
            """)

    @Argument(help: ArgumentHelp("The journal's folder.", valueName: "dir"))
    var directory: String

    @Option(
        help: ArgumentHelp(
            "The archive's folder, the same each time; the folder around it has to exist.", valueName: "dir"))
    var to: String

    @Option(help: ArgumentHelp("How many days a certificate stays after its end.", valueName: "days"))
    var keep: Int = 30

    @Flag(help: "Only tell what would be moved.")
    var dryRun = false

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func validate() throws {
        guard (0...36_500).contains(keep) else { throw ValidationError("--keep has to be from 0 to 36500") }
    }

    func run() async throws {
        var line = ProgressLine("reading \(directory)")
        let output: ArchiveOutput
        do throws(JournalCopyError) {
            output = try await archive { line.update($0, of: $1) }
        } catch {
            line.end()
            throw CommandFailure(error, directory)
        }
        line.end()
        try StandardOutput.show(json ? output.json.compactText : output.text)
    }

    private func archive(_ progress: (Int, Int) -> Void) async throws(JournalCopyError) -> ArchiveOutput {
        let keeping = Int64(keep) * 86_400
        // On record for those who look for it from elsewhere.
        let target = to.hasPrefix("/") ? to : FileManager.default.currentDirectoryPath + "/" + to
        let end = { (tbs: [UInt8]) in CertificateSummary(tbs: tbs)?.notAfter }
        guard dryRun else {
            let outcome = try await JournalArchive.run(
                directory, to: target, keeping: keeping, notAfter: end,
                logger: Logger(label: "countersign") { _ in SwiftLogNoOpLogHandler() }, progress: progress)
            return ArchiveOutput(outcome.plan, isDone: true, directory: directory, target: target)
        }
        do throws(LedgerError) {
            let plan = try JournalArchive.plan(directory, keeping: keeping, notAfter: end, progress: progress)
            return ArchiveOutput(plan, isDone: false, directory: directory, target: target)
        } catch { throw .ledger(error) }
    }
}
