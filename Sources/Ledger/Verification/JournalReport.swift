package import FoundationEssentials
package import Timekeeping

/// What a journal is found to be.
package struct JournalReport: Sendable {
    /// How it ends.
    package enum Tail: Hashable, Sendable {
        case whole
        /// Another process was writing to it. Octets of the batch that was not whole yet are not looked at.
        case growing(octets: Int)
        case torn(octets: Int)
    }

    package internal(set) var journalID: UUID?
    /// The number of the first record that was read; 0 where there is none.
    package internal(set) var firstRecord: UInt64
    /// How many there are of each kind, by its name.
    package internal(set) var records: [String: UInt64] = [:]
    package internal(set) var segments = 0
    /// Sound octets of all segments.
    package internal(set) var octets = 0
    package internal(set) var firstTime: Instant?
    package internal(set) var lastTime: Instant?
    /// The number of the last record that was read; 0 where there is none.
    package internal(set) var head: UInt64 = 0
    package internal(set) var headHash = RecordHash.zero
    package internal(set) var tail = Tail.whole
    /// Intents that have no outcome yet: under way where a daemon is at work, else *possibly signed* from the next start on.
    package internal(set) var openIntents: [OpenIntent] = []
    /// Intents whose outcome is *abandoned, possibly signed*.
    package internal(set) var possiblySigned: UInt64 = 0
    /// The highest number of a CRL by authority key, of every key that is named; 0 where there was no CRL.
    package internal(set) var crlNumbers: [[UInt8]: UInt64] = [:]
    /// Where a back-up took the journal's place: the numbers of those records, the last hundred.
    package internal(set) var restorations: [(record: UInt64, restored: Restored)] = []
    /// Where segments were archived, the last time: the number of that record.
    package internal(set) var lastArchived: (record: UInt64, archived: Archived)?
    /// Files that were kept because their tails were torn. They are evidence, and not read.
    package internal(set) var keptFiles: [String] = []

    /// Checkpoints on record.
    package internal(set) var recordedCheckpoints: UInt64 = 0
    /// The last of them that holds.
    package internal(set) var lastRecordedCheckpoint: CheckpointFinding?
    /// Of each that was given.
    package internal(set) var givenCheckpoints: [CheckpointFinding] = []

    /// Signatures on record that are their authority's.
    package internal(set) var signaturesValid: UInt64 = 0
    /// Signatures that there was no certificate for, and those of CRLs, whose octets are not on record.
    package internal(set) var signaturesUnjudged: UInt64 = 0

    /// The first of them.
    package internal(set) var faults: [JournalFault] = []
    /// All of them.
    package internal(set) var faultCount: UInt64 = 0

    /// How many faults are kept.
    package static let maximumFaults = 100

    package var isSound: Bool { faultCount == 0 }

    init(journalID: UUID?, firstRecord: UInt64) {
        self.journalID = journalID
        self.firstRecord = firstRecord
    }

    mutating func add(_ fault: JournalFault) {
        faultCount += 1
        if faults.count < Self.maximumFaults { faults.append(fault) }
    }

    mutating func count(_ record: JournalRecord) {
        records[record.body.kindName, default: 0] += 1
        if firstTime == nil { firstTime = record.time }
        lastTime = record.time
        head = record.sequence
        headHash = record.hash
    }
}
