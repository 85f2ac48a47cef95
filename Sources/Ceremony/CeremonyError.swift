import DERCoding
package import Timekeeping

/// Why a ceremony does not go on, with what to do next. No key was used, unless it says so.
package enum CeremonyError: Error, Hashable, Sendable {
    /// A file or folder could not be made, written or read, or is not what it has to be.
    case file(path: String, reason: String)
    /// A file that has to be there is not.
    case missing(path: String)
    /// The folder's preparation was interrupted.
    case unprepared(directory: String)
    /// What was prepared would be over already.
    case expired(Instant)
    /// The journal has a CRL of that number, or a higher one.
    case numberUsed(UInt64, last: UInt64, journal: String)
    /// The journal has serials as revoked that the CRL would not name.
    case forgets([[UInt8]], journal: String)
    /// What was confirmed is not what was prepared.
    case notConfirmed(prepared: String)
    /// A file of the folder is not what it was when the ceremony was prepared.
    case changed(path: String)
    /// Fewer operators have confirmed than have to.
    case confirmationsMissing(given: Int, required: Int, statement: String)
    /// A confirmation is no operator's signature of the statement.
    case confirmationInvalid(path: String)
    /// The key is not the one that was prepared for.
    case otherKey
    /// The token failed when it was to sign, and that is on record.
    case tokenFailed(reason: String, isUnused: Bool, directory: String)
    /// The journal has this certificate as begun, and not as signed.
    case begunBefore(directory: String)
    /// The journal has this certificate as begun, and the key as not used for it.
    case failedBefore(directory: String)
    /// The journal has a certificate that is not the one that was prepared.
    case journalDiffers(directory: String)
    /// What was given to be signed over, or by whom, does not do.
    case input(path: String, reason: String)
}

extension CeremonyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path, let reason), .input(let path, let reason): "\(path): \(reason)"
        case .missing(let path): "\(path) is missing: without it the ceremony cannot go on"
        case .unprepared(let directory):
            "\(directory) was never prepared to its end, and nothing was signed by it: remove it (rm -r), and begin again"
        case .expired(let end):
            "what was prepared ended at \(end): begin a new ceremony in another folder"
        case .numberUsed(let number, let last, let journal):
            "the CRL would have the number \(number), and \(journal) has one of \(last): give the last CRL that was published as the previous one"
        case .forgets(let serials, let journal):
            "\(journal) has serials as revoked that neither the previous CRL nor the plan names (\(serials.prefix(3).map(\.hex).joined(separator: ", "))"
                + "\(serials.count > 3 ? ", …" : "")): give the last CRL that was published, or name them"
        case .notConfirmed(let hash):
            "the hash that was confirmed is not that of what was prepared, \(hash): look at what was prepared before you confirm it"
        case .changed(let path):
            "\(path) is not what it was when the ceremony was prepared: find out who changed it, and begin a new ceremony in another folder"
        case .confirmationsMissing(let given, let required, let statement):
            "\(given) of \(required) operators have confirmed: each signs \(statement) with a key of the plan, and --confirmation FILE takes the "
                + "signature"
        case .confirmationInvalid(let path):
            "\(path) is no signature of the ceremony's statement by a key of the plan that has not confirmed yet"
        case .otherKey: "the key that would sign is not the one that was prepared for"
        case .tokenFailed(let reason, let isUnused, let directory):
            "\(reason). \(isUnused ? "It did not sign" : "It may have signed all the same"), and what was prepared is not tried again: keep "
                + "\(directory) for its record, and begin a new ceremony in another; a CRL's number is used up (firstNumber)"
        case .begunBefore(let directory):
            "the journal of \(directory) has this as begun and not as signed: it may have been signed, and is not signed again. Keep the folder "
                + "for its record, and begin a new ceremony in another; a CRL's number is used up (firstNumber)"
        case .failedBefore(let directory):
            "the token did not sign what was prepared in \(directory), and the serial number is used up by that: keep the folder for its record, and "
                + "begin a new ceremony in another"
        case .journalDiffers(let directory):
            "the journal of \(directory) is of something else than was prepared there: the folder was changed. Keep it, and begin a new ceremony "
                + "in another"
        }
    }
}
