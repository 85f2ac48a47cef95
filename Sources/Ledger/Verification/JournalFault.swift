internal import DERCoding
package import FoundationEssentials

/// What is wrong with a journal, where, and what to do.
package enum JournalFault: Hashable, Sendable {
    /// It cannot be read beyond a place. What is behind it was not looked at.
    case unreadable(LedgerError)
    /// It ends in a batch that is not whole.
    case torn(path: String, octets: Int, after: UInt64)
    /// These records are of certificates with one serial number, whose content octets are given.
    case serialRepeated([UInt8], records: [UInt64])
    /// A CRL's number does not rise over the last one of its authority's key.
    case crlNumberNotRising(record: UInt64, number: UInt64, last: UInt64)
    /// A CRL is said to cover a record that was not there yet.
    case crlAhead(record: UInt64, basis: UInt64)
    case checkpoint(CheckpointFinding)
    /// The records before that one are neither in the journal nor in the archives that were given.
    case archiveIncomplete(before: UInt64)
    /// The signature on record is none of the authority's over what the intent says was signed; or that of a certificate that was taken over,
    /// which is in one record.
    case signatureInvalid(record: UInt64, intent: UInt64, certificateID: UUID)
}

extension JournalFault {
    /// Its name for programs; it does not change.
    package var name: String {
        switch self {
        case .unreadable: "unreadable"
        case .torn: "torn"
        case .serialRepeated: "serialRepeated"
        case .crlNumberNotRising: "crlNumberNotRising"
        case .crlAhead: "crlAhead"
        case .checkpoint: "checkpoint"
        case .archiveIncomplete: "archiveIncomplete"
        case .signatureInvalid: "signatureInvalid"
        }
    }

    /// The record that it was found with, where there is one.
    package var record: UInt64? {
        switch self {
        case .unreadable(.corrupted(_, _, let sequence, _)): sequence == 0 ? nil : sequence
        case .unreadable(.unknownRecord(_, let sequence, _, _)), .unreadable(.segmentMissing(_, let sequence)): sequence
        case .unreadable: nil
        case .torn(_, _, let last): last
        case .archiveIncomplete(let first): first
        case .serialRepeated(_, let records): records.last
        case .crlNumberNotRising(let record, _, _), .crlAhead(let record, _), .signatureInvalid(let record, _, _):
            record
        case .checkpoint(let finding): finding.checkpoint.statement.sequence
        }
    }
}

extension JournalFault: CustomStringConvertible {
    /// What is wrong and what to do, for people: sentences, without the last point.
    package var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .torn(let path, let octets, let last):
            "\(path) ends in \(octets) octets of a batch that is not whole, behind record \(last). If the host failed while it was "
                + "written, the next start cuts it off, and nothing in it was acknowledged; if not, keep a copy: it was damaged"
        case .serialRepeated(let serial, let records):
            "records \(records.map(String.init).joined(separator: ", ")) have the serial number \(serial.hex) in common. "
                + "Revoke it, and find out how it came about"
        case .crlNumberNotRising(let record, let number, let last):
            "record \(record) gives a CRL the number \(number), where \(last) came before. A CRL with a higher number mends it: "
                + "take over the highest that was ever published"
        case .crlAhead(let record, let basis):
            "record \(record) says that a CRL covers record \(basis), which was not there yet. It was not written by this program"
        case .checkpoint(let finding):
            "\(finding). Keep a copy of the folder, and compare it with a back-up"
        case .archiveIncomplete(let first):
            "the archives that were given have no record before \(first): find the segments that are missing, or give the other archives, too"
        case .signatureInvalid(let record, let intent, let certificateID) where record == intent:
            "record \(record) has a certificate, \(certificateID.uuidString.lowercased()), that the authority's key did not sign: it is not what was "
                + "taken over"
        case .signatureInvalid(let record, let intent, let certificateID):
            "the signature in record \(record) is not the authority's over what record \(intent) has as certificate "
                + "\(certificateID.uuidString.lowercased()): one of the two is not what was written"
        }
    }
}
