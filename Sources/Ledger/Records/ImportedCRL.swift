internal import DERCoding

// ImportedCRL ::= SEQUENCE {
//     authorityID     UTF8String,
//     authorityKeyID  OCTET STRING,
//     crlNumber       INTEGER,
//     crlHash         OCTET STRING,                         -- SHA-256 of its DER
//     source          UTF8String }

/// The last CRL that another software made with the authority's key: the next one's number is higher.
package struct ImportedCRL: Hashable, Sendable {
    /// The authority's name in the configuration.
    package var authorityID: String
    /// The subject key identifier of the authority's certificate.
    package var authorityKeyID: [UInt8]
    /// RFC 5280 § 5.2.3; 0 for a CRL without number.
    package var number: UInt64
    /// SHA-256 of its DER; of one that another journal has on record, of its TBSCertList; empty where only its number is known.
    package var crlHash: [UInt8]
    /// The file that it came from.
    package var source: String

    package init(authorityID: String, authorityKeyID: [UInt8], number: UInt64, crlHash: [UInt8], source: String) {
        self.authorityID = authorityID
        self.authorityKeyID = authorityKeyID
        self.number = number
        self.crlHash = crlHash
        self.source = source
    }
}

extension ImportedCRL {
    /// Octets of all the parts that have no fixed length.
    var variableOctets: Int {
        authorityID.utf8.count + authorityKeyID.count + crlHash.count + source.utf8.count
    }

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    func check() throws(LedgerError) {
        guard variableOctets <= Intent.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Intent.maximumOctets)")
        }
    }

    func encode(into fields: inout DERWriter) {
        fields.primitive(DERTag.utf8String, authorityID.utf8)
        fields.primitive(DERTag.octetString, authorityKeyID)
        fields.integer(number)
        fields.primitive(DERTag.octetString, crlHash)
        fields.primitive(DERTag.utf8String, source.utf8)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        authorityID = try fields.utf8String()
        authorityKeyID = try fields.octets()
        number = try fields.unsignedInteger()
        crlHash = try fields.octets()
        source = try fields.utf8String()
    }
}
