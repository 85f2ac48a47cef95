/// What opening a journal found and did.
package struct Recovery: Hashable, Sendable {
    /// Whether there was no journal, so that one was made.
    package var created: Bool
    /// Records that were read.
    package var recordsRead: UInt64
    /// Octets of a batch that was never finished. They were cut off; the file as it was is kept beside the segment.
    package var tornOctets: Int
    /// Intents without outcome: each has been recorded as abandoned, possibly signed.
    package var abandoned: [OpenIntent]
    /// The sequence number of the last record, those of `abandoned` included.
    package var lastSequence: UInt64
}
