import JSONRPC
import SigningAPI

/// The certificates that come to be while somebody watches. Each is told once, as soon as it has an outcome: what is with the token now
/// is waited for.
struct NewCertificates {
    /// Without a status: it changes, and a certificate that came to fit late would stand where nobody looks any more.
    private let filter: [String: JSONValue]
    private let status: CertificateStatus?
    /// All up to this record have been told, or are pending, or are older than the watch.
    private var lastRecord: Int64
    private var pending: [ListedCertificate]

    /// Begins to watch from what is on record now.
    ///
    /// - Parameter status: of those to tell of; all where `nil`.
    init(_ client: ServiceClient, filter: [String: JSONValue], status: CertificateStatus?) async throws(CommandFailure)
    {
        self.filter = filter
        self.status = status
        let newest = try await CertificatePage.fetch(client, filter.merging(["limit": 1]) { $1 })
        let last = newest.certificates.first?.record ?? 0
        let open: [String: JSONValue] = ["status": .string(CertificateStatus.pending.rawValue), "limit": 500]
        pending = try await CertificatePage.fetch(client, filter.merging(open) { $1 }).certificates
            .filter { $0.record <= last }
        lastRecord = last
    }

    /// Those that have come since the last look, in the order of their records. Where it throws, nothing is lost: the next look
    /// begins where this one did.
    mutating func look(_ client: ServiceClient) async throws(CommandFailure) -> [ListedCertificate] {
        var found: [ListedCertificate] = []
        for certificate in pending {
            if let current = try await Self.lookUp(certificate.id, client) { found.append(current) }
        }
        var params = filter
        var hasMore = true
        while hasMore {
            let page = try await CertificatePage.fetch(client, params)
            let news = page.certificates.prefix { $0.record > lastRecord }
            found += news
            hasMore = news.count == page.certificates.count && page.nextCursor != nil
            params["cursor"] = page.nextCursor.map { .string($0) }
        }
        found.sort { $0.record < $1.record }
        lastRecord = max(lastRecord, found.last?.record ?? 0)
        pending = found.filter { $0.status == CertificateStatus.pending.rawValue }
        return found.filter { certificate in
            certificate.status != CertificateStatus.pending.rawValue
                && (status.map { $0.rawValue == certificate.status } ?? true)
        }
    }

    /// As `listCertificates` would have it; `nil` where it may not be seen any more.
    private static func lookUp(_ id: String, _ client: ServiceClient) async throws(CommandFailure) -> ListedCertificate?
    {
        do {
            let result = try await client.call("getCertificate", ["certificateId": .string(id)])
            let members = result.object?.members.filter { $0.name != "certificate" && $0.name != "position" }
            return try ListedCertificate(.object(JSONObject(members ?? [])))
        } catch  where error.code == .notFound {
            return nil
        }
    }
}
