import ArgumentParser
import Configuration
import Console
import JSONRPC
import Signing

/// `countersign token unlatch`: the PIN may be tried again.
struct TokenUnlatch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlatch",
        abstract: "Have the daemon try a token's PIN once more, and its keys that are locked.",
        discussion: """
            A PIN that a token refused is not tried again, not by a daemon that is started anew either, since a few wrong ones lock the token. \
            Where the daemon ended during a log-in, nobody knows what came of it, and the same holds. Find out first what was wrong, and mend \
            where the PIN comes from; then run this. A daemon that works reads the PIN anew and tries it within a second; otherwise the next \
            that is started does. Keys that are locked, since they signed wrongly or are not as the configuration wants them, prove that they \
            sign by a test signature. Run it as the daemon's user.

            Exit codes: 0 done, or nothing was latched; 66 the configuration cannot be read or has no such token; 73 the note cannot be taken away.

            Example: countersign token unlatch hsm --config /etc/countersign/countersign.yaml
            """)

    @Argument(help: "The token's name in the configuration.")
    var token: String

    @Option(help: ArgumentHelp("The daemon's configuration; else COUNTERSIGN_CONFIG.", valueName: "file"))
    var config: String?

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let configuration = try DaemonConfiguration(config, neededFor: "To unlatch a token needs").values
        guard configuration.tokens.contains(where: { $0.name == token }) else {
            let names = configuration.tokens.map(\.name).joined(separator: ", ")
            throw CommandFailure(.noInput, "\(configuration.path) has no token \(token); it has \(names).")
        }
        let latch = PINLatch(folder: configuration.latchFolder, token: token)
        let reason: String?
        do {
            reason = try latch.read()
            try latch.unlatch()
        } catch {
            throw CommandFailure(.cannotCreate, "\(error). Nothing was unlatched.")
        }
        let result: JSONValue = ["token": .string(token), "reason": reason.map { .string($0) } ?? .null]
        let text =
            if let reason {
                "The PIN of \(token) may be tried again. It was latched because: \(reason)."
            } else {
                "The PIN of \(token) was not latched; a daemon that works tries what is locked again."
            }
        try StandardOutput.show(json ? result.compactText : text.printable)
    }
}
