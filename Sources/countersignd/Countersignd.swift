public import ArgumentParser
import Console
import Glibc
public import Logging
import Program
import Threads
import TokenIsolation

@main
struct Countersignd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "countersignd",
        abstract: "Signs certificates with keys that stay in PKCS#11 tokens.",
        discussion: """
            Serves until SIGTERM or SIGINT, then answers what is under way and stops. Logs go to standard error.

            Exit codes: 0 stopped as asked, or --check found nothing wrong; 1 it cannot start, or --check found something; \
            64 wrong usage; 70 stopped as asked, but a call that hangs in a token's module was left behind; \
            74 what --check found cannot be written; \
            78 the configuration is wrong.
            """,
        version: version)

    static let version = Version.current

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String

    @Flag(
        help:
            "Read the configuration, log in, test-sign with every key, look at journal and socket, print what was found, and exit."
    )
    var check = false

    @Flag(help: "Make a journal where there is none: at the first start.")
    var newJournal = false

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: Logger.Level = .info

    /// A token's process is this program, too.
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.first == HostProgram.argument else { return await main(nil) }
        await HostCommand.run(Array(arguments.dropFirst()))
    }

    func run() async throws {
        let output: LogOutput
        do {
            output = try LogOutput()
        } catch {
            StandardError.write("countersignd: no thread for the log: \(describe(error.code))\n")
            throw ExitCode(EX_OSERR)
        }
        LoggingSystem.bootstrap { label in LogOutputHandler(label: label, output: output) }
        var logger = Logger(label: "countersignd")
        logger.logLevel = logLevel
        let status: Int32
        do {
            try Self.prepareProcess()
            let configuration = try Daemon.configuration(at: config)
            if check {
                let check = ConfigurationCheck(configuration, mayCreateJournal: newJournal, logger)
                status = try await check.run() ? EXIT_SUCCESS : EXIT_FAILURE
            } else {
                let daemon = Daemon(configuration, mayCreateJournal: newJournal, logger)
                status = try await daemon.run() ? EXIT_SUCCESS : EX_SOFTWARE
            }
        } catch let error as ConfigurationFailure {
            StandardError.write("\(error.description)\n")
            status = EX_CONFIG
        } catch let error as ProcessHardening.Refusal {
            StandardError.write("countersignd: \(error.description)\n")
            status = EXIT_FAILURE
        } catch let error as WriteFailure {
            StandardError.write("countersignd: standard output cannot be written: \(describe(error.number))\n")
            status = EX_IOERR
        } catch let error as StartError {
            StandardError.write("countersignd: \(error.description)\n")
            status = EXIT_FAILURE
        }
        Self.leave(output, status)
    }

    /// Not by exit(3): it runs the destructors of modules, and those may wait for a call that hangs.
    static func leave(_ output: LogOutput, _ status: Int32) -> Never {
        output.flush()
        fflush(nil)
        _exit(status)
    }

    static func prepareProcess() throws(ProcessHardening.Refusal) {
        // A peer or a vendor's remote module that dies must not take the daemon along.
        signal(SIGPIPE, SIG_IGN)
        // Journal, socket and whatever a module writes: for this user alone, unless a mode is set on purpose.
        umask(0o077)
        try ProcessHardening.keepMemoryPrivate()
        // The configuration's own limit of connections is lower.
        try ProcessHardening.raiseOpenFileLimit()
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
