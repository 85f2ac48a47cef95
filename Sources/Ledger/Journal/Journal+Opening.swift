internal import FoundationEssentials
package import Logging
internal import Threads
package import Timekeeping

extension Journal {
    /// Opens a journal, or makes one where the folder does not exist: locks, reads and checks all of it, cuts a torn
    /// tail off, copies the last segment to the disk anew, and gives every open intent its outcome.
    ///
    /// - Parameters:
    ///   - directory: the journal's folder; the folder around it has to exist.
    ///   - clock: dates the records.
    ///   - operations: the way to the file system.
    /// - Throws: `LedgerError`, whose description says what to do.
    package static func open(
        directory: String, configuration: JournalConfiguration = JournalConfiguration(),
        clock: WallClock = .system, logger: Logger, operations: FileOperations = .system
    ) throws(LedgerError) -> (Journal, Recovery) {
        let path = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        let created = try !JournalDirectory.exists(path, operations)
        if created {
            try JournalDirectory.create(
                path, at: clock.now(), chunk: configuration.allocationOctets, operations)
        }
        let folder = try JournalDirectory(path, operations)
        var serials = SerialSet()
        var reader = try JournalReader(directory: path, operations: operations)
        while let record = try reader.next() {
            if case .intent(let intent) = record.body { _ = serials.insert(intent.serial) }
        }
        guard let end = reader.end else { throw .genesisMissing(path: path) }
        let recordsRead = reader.chain.next - 1
        let unanswered = reader.unanswered
        try folder.removeUnfinished()

        var writer = try JournalWriter(folder, after: reader, end, configuration)
        if !unanswered.isEmpty {
            let outcomes = unanswered.map { intent in
                RecordBody.abandoned(.interrupted, certificateID: intent.certificateID, intent: intent.sequence)
            }
            _ = try writer.append(outcomes, at: max(clock.now(), writer.time), keeping: 0)
        }
        let recovery = Recovery(
            created: created, recordsRead: recordsRead, tornOctets: end.tornOctets, abandoned: unanswered,
            lastSequence: writer.chain.next - 1)
        recovery.log(to: logger)
        return (try start(writer, serials, configuration, clock, logger), recovery)
    }

    private static func start(
        _ writer: consuming JournalWriter, _ serials: consuming SerialSet, _ configuration: JournalConfiguration,
        _ clock: WallClock, _ logger: Logger
    ) throws(LedgerError) -> Journal {
        let status = JournalStatus(
            state: .running, head: writer.chain.next - 1, headHash: writer.chain.head, octets: writer.octets,
            openIntents: 0)
        let queue = JournalQueue(
            status, serials: serials, maximumOpenIntents: configuration.maximumOpenIntents)
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
        return Journal(queue)
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
