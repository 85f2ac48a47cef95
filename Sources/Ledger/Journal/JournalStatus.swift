package import Timekeeping

/// How a journal is, at one moment.
package struct JournalStatus: Hashable, Sendable {
    /// Whether records are accepted.
    package enum State: Hashable, Sendable {
        case running
        /// A write failed: nothing is recorded until a restart.
        case stopped(reason: String)
        case closed
    }

    package var state: State
    /// The sequence number of the last record.
    package var head: UInt64
    /// SHA-256 of the last record.
    package var headHash: RecordHash
    /// Of the last record. While the clock is behind it, every intent is refused.
    package var time: Instant
    /// Octets of all segments, without room made in advance.
    package var octets: Int
    /// Intents admitted whose outcome is not on record yet.
    package var openIntents: Int
    /// Why there is no room for an intent. It is looked for until there is.
    package var lackOfRoom: SystemFailure?
    /// Whoever looked at the journal's folder got no answer in time: a record would not, either.
    package var isSilent = false

    /// Why an intent would be refused; `nil` where it would not.
    package func refusal(at now: Instant) -> LedgerError? {
        switch state {
        case .stopped(let reason): return .stopped(reason: reason)
        case .closed: return .closed
        case .running: break
        }
        if isSilent { return .silent }
        if now < time { return .clockBehind(lastRecord: time, now: now) }
        return lackOfRoom.map { .outOfSpace($0) }
    }
}
