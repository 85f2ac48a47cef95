import ArgumentParser

/// `countersign token`: the tokens themselves.
struct TokenCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "See which tokens there are and what they can do; make an empty one ready.",
        subcommands: [TokenList.self, TokenShow.self, TokenInit.self, TokenDoctor.self, TokenUnlatch.self])
}
