internal import Failpoints
package import FoundationEssentials

/// The truth about what was signed: an append-only, chained record, on the disk before anything rests on it.
package final class Journal: Sendable {
    let queue: JournalQueue
    /// Tells it from every other journal; random.
    package let journalID: UUID

    init(_ queue: JournalQueue, journalID: UUID) {
        self.queue = queue
        self.journalID = journalID
    }

    deinit { queue.beginClosing() }

    /// How the journal is, as far as is known: told at once.
    package var status: JournalStatus { queue.status }

    /// How the journal is now, its folder looked at by the journal's own thread, since a file system may keep whoever looks waiting
    /// for ever.
    ///
    /// - Parameter patience: how long to wait for that.
    package func look(for patience: Duration = .seconds(1)) async -> JournalStatus {
        var status = queue.status
        guard status.state == .running else { return status }
        let sight = await queue.look(for: patience)
        status = queue.status
        guard status.state == .running else { return status }
        switch sight {
        case .inPlace: break
        // The next record would find out, too.
        case .displaced(let error): status.state = .stopped(reason: "\(error)")
        case .silence: status.isSilent = true
        }
        return status
    }

    /// Waits for a record beyond that one, for whoever follows the journal.
    ///
    /// - Returns: the number of the last record on the disk; `nil` when the journal is closed and nothing beyond will come.
    package func head(beyond sequence: UInt64) async -> UInt64? {
        await queue.head(beyond: sequence)
    }

    /// Ends it: what waits is written, nothing more is accepted, and the folder is unlocked when this returns.
    ///
    /// To be called when no `withIntent` is under way any more: one that is still signing cannot record its outcome,
    /// and is found as possibly signed at the next start.
    package func close() async { await queue.close() }

    /// The scope of one signature: the intent is on the disk before `perform` begins, and its outcome before this
    /// returns or throws, cancelled or not.
    ///
    /// - Parameters:
    ///   - prepared: what is to be signed; `perform` consumes it.
    ///   - outcome: what goes on record of a success.
    ///   - failure: what goes on record of an error of `perform`.
    /// - Throws: `LedgerError` where something could not be recorded (see its `outcome`); `CancellationError` for a task
    ///   that was cancelled before `perform` could begin; else what `perform` threw.
    package func withIntent<Prepared: ~Copyable & Sendable, Sealed: Sendable>(
        _ intent: some SigningIntent, _ prepared: consuming Prepared, outcome: @Sendable (Sealed) -> Issued,
        failure: @Sendable (any Error) -> Abandonment, perform: (consuming Prepared) async throws -> Sealed
    ) async throws -> Sealed {
        try intent.check()
        try Task.checkCancellation()
        let opened = OpenedIntent(
            certificateID: intent.identifier, sequence: try await queue.append(intent.body), queue: queue)
        Failpoint.intentDurable.pass()
        guard !Task.isCancelled else {
            try await opened.abandon(Abandonment(reason: "cancelled before signing", outcome: .notSigned))
            throw CancellationError()
        }
        let sealed: Sealed
        do {
            sealed = try await perform(prepared)
        } catch {
            try await opened.abandon(failure(error))
            throw error
        }
        Failpoint.signed.pass()
        try await opened.issue(outcome(sealed))
        Failpoint.outcomeDurable.pass()
        return sealed
    }
}

/// An intent on record, which owes an outcome.
private struct OpenedIntent {
    let certificateID: UUID
    let sequence: UInt64
    let queue: JournalQueue

    func issue(_ issued: Issued) async throws(LedgerError) {
        guard issued.certificateID == certificateID else {
            let mismatch = LedgerError.outcomeOfAnotherCertificate(
                intended: certificateID, named: issued.certificateID)
            try await abandon(Abandonment(reason: "\(mismatch)", outcome: .possiblySigned))
            throw mismatch
        }
        try await record(.issued(issued, intent: sequence))
    }

    func abandon(_ abandonment: Abandonment) async throws(LedgerError) {
        try await record(.abandoned(abandonment, certificateID: certificateID, intent: sequence))
    }

    private func record(_ body: RecordBody) async throws(LedgerError) {
        do {
            _ = try await queue.append(body)
        } catch {
            throw .outcomeNotRecorded(certificateID: certificateID, reason: "\(error)")
        }
    }
}
