import ArgumentParser

/// `countersign key`: CA keys in tokens.
struct KeyCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make CA keys in a token, bring them into one, look at them, delete them.",
        subcommands: [KeyGenerate.self, KeyImport.self, KeyList.self, KeyShow.self, KeyDelete.self])
}
