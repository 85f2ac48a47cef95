import ArgumentParser
import Console
import JSONRPC
import Program

/// `countersign bench`: how fast the daemon signs, beside what its token could do.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the daemon under load, beside what its token allows.",
        discussion: """
            Each of the connections sends its next request when its last is answered. In the same run a scratch key of the \
            CA's type, made in the CA's token and gone afterwards, gives the raw rate of C_Sign and the floor: CSR verified, \
            signed, result verified, on all cores. The CA's own key signs only what the daemon records: every certificate of the \
            load is real, and on its record. That of another uid needs the token's PIN, which the configuration says where to find.

            Example: countersign bench --profile internal-tls --concurrency 1,8,64 --seconds 5
            """)

    @Option(help: ArgumentHelp("The profile, by id or name.", valueName: "id-or-name"))
    var profile: String

    @Option(help: ArgumentHelp("Connections at once; a list makes a run of each.", valueName: "list"))
    var concurrency: ConcurrencyList = .init(levels: [1, 8, 64])

    @Option(help: ArgumentHelp("How long each run is measured.", valueName: "number"))
    var seconds: Int = 5

    @Option(help: ArgumentHelp("The DNS name in the CSRs; by default one that the profile admits.", valueName: "host"))
    var name: String?

    @Option(help: ArgumentHelp("What the certificates' ttl is.", valueName: "lifetime"))
    var ttl: String = "1h"

    @Option(
        help: ArgumentHelp(
            "The daemon's configuration, which names the token; else COUNTERSIGN_CONFIG.", valueName: "file"))
    var config: String?

    @Flag(help: "Leave the token's own rates out: no configuration and no PIN are needed.")
    var skipToken = false

    @OptionGroup var socket: SocketOptions

    func validate() throws {
        guard (1...3600).contains(seconds) else { throw ValidationError("--seconds has to be from 1 to 3600") }
    }

    func run() async throws {
        try prepareProcess()
        let client = try await ServiceClient(socket)
        let (id, description) = try await client.profile(profile)
        let requests = try BenchmarkRequests(profile: id, rules: description, name: name, ttl: ttl)
        let duration = Duration.seconds(seconds)
        var limits: TokenLimits?
        if !skipToken {
            Progress.say("measuring the token")
            let token = try BenchmarkToken(configuration: config, authority: description["authority"]?.string ?? "")
            limits = try await token.measure(duration: duration, csr: requests.csr)
        }
        let load = ClosedLoop(socketPath: socket.path, requests: requests.lines)
        var runs: [BenchmarkReport.Run] = []
        for level in concurrency.levels {
            Progress.say("measuring \(level) connections")
            let outcome = try load.run(concurrency: level, warmUp: .milliseconds(500), duration: duration)
            runs.append(BenchmarkReport.Run(concurrency: level, outcome))
        }
        let report = BenchmarkReport(limits: limits, runs: runs)
        try StandardOutput.show(socket.json ? report.json : report.text)
    }

    /// Beside the connections: the token's module with its sessions, and what every process has open.
    private static let otherFiles = 64

    /// Before the PIN is read.
    private func prepareProcess() throws(CommandFailure) {
        let needed = (concurrency.levels.max() ?? 0) + Self.otherFiles
        let allowed: Int
        do {
            try ProcessHardening.keepMemoryPrivate()
            allowed = try ProcessHardening.raiseOpenFileLimit(to: needed)
        } catch {
            throw CommandFailure(.internalError, "\(error).")
        }
        guard allowed >= needed else {
            throw CommandFailure(
                .unavailable,
                "so many connections need \(needed) open files, and this process may have \(allowed): raise its hard limit "
                    + "(ulimit -Hn), or lower --concurrency.")
        }
    }
}

/// `1,8,64`.
struct ConcurrencyList: ExpressibleByArgument {
    let levels: [Int]

    init(levels: [Int]) { self.levels = levels }

    init?(argument: String) {
        let levels = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard !levels.isEmpty, levels.allSatisfy({ (1...2000).contains($0) }) else { return nil }
        self.levels = levels
    }

    var defaultValueDescription: String { levels.map(String.init).joined(separator: ",") }
}
