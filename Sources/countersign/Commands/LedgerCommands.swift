import ArgumentParser

/// `countersign ledger`: what is on record, and what may be done about it.
struct LedgerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Look up certificates, watch them come, revoke them; prove, keep and restore their record.",
        discussion: "list, show, revoke and watch ask the daemon; the others read the journal's folder themselves.",
        subcommands: [
            LedgerList.self, LedgerShow.self, LedgerRevoke.self, LedgerWatch.self, LedgerVerify.self, LedgerExport.self,
            LedgerImportCommand.self, LedgerBackup.self, LedgerRestore.self, LedgerRebuild.self, LedgerSize.self,
            LedgerArchive.self,
        ])
}
