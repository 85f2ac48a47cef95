internal import Failpoints
internal import FoundationEssentials
package import Logging
internal import Threads
package import Timekeeping

extension Journal {
    /// Opens a journal: locks, reads and checks all of it, cuts a torn tail off, copies the last segment to the disk anew, and
    /// gives every open intent its outcome.
    ///
    /// - Parameters:
    ///   - directory: the journal's folder; the folder around it has to exist.
    ///   - creating: make a journal where there is none. Never by default: one that is not found may be on a file system that is
    ///     not mounted.
    ///   - clock: dates the records.
    ///   - operations: the way to the file system.
    /// - Throws: `LedgerError`, whose description says what to do.
    package static func open(
        directory: String, creating: Bool = false, configuration: JournalConfiguration = JournalConfiguration(),
        clock: WallClock = .system, logger: Logger, operations: FileOperations = .system
    ) throws(LedgerError) -> (Journal, Recovery) {
        let path = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        do {
            return try open(path, creating, configuration, clock, logger, operations)
        } catch .system(let failure) where failure.meansFull {
            throw .outOfSpace(failure)
        }
    }

    /// Runs what needs nobody to work on a journal meanwhile: it is locked, and left as it is.
    ///
    /// - Throws: `LedgerError.locked` where somebody does; what `body` throws.
    package static func whileUnused<Result>(directory: String, _ body: () throws -> Result) throws -> Result {
        let folder = try JournalDirectory(directory, .system)
        let result = try body()
        // It was locked until here.
        _ = consume folder
        return result
    }

    /// Whether there is no journal: the folder is not there, or empty.
    package static func isAbsent(directory: String) throws(LedgerError) -> Bool {
        try JournalDirectory.isAbsent(directory, .system)
    }

    /// Whether a journal could be made where there is none, as far as can be seen without making it.
    package static func checkCreatable(directory: String) throws(LedgerError) {
        try JournalDirectory.checkCreatable(directory, .system)
    }

    private static func open(
        _ path: String, _ creating: Bool, _ configuration: JournalConfiguration, _ clock: WallClock, _ logger: Logger,
        _ operations: FileOperations
    ) throws(LedgerError) -> (Journal, Recovery) {
        let created = try JournalDirectory.isAbsent(path, operations)
        if created {
            guard creating else { throw .absent(directory: path) }
            try JournalDirectory.create(
                path, at: clock.now(), chunk: configuration.allocationOctets, operations)
        }
        let folder = try JournalDirectory(path, operations)
        var used = UsedNumbers()
        var reader = try JournalReader(directory: path, operations: operations)
        while let record = try reader.next() { used.learn(record.body) }
        guard let end = reader.end else { throw .genesisMissing(path: path) }
        let recordsRead = reader.chain.next - 1
        let (unanswered, journalID) = (reader.unanswered, reader.journalID)
        try folder.removeUnfinished()

        var writer = try JournalWriter(folder, after: reader, end, configuration)
        if !unanswered.isEmpty {
            let outcomes = unanswered.map { intent in
                RecordBody.abandoned(.interrupted, certificateID: intent.certificateID, intent: intent.sequence)
            }
            _ = try writer.append(outcomes, at: max(clock.now(), writer.time), keeping: 0)
            Failpoint.recoveryAbandoned.pass()
        }
        let recovery = Recovery(
            created: created, recordsRead: recordsRead, tornOctets: end.tornOctets, abandoned: unanswered,
            lastSequence: writer.chain.next - 1)
        recovery.log(to: logger)
        let queue = try start(writer, used, configuration, clock, logger)
        return (Journal(queue, journalID: journalID), recovery)
    }

    private static func start(
        _ writer: consuming JournalWriter, _ used: consuming UsedNumbers, _ configuration: JournalConfiguration,
        _ clock: WallClock, _ logger: Logger
    ) throws(LedgerError) -> JournalQueue {
        let status = JournalStatus(
            state: .running, head: writer.chain.next - 1, headHash: writer.chain.head, time: writer.time,
            octets: writer.octets, openIntents: 0)
        let queue = JournalQueue(
            status, used: used, maximumOpenIntents: configuration.maximumOpenIntents)
        var commit: GroupCommit? = GroupCommit(writer, queue, clock, logger)
        do throws(OSThread.Failure) {
            try OSThread(name: "journal") {
                commit?.run()
                // Lets go of the folder before anybody hears that it is free.
                commit = nil
                queue.threadEnded()
            }.detach()
        } catch {
            throw .system(SystemFailure(operation: .startThread, path: "the journal's thread", code: error.code))
        }
        return queue
    }
}

extension Recovery {
    fileprivate func log(to logger: Logger) {
        if created { logger.notice("journal created") }
        if tornOctets > 0 {
            logger.warning("a torn tail was cut off the journal", metadata: ["octets": "\(tornOctets)"])
        }
        for intent in abandoned {
            logger.warning(
                "an interrupted signing is on record as possibly signed",
                metadata: [
                    "certificateId": "\(intent.certificateID)", "authority": "\(intent.authorityID)",
                    "record": "\(intent.sequence)",
                ])
        }
    }
}
