internal import Logging
internal import Timekeeping

/// What the journal's thread does: gathers what waits, writes once, calls fdatasync once, wakes everyone.
struct GroupCommit: ~Copyable {
    private var writer: JournalWriter
    private let queue: JournalQueue
    private let clock: WallClock
    private let logger: Logger
    private var isFull = false
    /// Octets for which there was no room when it was last looked for.
    private var lacking = 0

    init(_ writer: consuming JournalWriter, _ queue: JournalQueue, _ clock: WallClock, _ logger: Logger) {
        self.writer = writer
        self.queue = queue
        self.clock = clock
        self.logger = logger
    }

    /// Room kept for the outcome of each open intent, so that a full disk refuses intents and never an outcome.
    static let octetsPerOutcome = 8 * 1024

    /// Works until the journal is closed.
    mutating func run() {
        while let (entries, openIntents) = queue.take() {
            let dated = refuseWhereClockIsBehind(entries)
            if !dated.isEmpty { commit(dated, keeping: openIntents * Self.octetsPerOutcome) }
            if entries.isEmpty, isFull { lookForRoom(openIntents) }
            answerLookers()
        }
    }

    /// Whoever wants to know whether the folder is in its place, hears.
    private func answerLookers() {
        guard let last = queue.lastLooker else { return }
        var sight = JournalQueue.Sight.inPlace
        do { try writer.checkPlace() } catch { sight = .displaced(error) }
        queue.answerLookers(upTo: last, sight)
    }

    /// Whether there is room again for an intent and its outcome, or for what found none, so that status need not wait for a request to
    /// tell.
    private mutating func lookForRoom(_ openIntents: Int) {
        do {
            try writer.makeRoom(max(lacking, (openIntents + 2) * Self.octetsPerOutcome))
            hasRoom()
        } catch .outOfSpace(let failure) {
            queue.note(lackOfRoom: failure)
        } catch {
            stop([], error)
        }
    }

    /// Told once, not at each request.
    private mutating func lacksRoom(_ failure: SystemFailure) {
        if !isFull { logger.error("\(failure.lack)", metadata: ["cause": "\(failure)"]) }
        isFull = true
        queue.note(lackOfRoom: failure)
    }

    private mutating func hasRoom() {
        guard isFull else { return }
        isFull = false
        lacking = 0
        queue.note(lackOfRoom: nil)
        logger.notice("there is room for the journal again")
    }

    private mutating func commit(_ entries: [JournalQueue.Entry], keeping reserve: Int) {
        do {
            try append(entries, keeping: reserve, urgent: false)
        } catch .outOfSpace(let failure) {
            lacking = BatchBuilder.maximumOctets(of: entries.map(\.body)) + reserve
            lacksRoom(failure)
            queue.refuse(entries.filter { !$0.body.isOutcome }, .outOfSpace(failure))
            let outcomes = entries.filter { $0.body.isOutcome }
            guard !outcomes.isEmpty else { return }
            do { try append(outcomes, keeping: 0, urgent: true) } catch { stop(outcomes, error) }
        } catch {
            stop(entries, error)
        }
    }

    private mutating func append(
        _ entries: [JournalQueue.Entry], keeping reserve: Int, urgent: Bool
    ) throws(LedgerError) {
        let time = max(clock.now(), writer.time)
        let first = try writer.append(entries.map(\.body), at: time, keeping: reserve, urgent: urgent)
        queue.complete(entries, from: first, chain: writer.chain, at: time, octets: writer.octets)
        // An outcome may have found the room that was kept for it.
        if entries.contains(where: { !$0.body.isOutcome }) { hasRoom() }
    }

    /// Nothing but a new signature waits for the clock: outcomes and revocations go on record under the last record's time.
    private func refuseWhereClockIsBehind(_ entries: [JournalQueue.Entry]) -> [JournalQueue.Entry] {
        let now = clock.now()
        guard now < writer.time else { return entries }
        var refused: [JournalQueue.Entry] = []
        var rest: [JournalQueue.Entry] = []
        for entry in entries {
            if entry.body.isIntent { refused.append(entry) } else { rest.append(entry) }
        }
        if !refused.isEmpty {
            logger.error("the clock is behind", metadata: ["lastRecord": "\(writer.time)", "now": "\(now)"])
            queue.refuse(refused, .clockBehind(lastRecord: writer.time, now: now))
        }
        return rest
    }

    private func stop(_ entries: [JournalQueue.Entry], _ error: LedgerError) {
        let reason = "\(error)"
        logger.critical("the journal has stopped until a restart", metadata: ["cause": "\(reason)"])
        queue.stop(reason: reason)
        queue.refuse(entries, .stopped(reason: reason))
    }
}
