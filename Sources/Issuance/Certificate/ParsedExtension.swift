import DERCoding

/// One Extension, its OID and criticality as they stand. It keeps places in the certificate or CRL, so that a copy of it costs little.
struct ParsedExtension {
    /// `nil` for one that this service does not write into certificates.
    let kind: CertificateExtension.Kind?
    private let fields: DERReader
    private let identifierElement: DERElement
    private let criticalityElement: DERElement?
    private let valueElement: DERElement

    /// The DER of the OID.
    var identifier: ArraySlice<UInt8> { fields.encoding(identifierElement) }
    /// The content octets of `critical`, where it is encoded.
    var criticality: ArraySlice<UInt8>? { criticalityElement.map { fields.contents($0) } }
    /// The content octets of `extnValue`.
    var value: ArraySlice<UInt8> { fields.contents(valueElement) }
    /// Walks over them.
    var reader: DERReader { fields.reader(of: valueElement) }

    /// `EXPLICIT Extensions`, `Extensions ::= SEQUENCE OF Extension` (RFC 5280 § 4.1).
    static func list(in tagged: DERElement, of buffer: DERReader) throws(DERError) -> [ParsedExtension] {
        var wrapped = buffer.reader(of: tagged)
        var elements = try wrapped.sequence()
        try wrapped.finish()
        var list: [ParsedExtension] = []
        list.reserveCapacity(10)
        while !elements.isAtEnd { list.append(try ParsedExtension(elements.sequence())) }
        return list
    }

    init(_ fields: consuming DERReader) throws(DERError) {
        self.fields = fields
        identifierElement = try fields.next(DERTag.objectIdentifier)
        criticalityElement = try fields.optional(DERTag.boolean)
        valueElement = try fields.next(DERTag.octetString)
        try fields.finish()
        let identifier = self.fields.encoding(identifierElement)
        kind = CertificateExtension.Kind(identifierDER: identifier)
        // One of ours has been compared to the octet; any other has at least to be an OID.
        if kind == nil, CRLExtension(identifierDER: identifier) == nil {
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

    /// Of an authority key identifier: its keyIdentifier. The issuer's name and serial number may follow (RFC 5280 § 4.2.1.1).
    func keyIdentifier() throws(DERError) -> [UInt8]? {
        var content = reader
        var fields = try content.sequence()
        try content.finish()
        return try fields.optional(DERTag.context(0)).map { Array(fields.contents($0)) }
    }
}
