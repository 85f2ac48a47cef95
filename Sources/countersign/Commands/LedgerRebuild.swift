import ArgumentParser
import Configuration
import Console
import Inventory
import JSONRPC
import Ledger

/// `countersign ledger rebuild`: the inventory, anew.
struct LedgerRebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make the inventory, where certificates are looked up, anew from the journal.",
        discussion: """
            The daemon does so by itself where the inventory is missing, damaged or of another journal, and answers no look-up meanwhile; \
            this does it beforehand. The daemon has to be stopped. The new file takes the old one's place when it is whole. Run it as the \
            daemon's user.

            Exit codes: 0 made; 65 the journal is not sound; 66 the journal cannot be read; 73 the journal is in use, or the inventory cannot \
            be written.

            Example: countersign ledger rebuild --config /etc/countersign/countersign.yaml
            """)

    @Option(help: ArgumentHelp("The daemon's configuration; else COUNTERSIGN_CONFIG.", valueName: "file"))
    var config: String?

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let configuration = try DaemonConfiguration(config, neededFor: "To rebuild needs").values
        let (journal, file) = (configuration.journal.directory, configuration.inventory.file)
        var line = ProgressLine("filling \(file)")
        let records: UInt64
        do {
            // A daemon that starts meanwhile finds the journal in use.
            records = try Journal.whileUnused(directory: journal) {
                try CertificateInventory.rebuild(path: file, journalDirectory: journal) { progress in
                    if case .filling(let records, let total) = progress {
                        line.update(Int(clamping: records), of: Int(clamping: total))
                    }
                }
            }
            line.end()
        } catch {
            line.end()
            throw Self.failure(error, journal)
        }
        let result: JSONValue = ["inventory": .string(file), "records": .init(records)]
        try StandardOutput.show(
            json ? result.compactText : "\(file) is made anew of the journal's \(records) records.".printable)
    }

    private static func failure(_ error: any Error, _ journal: String) -> CommandFailure {
        switch error {
        case let error as LedgerError: CommandFailure(JournalCopyError.ledger(error), journal)
        case InventoryError.journal(let error): CommandFailure(JournalCopyError.ledger(error), journal)
        default: CommandFailure(.cannotCreate, "\(error). The inventory is as it was.")
        }
    }
}
