package import FoundationEssentials

// Issued ::= SEQUENCE {
//     intent         INTEGER,                     -- sequence number of the intent's record
//     certificateID  OCTET STRING (SIZE (16)),
//     signature      OCTET STRING }

/// The good outcome of an intent: with the intent's TBS, all of the certificate.
package struct Issued: Hashable, Sendable {
    package var certificateID: UUID
    /// The octets of the certificate's signatureValue, as X.509 wants them.
    package var signature: [UInt8]

    package init(certificateID: UUID, signature: [UInt8]) {
        self.certificateID = certificateID
        self.signature = signature
    }
}

extension Issued {
    func encode(into bytes: inout [UInt8], intent: UInt64) {
        bytes.appendDER(.sequence) { bytes in
            bytes.appendDERInteger(intent)
            bytes.appendDER(.octetString, certificateID)
            bytes.appendDER(.octetString, signature)
        }
    }

    /// - Returns: the outcome, and the sequence number of its intent.
    static func read(_ reader: inout DERReader) throws(DERReader.Malformed) -> (Issued, intent: UInt64) {
        var fields = try reader.sequence()
        let intent = try fields.integer()
        let issued = Issued(
            certificateID: try fields.uuid(.octetString), signature: try fields.octets(.octetString))
        try fields.end()
        return (issued, intent)
    }
}
