import ArgumentParser

/// `countersign access`: who may do what.
struct AccessCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Tell what a configuration lets a user do, and why.",
        subcommands: [AccessExplain.self])
}
