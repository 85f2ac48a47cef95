import ArgumentParser

/// `countersign ledger`: what is on record, and what may be done about it.
struct LedgerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Look up certificates, watch them come, revoke them.",
        subcommands: [LedgerList.self, LedgerShow.self, LedgerRevoke.self, LedgerWatch.self])
}
