import DERCoding

/// A TBSCertificate read back: its parts as they stand, so that a reader can judge their encoding too (RFC 5280 § 4.1).
struct ParsedTBSCertificate {
    /// The content octets of the version, where it is encoded.
    let version: ArraySlice<UInt8>?
    /// The content octets.
    let serialNumber: ArraySlice<UInt8>
    /// The DER of these three.
    let signatureAlgorithm: ArraySlice<UInt8>
    let issuer: ArraySlice<UInt8>
    let subject: ArraySlice<UInt8>
    let notBefore: ParsedTime
    let notAfter: ParsedTime
    /// Its DER.
    let subjectPublicKeyInfo: ArraySlice<UInt8>
    let hasUniqueIdentifiers: Bool
    /// `nil` where the field is absent.
    let extensions: [ParsedExtension]?

    init(_ element: DERElement, of buffer: DERReader) throws(DERError) {
        // What is not looked into below is at least DER.
        try buffer.checkContents(of: element)
        var fields = buffer.reader(of: element)
        if let tagged = try fields.optional(DERTag.constructedContext(0)) {
            var inner = buffer.reader(of: tagged)
            version = try inner.integer()
            try inner.finish()
        } else {
            version = nil
        }
        serialNumber = try fields.integer()
        signatureAlgorithm = buffer.encoding(try fields.next(DERTag.sequence))
        issuer = buffer.encoding(try fields.next(DERTag.sequence))
        var validity = try fields.sequence()
        notBefore = try ParsedTime(&validity)
        notAfter = try ParsedTime(&validity)
        try validity.finish()
        subject = buffer.encoding(try fields.next(DERTag.sequence))
        subjectPublicKeyInfo = buffer.encoding(try fields.next(DERTag.sequence))
        let identifiers = (
            issuer: try fields.optional(DERTag.context(1)), subject: try fields.optional(DERTag.context(2))
        )
        hasUniqueIdentifiers = identifiers.issuer != nil || identifiers.subject != nil
        extensions = try fields.optional(DERTag.constructedContext(3))
            .map { tagged throws(DERError) in try ParsedExtension.list(in: tagged, of: buffer) }
        try fields.finish()
    }

    func first(_ kind: CertificateExtension.Kind) -> ParsedExtension? {
        extensions?.first { $0.kind == kind }
    }
}
