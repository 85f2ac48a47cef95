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
    /// Octets of all segments, without room made in advance.
    package var octets: Int
    /// Intents admitted whose outcome is not on record yet.
    package var openIntents: Int
}
