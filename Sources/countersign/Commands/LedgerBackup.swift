import ArgumentParser
import Console
import Ledger

/// `countersign ledger backup`: a journal's copy.
struct LedgerBackup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a journal, beside a running daemon, and verify the copy.",
        discussion: """
            Run again into the same folder it adds what is new. It never takes away: where the copy has records that the journal has \
            not, it refuses. The copy is no journal for a daemon: countersign ledger restore makes one of it.

            Exit codes: 0 copied and sound; 65 refused, or not sound; 66 no journal that can be read.

            Example: countersign ledger backup /var/lib/countersign/journal --to /srv/backup/journal
            """)

    @Argument(help: ArgumentHelp("The journal's folder.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("The copy's folder; the folder around it has to exist.", valueName: "dir"))
    var to: String

    @Flag(inversion: .prefixedNo, help: "Read the whole copy back and verify it.")
    var verify = true

    @OptionGroup var evidence: EvidenceOptions

    func run() throws {
        var line = ProgressLine("copying \(directory)")
        let outcome: JournalBackup.Outcome
        do {
            outcome = try JournalBackup.run(from: directory, to: to) { line.update($0, of: $1) }
        } catch {
            line.end()
            throw CommandFailure(error, directory)
        }
        line.end()
        try StandardOutput.show(
            "\(outcome.segmentsCopied) segments copied, \(outcome.octetsCopied) octets; \(outcome.segmentsKept) were there already"
        )
        guard verify else { return }
        let output = VerificationOutput(try evidence.verify(to, archives: []), directory: to)
        try StandardOutput.show(output.text)
        guard output.isSound else { throw CommandFailure(.refused, output.verdict) }
    }
}

extension CommandFailure {
    init(_ error: JournalCopyError, _ directory: String) {
        switch error {
        case .ledger(.corrupted), .ledger(.genesisMissing), .ledger(.segmentMissing), .ledger(.unknownRecord),
            .ledger(.unsupportedFormat), .ledger(.alienFile):
            self.init(.refused, "\(error).")
        case .ledger(.system(let failure)) where failure.isOfWriting: self.init(.cannotCreate, "\(error).")
        case .ledger(.locked), .ledger(.outOfSpace): self.init(.cannotCreate, "\(error).")
        case .ledger(let error): self.init(unreadable: error, directory)
        case .otherJournal, .ahead, .incomplete, .inJournal, .occupied, .unsound, .notTheSame, .crlNumbersExhausted:
            self.init(.refused, "\(error).")
        }
    }
}

extension SystemFailure {
    fileprivate var isOfWriting: Bool {
        switch operation {
        case .createDirectory, .write, .synchronize, .synchronizeData, .allocate, .truncate, .link, .rename, .remove:
            true
        default: false
        }
    }
}
