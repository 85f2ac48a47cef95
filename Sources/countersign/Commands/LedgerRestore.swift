import ArgumentParser
import Console
import DERCoding
import Ledger
import Logging

/// `countersign ledger restore`: a journal of a back-up.
struct LedgerRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a journal of a back-up, in the place of one that was lost.",
        discussion: """
            The back-up is verified and copied, and a record is added that says so. The numbers of CRLs go on behind a gap of \
            \(JournalRestoration.crlNumberGap), so that none is given twice, whatever the back-up lacks. Where more CRLs than that may \
            have been published since, or the back-up is older than an authority, give the last one that was. Only its number and its \
            key identifier are taken from it.

            What was issued and revoked after the back-up is not known to the journal: docs/ledger.md says what to do.

            Example: countersign ledger restore /srv/backup/journal --to /var/lib/countersign/journal --last-crl /srv/www/issuing.crl
            """)

    @Argument(help: ArgumentHelp("The back-up's folder.", valueName: "dir"))
    var backup: String

    @Option(help: ArgumentHelp("Where the journal goes: nothing is there yet.", valueName: "dir"))
    var to: String

    @Option(
        name: .customLong("last-crl"),
        help: ArgumentHelp("The last CRL that was published, in DER or PEM; may be repeated.", valueName: "file"))
    var lastCRL: [String] = []

    @Option(
        help: ArgumentHelp(
            "In place of a CRL, the number of the last one that was published, of the key with that subject key identifier; may be repeated.",
            valueName: "key-id=number"))
    var crlNumber: [PublishedCRLNumber] = []

    func run() async throws {
        let numbers = try crlNumber + lastCRL.map(PublishedCRLNumber.init(ofCRL:))
        let published = Dictionary(numbers.map { ($0.authorityKeyID, $0.number) }, uniquingKeysWith: max)
        var line = ProgressLine("reading \(backup)")
        let outcome: JournalRestoration.Outcome
        do {
            outcome = try await JournalRestoration.restore(
                backup, to: to, publishedCRLs: published,
                logger: Logger(label: "countersign") { _ in SwiftLogNoOpLogHandler() }
            ) { line.update($0, of: $1) }
        } catch {
            line.end()
            throw CommandFailure(error, backup)
        }
        line.end()
        try StandardOutput.show(text(outcome))
    }

    private func text(_ outcome: JournalRestoration.Outcome) -> String {
        let time = outcome.backup.lastTime.map { " of \($0)" } ?? ""
        var lines = ["\(to) is restored up to record \(outcome.restored.lastSequence)\(time)."]
        for floor in outcome.restored.floors {
            lines.append("CRLs of key \(floor.authorityKeyID.hex) go on over number \(floor.number).")
        }
        for intent in outcome.abandoned {
            lines.append("record \(intent.sequence) of \(intent.authorityID) is possibly signed from now on.")
        }
        lines.append("What was issued and revoked after that has to be taken over, before the next CRL is signed.")
        return lines.joined(separator: "\n")
    }
}
