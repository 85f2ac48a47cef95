package import FoundationEssentials
package import Timekeeping

/// What the ledger could not do, with what a person needs to act on it.
package enum LedgerError: Error, Hashable, Sendable {
    // At start.
    /// Another process, or another `Journal` of this one, works in the folder.
    case locked(directory: String)
    /// There is no journal, and none was to be made: the folder is not there, or holds nothing.
    case absent(directory: String)
    /// The folder has files of a journal, and no segment: neither a journal nor a place for one.
    case segmentsGone(directory: String)
    /// The folder is the root of a file system, where a journal's cannot be put in place.
    case mountPoint(String)
    /// There is a link, which is not followed, instead of the folder.
    case symbolicLink(String)
    /// A folder holds a journal, though it has the name under which that of `of` would be made.
    case inTheWay(String, of: String)
    /// The folder, or a file in it, is not a private one of this user.
    case notPrivate(path: String, reason: String)
    /// A file that no journal has put there.
    case alienFile(path: String)
    /// There are segments, but no beginning.
    case genesisMissing(path: String)
    /// The segment that has to begin with record `sequence` is not there.
    case segmentMissing(directory: String, sequence: UInt64)
    /// Written by a version of this program that knows another format.
    case unsupportedFormat(path: String, version: UInt32)
    /// A record of a kind, or of a version of its kind, that this program does not know.
    case unknownRecord(path: String, sequence: UInt64, kind: UInt16, version: UInt16)
    /// The journal is not what was written. `offset` is in octets from the start of the file.
    case corrupted(path: String, offset: Int, sequence: UInt64, reason: String)
    /// The operating system refused a call.
    case system(SystemFailure)

    // While running.
    /// The intent, or another record, breaks a rule of its own fields. Nothing was recorded.
    case invalidIntent(String)
    /// The serial was used before, by whichever authority. Nothing was recorded; another serial will do.
    case serialReused
    /// A CRL's number that does not rise over the last one of its authority's key. Nothing was recorded.
    case crlNumberReused(UInt64, last: UInt64)
    /// The clock shows a time before the last record's. Nothing was recorded.
    case clockBehind(lastRecord: Instant, now: Instant)
    /// As many intents wait for their outcome as are allowed to. Nothing was recorded.
    case tooManyOpenIntents(limit: Int)
    /// No room on the disk for an intent and what follows it. Nothing was recorded.
    case outOfSpace(SystemFailure)
    /// The journal's file system does not answer. Records wait until it does.
    case silent
    /// The file or folder by that name is not the journal's any more, or not there.
    case displaced(path: String)
    /// A write failed earlier: nothing more is recorded until a restart has recovered the journal.
    case stopped(reason: String)
    /// The journal was closed.
    case closed
    /// The certificate may have been signed, and its outcome is not on record: the next start records *possibly signed*.
    case outcomeNotRecorded(certificateID: UUID, reason: String)
    /// The outcome was of another certificate than the intent's. It is on record as *possibly signed*.
    case outcomeOfAnotherCertificate(intended: UUID, named: UUID)
}

extension LedgerError {
    /// When the same call may succeed without anybody's help; `nil` where it takes a person.
    package var retryAfterMilliseconds: Int? {
        switch self {
        case .serialReused, .crlNumberReused, .tooManyOpenIntents, .outOfSpace, .silent: 1000
        case .clockBehind(let lastRecord, let now):
            // A clock that is being adjusted catches up. One that was wrong by more than that waits for its operator.
            switch lastRecord.secondsSinceEpoch - now.secondsSinceEpoch {
            case ...1: 1000
            case let seconds where seconds <= 60: Int(seconds) * 1000
            default: nil
            }
        default: nil
        }
    }

    package var isRetryable: Bool { retryAfterMilliseconds != nil }

    /// What the caller of `Journal.withIntent` has to assume about the certificate.
    package var outcome: Abandonment.Outcome {
        switch self {
        case .outcomeNotRecorded, .outcomeOfAnotherCertificate: .possiblySigned
        default: .notSigned
        }
    }
}

extension LedgerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .locked(let directory):
            "journal \(directory) is in use by another process: stop it first; two daemons need a folder each"
        case .absent(let directory):
            "there is no journal in \(directory): if one was here, find it (is its file system mounted?); "
                + "if this is to be a new one, start once with --new-journal"
        case .segmentsGone(let directory):
            "\(directory) holds files of a journal, and no segment: restore the segments from a backup; for a new journal "
                + "name another folder"
        case .mountPoint(let directory):
            "\(directory) is the root of a file system: name a folder in it for the journal"
        case .symbolicLink(let path):
            "\(path) is a symbolic link, and none is followed there: name the folder that it leads to"
        case .inTheWay(let path, let directory):
            "\(path) holds a journal, and is where one for \(directory) would be made: move it elsewhere, or name another "
                + "folder for the new one"
        case .notPrivate(let path, let reason):
            "\(path) \(reason): give it to the daemon's user alone (chown, then chmod go=)"
        case .alienFile(let path):
            "\(path) is not part of a journal: move it elsewhere, or name a folder that is the journal's alone"
        case .genesisMissing(let path):
            "\(path) does not begin with a genesis record: restore the journal's first segment from a backup"
        case .segmentMissing(let directory, let sequence):
            "\(directory) lacks segment \(SegmentName(firstSequence: sequence)): restore it from a backup"
        case .unsupportedFormat(let path, let version):
            "\(path) has format version \(version), and this program knows only \(SegmentHeader.formatVersion): "
                + "run the version that wrote it, or a later one"
        case .unknownRecord(let path, let sequence, let kind, let version):
            "\(path): record \(sequence) is of kind \(kind), version \(version), which this program does not know: "
                + "run the version that wrote it, or a later one"
        case .corrupted(let path, let offset, let sequence, let reason):
            "\(path) is corrupt at octet \(offset)\(sequence == 0 ? "" : ", record \(sequence)"): \(reason). "
                + "Keep a copy of the folder, and restore the journal from a backup"
        case .system(let failure): failure.description
        case .invalidIntent(let reason): "intent refused: \(reason)"
        case .serialReused: "the serial number was used before"
        case .crlNumberReused(let number, let last): "CRL number \(number) does not rise over \(last)"
        case .clockBehind(let lastRecord, let now):
            "the clock shows \(now), before the last record's \(lastRecord): issuing waits until it has caught up; if it was "
                + "ahead then, look at what was issued, and go on with a journal in another folder"
        case .tooManyOpenIntents(let limit): "\(limit) signings are under way, as many as are allowed"
        case .outOfSpace(let failure): "\(failure.lack): \(failure); \(failure.advice)"
        case .silent: "the journal's file system does not answer: what is to be recorded waits for it"
        case .displaced(let path):
            "\(path) was removed or replaced, or its file system unmounted: put the journal back, then restart"
        case .stopped(let reason): "the journal has stopped until a restart: \(reason)"
        case .closed: "the journal is closed"
        case .outcomeNotRecorded(let certificateID, let reason):
            "certificate \(certificateID) is possibly signed, its outcome is not on record: \(reason)"
        case .outcomeOfAnotherCertificate(let intended, let named):
            "the outcome names certificate \(named), the intent \(intended): recorded as possibly signed"
        }
    }
}
