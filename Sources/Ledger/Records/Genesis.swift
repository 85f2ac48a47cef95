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
    func encode(into bytes: inout [UInt8]) {
        bytes.appendDER(.sequence) { bytes in
            bytes.appendDER(.octetString, journalID)
            bytes.appendDERInteger(UInt64(formatVersion))
            bytes.appendDER(.utf8String, host.utf8)
        }
    }

    init(reading reader: inout DERReader) throws(DERReader.Malformed) {
        var fields = try reader.sequence()
        journalID = try fields.uuid(.octetString)
        guard let version = UInt32(exactly: try fields.integer()) else { throw DERReader.Malformed() }
        formatVersion = version
        host = try fields.utf8String()
        try fields.end()
    }
}
