/// Why a journal was not backed up or restored.
package enum JournalCopyError: Error, Sendable {
    case ledger(LedgerError)
    /// What is in the folder is of another journal.
    case otherJournal(String)
    /// The back-up has what the journal has not: perhaps it is all that is left of it.
    case ahead(String)
    /// The copy ends before the journal's first segment begins: those records are missing in it.
    case incomplete(String, from: UInt64, to: UInt64)
    /// A folder in the journal's own, or the journal's own, where a copy would be none.
    case inJournal(String)
    /// There is something in the folder already.
    case occupied(String)
    /// What was to be restored is not a sound journal.
    case unsound(JournalReport)
    /// The copy does not read back as what was copied.
    case notTheSame(String)
    /// A CRL's number is so high that no gap fits behind it.
    case crlNumbersExhausted(UInt64)
}

extension JournalCopyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .ledger(let error): "\(error)"
        case .otherJournal(let path): "\(path) is another journal's back-up: name another folder"
        case .ahead(let path):
            "\(path) has records that the journal has not: nothing was changed. Was the journal restored from an older back-up, or was "
                + "it cut off? Keep this one, and back up into another folder"
        case .incomplete(let path, let first, let end):
            "\(path) lacks records \(first) to \(end - 1), which the journal has archived: put those segments there from the archive, or name "
                + "another folder"
        case .inJournal(let path): "\(path) is in the journal's folder, or is it: name another one"
        case .occupied(let path): "there is something in \(path) already: move it elsewhere, or name another folder"
        case .unsound(let report):
            "the back-up is not a sound journal: "
                + (report.faults.first.map { "\($0)" } ?? "it cannot be read")
        case .notTheSame(let path): "\(path) does not read back as what was copied: the disk may be failing"
        case .crlNumbersExhausted(let number): "a CRL has the number \(number), behind which no others fit"
        }
    }
}
