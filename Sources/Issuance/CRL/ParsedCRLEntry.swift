import DERCoding

/// One of revokedCertificates read back, with all that a reader asks of its extensions (RFC 5280 § 5.3). It has nothing to
/// retain, for a CRL may have very many.
struct ParsedCRLEntry {
    /// Where the content octets are; whether they are an INTEGER's is for the reader to judge.
    let serialNumber: Range<Int>
    let revocationDate: ParsedTime
    /// `nil` where the list is absent.
    let extensionCount: Int?
    /// Whether an extension has `critical` encoded, be it TRUE or not.
    let encodesCriticality: Bool
    let hasReasonCode: Bool
    /// `nil` where the code is none of the standard's.
    let reason: RevocationReason?
    /// Whether it names a CA other than the issuer of the CRL: § 5.3.3.
    let hasCertificateIssuer: Bool

    /// - Parameter unread: takes in the OIDs of critical extensions that nothing here reads.
    init(_ fields: consuming DERReader, unread: inout Set<String>) throws(DERError) {
        serialNumber = try fields.next(DERTag.integer).contents
        revocationDate = try ParsedTime(&fields)
        let list = try fields.optional(DERTag.sequence)
        try fields.finish()
        var (count, encodesCriticality, hasReasonCode, hasCertificateIssuer) = (0, false, false, false)
        var reason: RevocationReason?
        if let list {
            var elements = fields.reader(of: list)
            while !elements.isAtEnd {
                let found = try ParsedExtension(elements.sequence())
                count += 1
                encodesCriticality = encodesCriticality || found.criticality != nil
                switch CRLExtension(identifierDER: found.identifier) {
                case .reasonCode?:
                    guard !hasReasonCode else { throw .repeatedInSet }
                    hasReasonCode = true
                    reason = try RevocationReason(found.reader)
                case .certificateIssuer?: hasCertificateIssuer = true
                default: if found.isCritical { unread.insert(found.dotted) }
                }
            }
        }
        extensionCount = list == nil ? nil : count
        self.encodesCriticality = encodesCriticality
        self.hasReasonCode = hasReasonCode
        self.reason = reason
        self.hasCertificateIssuer = hasCertificateIssuer
    }
}

extension RevocationReason {
    /// `nil` for a number that the standard does not give.
    fileprivate init?(_ content: consuming DERReader) throws(DERError) {
        let octets = content.contents(try content.next(DERTag.enumerated))
        try content.finish()
        guard let number = octets.first else { throw .invalidInteger }
        guard octets.count == 1 else { return nil }
        self.init(rawValue: number)
    }
}
