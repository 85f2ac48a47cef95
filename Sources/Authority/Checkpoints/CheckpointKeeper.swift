import Issuance
package import Ledger
package import Logging
import PublicKeys
package import Signing
import Synchronization
import Threads
package import Timekeeping

/// Has a key of its own say, from time to time, what the journal's head is: on record, and in a file to be kept elsewhere, so that
/// what is cut off the journal's end is missed.
package final class CheckpointKeeper: Sendable {
    private let signer: any Signer
    private let interval: Duration
    private let file: GrowingFile
    private let journal: Journal
    private let clock: WallClock
    private let logger: Logger
    private let state = Mutex(State())

    private struct State: Sendable {
        /// The head of the journal after the last one.
        var head: UInt64 = 0
        var last: Checkpoint?
        var lastError: String?
    }

    /// How it is, for people who look after it.
    package struct Status: Sendable {
        /// Of this run.
        package let last: Checkpoint?
        /// Why the last attempt came to nothing; `nil` after a success.
        package let lastError: String?
    }

    /// - Parameters:
    ///   - signer: of a key that is no CA's.
    ///   - interval: how long after one the next is made, where anything was recorded since.
    ///   - path: the file that each is added to; its folder has to exist.
    package init(
        signer: any Signer, interval: Duration, path: String, journal: Journal, clock: WallClock, logger: Logger
    ) {
        self.signer = signer
        self.interval = interval
        file = GrowingFile(path)
        self.journal = journal
        self.clock = clock
        self.logger = logger
    }

    package var status: Status { state.withLock { Status(last: $0.last, lastError: $0.lastError) } }

    /// Works until it is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await keep()
            try? await Task.sleep(for: interval)
        }
    }

    /// One more, where anything but the last one was recorded since.
    package func keep() async {
        let status = journal.status
        guard status.head > state.withLock({ $0.head }) else { return }
        do {
            let checkpoint = try await sign(status)
            let record = try await journal.record(checkpoint)
            let (file, text) = (file, Array(checkpoint.exported.utf8))
            state.withLock { state in
                state.head = record
                state.last = checkpoint
            }
            try await OSThread.call(name: "checkpoint") { try file.append(text) }
            state.withLock { $0.lastError = nil }
        } catch {
            state.withLock { $0.lastError = "\(error)" }
            logger.error("no checkpoint was kept", metadata: ["cause": "\(error)"])
        }
    }

    private func sign(_ status: JournalStatus) async throws -> Checkpoint {
        let statement = Checkpoint.Statement(
            journalID: journal.journalID, sequence: status.head, head: status.headHash, time: clock.now())
        let signature = try await signer.sign(statement.der)
        return Checkpoint(
            statement: statement, signatureAlgorithm: signer.algorithm.name,
            publicKey: signer.publicKey.subjectPublicKeyInfo, signature: signature.octets)
    }
}

extension Checkpoint {
    /// A line for people and a PEM block, as the file of checkpoints has them.
    fileprivate var exported: String { caption + "\n" + PEM.encode(der, label: Self.pemLabel) }
}
