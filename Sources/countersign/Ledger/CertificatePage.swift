import JSONRPC

/// A page of `listCertificates`.
struct CertificatePage {
    let certificates: [ListedCertificate]
    /// `nil`: it is the last.
    let nextCursor: String?
    /// As the daemon sent it.
    let json: JSONValue

    /// Asks for one.
    ///
    /// - Throws: `CommandFailure` for an error of the daemon's, and for an answer that is no page.
    static func fetch(_ client: ServiceClient, _ params: [String: JSONValue]) async throws(CommandFailure)
        -> CertificatePage
    {
        let result = try await client.call("listCertificates", params)
        guard let list = result["certificates"]?.array else {
            throw CommandFailure(.internalError, "the daemon's answer has no list of certificates.")
        }
        var certificates: [ListedCertificate] = []
        for value in list { certificates.append(try ListedCertificate(value)) }
        return CertificatePage(
            certificates: certificates, nextCursor: result["nextCursor"]?.string, json: result)
    }
}
