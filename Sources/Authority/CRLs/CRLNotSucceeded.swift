import DERCoding

/// Why the CRL in a file stays where it is.
enum CRLNotSucceeded: Error, Hashable {
    /// It names certificates as revoked that the journal does not know to be.
    case forgets([[UInt8]], authorityID: String, path: String)
    /// It is another CA's, or of another key.
    case foreign(path: String)
    /// It cannot be read, or there is something else.
    case unreadable(path: String, reason: String)
}

extension CRLNotSucceeded: CustomStringConvertible {
    var description: String {
        switch self {
        case .forgets(let serials, let authorityID, let path):
            let named = serials.prefix(3).map(\.hex).joined(separator: ", ") + (serials.count > 3 ? ", …" : "")
            return
                "\(path) names serial numbers that are not revoked in this journal, \(serials.count) in all (\(named)): the next CRL would un-revoke "
                + "them, so it is not made. Stop the daemon and take them over: countersign ledger import --config FILE --ca \(authorityID) --crl \(path)"
        case .foreign(let path):
            return
                "\(path) holds a CRL that is not signed by this authority's key, or by an algorithm that is not verified here, and is not "
                + "replaced: name another file, or move it away"
        case .unreadable(let path, let reason):
            return
                "\(path) \(reason), so that nobody knows whom it revokes, and is not replaced: name another file, or move it away"
        }
    }
}
