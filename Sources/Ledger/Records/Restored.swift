internal import DERCoding

// Restored ::= SEQUENCE {
//     lastSequence  INTEGER,
//     floors        SEQUENCE OF CRLFloor,
//     source        UTF8String }

/// From here on this is a copy that took the place of a journal that was lost. What was recorded there behind `lastSequence` is not
/// known here; serial numbers are random and not repeated for that, and for CRLs' numbers there are the floors.
package struct Restored: Hashable, Sendable {
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
    var variableOctets: Int { source.utf8.count + floors.variableOctets }

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    func check() throws(LedgerError) {
        guard variableOctets <= Intent.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Intent.maximumOctets)")
        }
    }

    func encode(into fields: inout DERWriter) {
        fields.integer(lastSequence)
        floors.encode(into: &fields)
        fields.primitive(DERTag.utf8String, source.utf8)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        lastSequence = try fields.unsignedInteger()
        floors = try [CRLFloor](reading: &fields)
        source = try fields.utf8String()
        do { try check() } catch { throw .unexpectedValue }
    }
}
