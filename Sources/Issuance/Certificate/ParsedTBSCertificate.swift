import DERCoding
import PublicKeys
import Timekeeping

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
            .map { tagged throws(DERError) in try ParsedExtension.list(tagged, of: buffer) }
        try fields.finish()
    }

    func first(_ kind: CertificateExtension.Kind) -> ParsedExtension? {
        extensions?.first { $0.kind == kind }
    }
}

/// One Extension, its OID and criticality as they stand. It keeps places in the certificate, so that a copy of it costs little.
struct ParsedExtension {
    /// `nil` for one that this service does not write.
    let kind: CertificateExtension.Kind?
    private let fields: DERReader
    private let criticalityElement: DERElement?
    private let valueElement: DERElement

    /// The content octets of `critical`, where it is encoded.
    var criticality: ArraySlice<UInt8>? { criticalityElement.map { fields.contents($0) } }
    /// The content octets of `extnValue`.
    var value: ArraySlice<UInt8> { fields.contents(valueElement) }
    /// Walks over them.
    var reader: DERReader { fields.reader(of: valueElement) }

    /// `EXPLICIT Extensions`, `Extensions ::= SEQUENCE OF Extension` (RFC 5280 § 4.1).
    fileprivate static func list(_ tagged: DERElement, of buffer: DERReader) throws(DERError) -> [ParsedExtension] {
        var wrapped = buffer.reader(of: tagged)
        var elements = try wrapped.sequence()
        try wrapped.finish()
        var list: [ParsedExtension] = []
        list.reserveCapacity(10)
        while !elements.isAtEnd { list.append(try ParsedExtension(elements.sequence())) }
        return list
    }

    private init(_ fields: consuming DERReader) throws(DERError) {
        self.fields = fields
        let identifier = try fields.next(DERTag.objectIdentifier)
        criticalityElement = try fields.optional(DERTag.boolean)
        valueElement = try fields.next(DERTag.octetString)
        try fields.finish()
        kind = CertificateExtension.Kind(identifierDER: self.fields.encoding(identifier))
        // One of ours has been compared to the octet; any other has at least to be an OID.
        if kind == nil {
            var start = self.fields
            _ = try start.objectIdentifier()
        }
    }

    var isCritical: Bool { criticality?.first == 0xff }

    /// The OID, such as `2.5.29.36`.
    var dotted: String {
        var fields = fields
        return (try? fields.objectIdentifier())?.dotted ?? "?"
    }

    /// The contents of the value, where it is one element of that type.
    func contents(_ tag: UInt8) -> ArraySlice<UInt8>? {
        var reader = reader
        guard let element = try? reader.next(tag), reader.isAtEnd else { return nil }
        return reader.contents(element)
    }
}
