internal import DERCoding

// CRLFloor ::= SEQUENCE {
//     authorityKeyID  OCTET STRING,
//     crlNumber       INTEGER }

/// What the number of a key's next CRL rises over (RFC 5280 § 5.2.3), where the records that show it are not here.
package struct CRLFloor: Hashable, Sendable {
    /// The subject key identifier of the authority's certificate.
    package var authorityKeyID: [UInt8]
    package var number: UInt64

    package init(authorityKeyID: [UInt8], number: UInt64) {
        self.authorityKeyID = authorityKeyID
        self.number = number
    }
}

extension [CRLFloor] {
    /// Octets that they take at most, beyond the list's own.
    var variableOctets: Int { reduce(0) { $0 + $1.authorityKeyID.count + 20 } }

    func encode(into fields: inout DERWriter) {
        fields.constructed(DERTag.sequence) { list in
            for floor in self {
                list.constructed(DERTag.sequence) { entry in
                    entry.primitive(DERTag.octetString, floor.authorityKeyID)
                    entry.integer(floor.number)
                }
            }
        }
    }

    init(reading fields: inout DERReader) throws(DERError) {
        var list = try fields.sequence()
        self = []
        while !list.isAtEnd {
            var entry = try list.sequence()
            append(CRLFloor(authorityKeyID: try entry.octets(), number: try entry.unsignedInteger()))
            try entry.finish()
        }
    }
}
