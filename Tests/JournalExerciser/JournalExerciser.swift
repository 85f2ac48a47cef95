import FoundationEssentials
import Glibc
import Ledger
import Logging
import Timekeeping

/// Works on a journal in a process of its own, which a test can kill and a person can time.
@main
struct JournalExerciser {
    static let usage = """
        usage: JournalExerciser hold DIR              hold the journal until standard input ends
               JournalExerciser issue DIR WAITERS     issue without end; print each certificate's id when it is durable
               JournalExerciser measure DIR WAITERS SECONDS
        """

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let mode = arguments.first, let directory = arguments.dropFirst().first else { return print(usage) }
        let numbers = arguments.dropFirst(2).compactMap { Int($0) }
        let (journal, recovery) = try Journal.open(
            directory: directory, creating: true, logger: Logger(label: "exerciser"))
        say("open \(recovery.lastSequence)")
        switch (mode, numbers.count) {
        case ("hold", 0):
            while readLine() != nil {}
        case ("issue", 1):
            await withThrowingTaskGroup { group in
                for _ in 0..<numbers[0] {
                    group.addTask { while true { say("issued \(try await issue(journal))") } }
                }
            }
        case ("measure", 2):
            try await measure(journal, waiters: numbers[0], seconds: numbers[1])
        default: print(usage)
        }
        await journal.close()
    }

    @discardableResult
    static func issue(_ journal: Journal) async throws -> UUID {
        // Not UUID(), which opens a file for its octets: the journal is to be timed, not this.
        let (left, right) = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        let random = (0..<8).flatMap { shift in
            [UInt8(truncatingIfNeeded: left >> (8 * shift)), UInt8(truncatingIfNeeded: right >> (8 * shift))]
        }
        let certificateID = UUID(
            uuid: (
                random[0], random[1], random[2], random[3], random[4], random[5], random[6], random[7], random[8],
                random[9], random[10], random[11], random[12], random[13], random[14], random[15]
            ))
        let serial = [0x40] + random
        let intent = Intent(
            serial: serial, certificateID: certificateID,
            authorityID: "issuing", authorityKeyID: [UInt8](repeating: 1, count: 20), kind: .leaf,
            profileID: certificateID, signatureAlgorithm: "ecdsa-sha256",
            configurationHash: [UInt8](repeating: 2, count: 32),
            requester: Intent.Requester(uid: 1000, gid: 1000, pid: 4711),
            csrHash: [UInt8](repeating: 3, count: 32), tbs: [UInt8](repeating: 4, count: 450),
            requestID: "req-0123456789abcd")
        let signature = [UInt8](repeating: 5, count: 71)
        _ = try await journal.withIntent(
            intent, 0, outcome: { Issued(certificateID: certificateID, signature: $0) },
            failure: { Abandonment(reason: "\($0)", outcome: .notSigned) }
        ) { _ in signature }
        return certificateID
    }

    /// Prints records a second, processor time a record, and the octets written.
    static func measure(_ journal: Journal, waiters: Int, seconds: Int) async throws {
        let clock = ContinuousClock()
        let before = (head: journal.status.head, octets: journal.status.octets, cpu: processorMicroseconds())
        let start = clock.now
        let end = start + .seconds(seconds)
        try await withThrowingTaskGroup { group in
            for _ in 0..<waiters {
                group.addTask { while clock.now < end { try await issue(journal) } }
            }
            try await group.waitForAll()
        }
        let elapsed = (clock.now - start) / .seconds(1)
        let records = Double(journal.status.head - before.head)
        let cpu = Double(processorMicroseconds() - before.cpu) / records
        let octets = Double(journal.status.octets - before.octets) / records
        print(
            "\(waiters) waiters: \(Int(records / elapsed)) records/s, \(cpu) µs of CPU and \(Int(octets)) octets each")
    }

    /// A line, whole and at once: what was said stays said when the process is killed.
    static func say(_ line: String) {
        let octets = Array((line + "\n").utf8)
        _ = unsafe octets.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    static func processorMicroseconds() -> Int {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
