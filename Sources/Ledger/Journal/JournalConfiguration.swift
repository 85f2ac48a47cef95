/// The sizes and limits of a journal.
package struct JournalConfiguration: Hashable, Sendable {
    /// Intents that may wait for their outcome at the same time; also bounds what waits for the disk.
    package var maximumOpenIntents: Int
    /// Octets after which a segment is followed by another.
    package var segmentOctets: Int
    /// Room on the disk is made in pieces of so many octets.
    package var allocationOctets: Int

    /// - Parameters: see the properties; each is at least 1, and what is less counts as 1.
    package init(
        maximumOpenIntents: Int = 1024, segmentOctets: Int = 64 << 20, allocationOctets: Int = 4 << 20
    ) {
        self.maximumOpenIntents = max(1, maximumOpenIntents)
        self.segmentOctets = max(1, segmentOctets)
        self.allocationOctets = max(1, allocationOctets)
    }
}
