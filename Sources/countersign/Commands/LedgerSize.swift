import ArgumentParser
import Console
import Glibc
import JSONRPC
import Ledger
import Timekeeping

/// `countersign ledger size`: how long the disk lasts.
struct LedgerSize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "size",
        abstract: "Tell what a journal takes on the disk, and when the disk will be full.",
        discussion: """
            By what was recorded in the last days; less than an hour tells nothing. Beside what the journal takes, a start needs \
            room to write the last segment anew.

            Example: countersign ledger size /var/lib/countersign/journal --days 7
            """)

    @Argument(help: ArgumentHelp("The journal's folder.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("How many days to count.", valueName: "number"))
    var days: Int = 30

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func validate() throws {
        guard (1...36_500).contains(days) else { throw ValidationError("--days has to be from 1 to 36500") }
    }

    func run() throws {
        let now = WallClock.system.now()
        guard let since = now.adding(seconds: -86_400 * Int64(days)) else {
            throw CommandFailure(.internalError, "the clock shows \(now).")
        }
        let growth: JournalGrowth
        do { growth = try JournalGrowth(directory: directory, since: since) } catch {
            throw CommandFailure(unreadable: error, directory)
        }
        let forecast = DiskForecast(growth, now: now, free: try Self.freeOctets(directory))
        try StandardOutput.show(json ? forecast.json.compactText : forecast.text)
    }

    /// What a process without privileges may still take.
    private static func freeOctets(_ directory: String) throws(CommandFailure) -> UInt64 {
        var fileSystem = statvfs()
        guard unsafe statvfs(directory, &fileSystem) == 0 else {
            throw CommandFailure(.noInput, "the file system of \(directory): \(describe(errno)).")
        }
        let (free, isBeyond) = UInt64(fileSystem.f_bavail).multipliedReportingOverflow(by: UInt64(fileSystem.f_frsize))
        return isBeyond ? .max : free
    }
}
