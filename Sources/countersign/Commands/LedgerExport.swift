import ArgumentParser
import Console
import Glibc
import JSONRPC
import Ledger

/// `countersign ledger export`: every record, for other programs.
struct LedgerExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print a journal's records as JSON Lines.",
        discussion: """
            One object a record, with every field under the name that docs/journal.md gives it. The journal is checked as it is \
            read; where it is damaged, what is before that is printed, and the exit code is 65.

            With --checkpoints it prints the checkpoints on record in PEM instead, to be kept elsewhere.

            Example: countersign ledger export /var/lib/countersign/journal | jq -r 'select(.kind == "intent").body.serialNumber'
            """)

    @Argument(help: ArgumentHelp("The journal's folder.", valueName: "dir"))
    var directory: String

    @Option(
        help: ArgumentHelp(
            "A folder to which segments were archived, to be read first; may be repeated.", valueName: "dir"))
    var archive: [String] = []

    @Option(help: ArgumentHelp("The first record to print.", valueName: "number"))
    var from: UInt64 = 1

    @Option(help: ArgumentHelp("The last record to print.", valueName: "number"))
    var to: UInt64 = .max

    @Flag(help: "Print JSON Lines, as without it.")
    var json = false

    @Flag(help: "Print the checkpoints on record in PEM.")
    var checkpoints = false

    func validate() throws {
        guard !(json && checkpoints) else { throw ValidationError("--json and --checkpoints exclude each other") }
        guard from <= to else { throw ValidationError("--from has to be no more than --to") }
    }

    func run() throws {
        var reader: JournalReader
        do { reader = try JournalReader(directory: directory, archives: archive) } catch {
            throw CommandFailure(unreadable: error, directory)
        }
        var output = BufferedOutput()
        do {
            while let record = try reader.next(), record.sequence <= to {
                guard record.sequence >= from else { continue }
                if !checkpoints {
                    try output.write(record.json.encoded() + [0x0a])
                } else if case .checkpoint(let checkpoint) = record.body {
                    try output.write(Array(CheckpointFile.text(of: checkpoint).utf8))
                }
            }
        } catch let error as LedgerError {
            try output.flush()
            throw CommandFailure(.refused, "\(error).")
        }
        try output.flush()
        if let octets = reader.end?.tornOctets, octets > 0 {
            StandardError.write(
                "countersign: \(octets) octets of a batch that is being written, or was never finished, were left out.\n"
            )
        }
    }
}

/// Standard output in large pieces.
struct BufferedOutput {
    private var octets: [UInt8] = []

    mutating func write(_ more: [UInt8]) throws(CommandFailure) {
        octets += more
        if octets.count >= 1 << 16 { try flush() }
    }

    mutating func flush() throws(CommandFailure) {
        do throws(WriteFailure) { try writeAll(octets, to: STDOUT_FILENO) } catch {
            throw CommandFailure(.cannotCreate, "standard output cannot be written: \(describe(error.number)).")
        }
        octets.removeAll(keepingCapacity: true)
    }
}
