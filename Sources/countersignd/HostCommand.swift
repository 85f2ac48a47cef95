import Console
import Glibc
import Logging
import Program
import Threads
import TokenIsolation

/// `countersignd module-host TOKEN LEVEL`: the process of a token's module. The daemon starts it, and ps(1) shows which one it is.
enum HostCommand {
    /// - Parameter arguments: the token's name and the level of the log; what the host is to do it hears from the daemon.
    static func run(_ arguments: [String]) async -> Never {
        let output: LogOutput
        do throws(OSThread.Failure) { output = try LogOutput() } catch {
            StandardError.write("countersignd: no thread for the log: \(describe(error.code))\n")
            _exit(EX_OSERR)
        }
        LoggingSystem.bootstrap { label in LogOutputHandler(label: label, output: output) }
        var logger = Logger(label: "countersignd.host")
        logger[metadataKey: "token"] = "\(arguments.first ?? "")"
        logger.logLevel = arguments.dropFirst().first.flatMap { Logger.Level(rawValue: $0) } ?? .info
        // Those are for the daemon, which ends this process in its own time.
        for number in [SIGTERM, SIGINT, SIGHUP] { signal(number, SIG_IGN) }
        do throws(ProcessHardening.Refusal) {
            try Countersignd.prepareProcess()
        } catch {
            logger.error("\(error)")
            Countersignd.leave(output, EXIT_FAILURE)
        }
        Countersignd.leave(output, await ModuleHost.run(logger: logger))
    }
}
