import DERCoding

/// A TBSCertList read back, beside what it was to be.
struct LintedCRL {
    let list: ParsedTBSCertList
    /// `nil` at the place of an extension that a CRL or an entry here has no use for.
    let kinds: [CRLExtension?]
    let template: CRLTemplate
    let issuer: Issuer

    init(tbs octets: [UInt8], template: CRLTemplate, issuer: Issuer) throws(DERError) {
        var buffer = DERReader(octets)
        let element = try buffer.next(DERTag.sequence)
        try buffer.finish()
        list = try ParsedTBSCertList(element, of: buffer)
        kinds = (list.extensions ?? []).map { CRLExtension(identifierDER: $0.identifier) }
        self.template = template
        self.issuer = issuer
    }

    var extensions: [ParsedExtension] { list.extensions ?? [] }
    var entries: [ParsedCRLEntry] { list.entries ?? [] }

    /// The content octets of the cRLNumber, where it is one INTEGER.
    var number: ArraySlice<UInt8>? { list.first(.cRLNumber)?.contents(DERTag.integer) }

    /// `what`, with the serial number of the first entry that has a fault; `nil` where none has.
    func finding(_ what: String, where hasFault: (ParsedCRLEntry) -> Bool) -> String? {
        entries.first(where: hasFault).map { "\(what): \(Array(list.serialNumber(of: $0)).hex)." }
    }
}
