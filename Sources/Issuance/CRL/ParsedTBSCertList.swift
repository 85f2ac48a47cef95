import DERCoding

/// A TBSCertList read back: its parts as they stand, so that a reader can judge their encoding too (RFC 5280 § 5.1).
struct ParsedTBSCertList {
    private let buffer: DERReader
    /// The content octets of the version, where it is encoded.
    let version: ArraySlice<UInt8>?
    /// The DER of these two.
    let signatureAlgorithm: ArraySlice<UInt8>
    let issuer: ArraySlice<UInt8>
    let thisUpdate: ParsedTime
    let nextUpdate: ParsedTime?
    /// `nil` where the field is absent.
    let entries: [ParsedCRLEntry]?
    /// `nil` where the field is absent.
    let extensions: [ParsedExtension]?
    /// The OIDs of critical extensions of entries that nothing here reads.
    let unreadCriticalEntryExtensions: Set<String>

    init(_ element: DERElement, of buffer: DERReader) throws(DERError) {
        self.buffer = buffer
        var fields = buffer.reader(of: element)
        version = fields.nextTag == DERTag.integer ? try fields.integer() : nil
        let (algorithm, name) = (try fields.next(DERTag.sequence), try fields.next(DERTag.sequence))
        // What is not looked into is at least DER.
        try buffer.checkContents(of: algorithm)
        try buffer.checkContents(of: name)
        signatureAlgorithm = buffer.encoding(algorithm)
        issuer = buffer.encoding(name)
        thisUpdate = try ParsedTime(&fields)
        let hasNextUpdate = fields.nextTag == DERTag.utcTime || fields.nextTag == DERTag.generalizedTime
        nextUpdate = hasNextUpdate ? try ParsedTime(&fields) : nil
        var unread: Set<String> = []
        entries = try fields.optional(DERTag.sequence)
            .map { list throws(DERError) in try Self.entries(in: list, of: buffer, unread: &unread) }
        unreadCriticalEntryExtensions = unread
        extensions = try fields.optional(DERTag.constructedContext(0))
            .map { tagged throws(DERError) in try ParsedExtension.list(in: tagged, of: buffer) }
        try fields.finish()
    }

    private static func entries(
        in list: DERElement, of buffer: DERReader, unread: inout Set<String>
    ) throws(DERError) -> [ParsedCRLEntry] {
        var entries: [ParsedCRLEntry] = []
        // None is shorter than a SEQUENCE of an INTEGER of one octet and a UTCTime.
        entries.reserveCapacity(list.contents.count / 20)
        var elements = buffer.reader(of: list)
        while !elements.isAtEnd { entries.append(try ParsedCRLEntry(elements.sequence(), unread: &unread)) }
        return entries
    }

    func first(_ kind: CRLExtension) -> ParsedExtension? {
        extensions?.first { CRLExtension(identifierDER: $0.identifier) == kind }
    }

    /// The content octets of the entry's serial number.
    func serialNumber(of entry: ParsedCRLEntry) -> ArraySlice<UInt8> { buffer.bytes[entry.serialNumber] }
}
