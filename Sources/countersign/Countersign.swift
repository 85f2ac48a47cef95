import ArgumentParser
import Configuration
import Glibc
import Program

@main
struct Countersign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "countersign",
        abstract: "Asks countersignd for certificates, looks them up, and tells how it fares.",
        discussion: """
            The daemon's socket comes from --socket, else from COUNTERSIGN_SOCKET, else it is \(ServiceConfiguration.Socket.defaultPath).

            Exit codes: 0 done; 64 wrong usage; 65 the request was refused (400, 422), or not confirmed, or a journal is not sound; \
            66 an input cannot be read; 68 no such profile, authority, certificate or method (404); 69 the daemon or a token is unavailable; \
            70 an internal error (500) or an answer that makes no sense; 73 an output cannot be written; \
            75 try again later (429, 503); 77 not permitted (401, 403).
            """,
        version: Version.current,
        subcommands: [
            Sign.self, SignIntermediate.self, Profiles.self, Authorities.self, LedgerCommands.self, CRL.self,
            Status.self, Call.self, Bench.self, TokenCommands.self, KeyCommands.self, CACommands.self,
            AccessCommands.self,
        ])

    static func main() async {
        // Writing to a reader that has gone is an error to report, not a reason to die.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            failure.report()
            Glibc.exit(failure.code.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
