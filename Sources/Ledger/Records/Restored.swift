internal import DERCoding

// Restored ::= SEQUENCE {
//     lastSequence  INTEGER,
//     floors        SEQUENCE OF CRLFloor,
//     source        UTF8String }
//
// CRLFloor ::= SEQUENCE {
//     authorityKeyID  OCTET STRING,
//     crlNumber       INTEGER }

/// From here on this is a copy that took the place of a journal that was lost. What was recorded there behind `lastSequence` is not
/// known here; serial numbers are random and not repeated for that, and for CRLs' numbers there are the floors.
package struct Restored: Hashable, Sendable {
    /// What the number of that key's next CRL rises over.
    package struct CRLFloor: Hashable, Sendable {
        /// The subject key identifier of the authority's certificate.
        package var authorityKeyID: [UInt8]
        package var number: UInt64

        package init(authorityKeyID: [UInt8], number: UInt64) {
            self.authorityKeyID = authorityKeyID
            self.number = number
        }
    }

    /// Of the last record of the back-up.
    package var lastSequence: UInt64
    package var floors: [CRLFloor]
    /// The back-up's folder, for people.
    package var source: String

    package init(lastSequence: UInt64, floors: [CRLFloor], source: String) {
        self.lastSequence = lastSequence
        self.floors = floors
        self.source = source
    }
}

extension Restored {
    /// Octets of all the parts that have no fixed length.
    var variableOctets: Int { source.utf8.count + floors.reduce(0) { $0 + $1.authorityKeyID.count + 20 } }

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    func check() throws(LedgerError) {
        guard variableOctets <= Intent.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Intent.maximumOctets)")
        }
    }

    func encode(into fields: inout DERWriter) {
        fields.integer(lastSequence)
        fields.constructed(DERTag.sequence) { list in
            for floor in floors {
                list.constructed(DERTag.sequence) { entry in
                    entry.primitive(DERTag.octetString, floor.authorityKeyID)
                    entry.integer(floor.number)
                }
            }
        }
        fields.primitive(DERTag.utf8String, source.utf8)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        lastSequence = try fields.unsignedInteger()
        var list = try fields.sequence()
        floors = []
        while !list.isAtEnd {
            var entry = try list.sequence()
            floors.append(CRLFloor(authorityKeyID: try entry.octets(), number: try entry.unsignedInteger()))
            try entry.finish()
        }
        source = try fields.utf8String()
        do { try check() } catch { throw .unexpectedValue }
    }
}
