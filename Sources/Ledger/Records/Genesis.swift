internal import DERCoding
package import FoundationEssentials

// Genesis ::= SEQUENCE {
//     journalID      OCTET STRING (SIZE (16)),
//     formatVersion  INTEGER,
//     host           UTF8String }

/// The first record of a journal. Its time is when the journal was created.
package struct Genesis: Hashable, Sendable {
    /// Random; every segment repeats it.
    package var journalID: UUID
    /// The format of the segments at the time.
    package var formatVersion: UInt32
    /// The name of the host at the time.
    package var host: String
}

extension Genesis {
    func encode(into fields: inout DERWriter) {
        fields.primitive(DERTag.octetString, journalID.octets)
        fields.integer(UInt64(formatVersion))
        fields.primitive(DERTag.utf8String, host.utf8)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        journalID = try fields.uuid()
        guard let version = UInt32(exactly: try fields.unsignedInteger()) else { throw .unexpectedValue }
        formatVersion = version
        host = try fields.utf8String()
    }
}
