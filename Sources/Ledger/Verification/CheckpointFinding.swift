internal import FoundationEssentials

/// What a checkpoint turned out to be worth.
package struct CheckpointFinding: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// On record, under that number.
        case record(UInt64)
        /// Kept elsewhere: the name of the file.
        case file(String)
    }

    /// What the journal says to it.
    package enum Verdict: String, Hashable, Sendable {
        /// The record of that number has that hash, and so has everything before it.
        case holds
        /// It speaks of another journal.
        case otherJournal
        /// The record of that number has another hash: it, or one before it, is not what was written.
        case differs
        /// The journal ends before that record.
        case beyondEnd
        /// The journal cannot be read as far as that.
        case notReached
        /// The journal says that the record is archived, and its archive was not given. Of a checkpoint that was kept elsewhere that is a fault,
        /// unless a later one holds.
        case archived
    }

    /// What its signature says.
    package enum Signature: String, Hashable, Sendable {
        /// By a key that the caller trusts.
        case trusted
        /// By the key that it names itself, and no key was given to hold it against: whoever can write to the journal could have made it.
        case unvouched
        /// By none of the keys that were given.
        case foreignKey
        /// It is none.
        case invalid
    }

    package let checkpoint: Checkpoint
    package let source: Source
    package let verdict: Verdict
    package let signature: Signature

    package var isFault: Bool {
        switch verdict {
        case .otherJournal, .differs, .beyondEnd: true
        case .holds, .notReached, .archived: signature == .foreignKey || signature == .invalid
        }
    }
}

extension CheckpointFinding.Source: CustomStringConvertible {
    package var description: String {
        switch self {
        case .record(let sequence): "record \(sequence)"
        case .file(let name): name
        }
    }
}

extension CheckpointFinding: CustomStringConvertible {
    /// A sentence, without its point.
    package var description: String {
        let statement = checkpoint.statement
        let what = "the checkpoint of \(statement.time) (\(source))"
        switch (verdict, signature) {
        case (.otherJournal, _): return "\(what) speaks of journal \(statement.journalID.uuidString.lowercased())"
        case (.differs, _):
            return "\(what) says that record \(statement.sequence) had the hash \(statement.head), and it has another: "
                + "it, or a record before it, was changed, removed or added"
        case (.beyondEnd, _):
            return
                "\(what) speaks of record \(statement.sequence), and the journal ends before it: records were cut off"
        case (.holds, .foreignKey), (.notReached, .foreignKey), (.archived, .foreignKey):
            return "\(what) is signed by a key that is none of those given"
        case (.holds, .invalid), (.notReached, .invalid), (.archived, .invalid):
            return "\(what) has a signature that is none"
        case (.holds, _): return "\(what) holds up to record \(statement.sequence)"
        case (.archived, _):
            return
                "\(what) speaks of record \(statement.sequence), which the journal says is archived: give the archive (--archive), or a "
                + "checkpoint that was made after it"
        case (.notReached, _): return "\(what) speaks of record \(statement.sequence), which cannot be reached"
        }
    }
}
