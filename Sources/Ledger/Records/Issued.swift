internal import DERCoding
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
    func encode(into fields: inout DERWriter, intent: UInt64) {
        fields.integer(intent)
        fields.primitive(DERTag.octetString, certificateID.octets)
        fields.primitive(DERTag.octetString, signature)
    }

    /// - Returns: the outcome, and the sequence number of its intent.
    static func read(_ fields: inout DERReader) throws(DERError) -> (Issued, intent: UInt64) {
        let intent = try fields.unsignedInteger()
        let issued = Issued(
            certificateID: try fields.uuid(), signature: try fields.octets())
        return (issued, intent)
    }
}
