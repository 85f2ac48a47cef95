package import Timekeeping

/// A record as read from a journal: its place in the chain, and what it says.
package struct JournalRecord: Hashable, Sendable {
    /// 1 for the genesis, and one more for each record.
    package let sequence: UInt64
    /// When it was written, by the clock of the host; never earlier than the record before.
    package let time: Instant
    /// SHA-256 of the record before; zero before the genesis.
    package let previous: RecordHash
    /// SHA-256 of this record, frame included.
    package let hash: RecordHash
    /// The version of the kind's format.
    package let version: UInt16
    package let body: RecordBody
}
