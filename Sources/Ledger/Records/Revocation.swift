internal import DERCoding
package import Timekeeping

// Revoked ::= SEQUENCE {
//     authorityID     UTF8String,
//     authorityKeyID  OCTET STRING,
//     serialNumber    INTEGER,
//     revocationDate  INTEGER,                              -- seconds since 1970-01-01T00:00:00Z
//     reason          ENUMERATED,                           -- CRLReason (RFC 5280 § 5.3.1)
//     requester       [0] IMPLICIT SEQUENCE { uid INTEGER, gid INTEGER, pid INTEGER } OPTIONAL,
//     requestID       UTF8String }

/// A certificate counts no more: from its record on, every CRL of its authority names it until it has expired.
///
/// A later record of the same serial changes the reason and keeps the date.
package struct Revocation: Hashable, Sendable {
    /// The authority's name in the configuration.
    package var authorityID: String
    /// The subject key identifier of the authority's certificate.
    package var authorityKeyID: [UInt8]
    /// The content octets of the serial's DER INTEGER.
    package var serial: [UInt8]
    /// What a CRL says as revocationDate; not before 1970.
    package var date: Instant
    /// The value of its CRLReason; 0 is unspecified.
    package var reason: UInt8
    /// `nil` for one that was taken over from another CA software.
    package var requester: Intent.Requester?
    /// The request's id in logs and answers, or the source that it was taken from.
    package var requestID: String

    package init(
        authorityID: String, authorityKeyID: [UInt8], serial: [UInt8], date: Instant, reason: UInt8,
        requester: Intent.Requester?, requestID: String
    ) {
        self.authorityID = authorityID
        self.authorityKeyID = authorityKeyID
        self.serial = serial
        self.date = date
        self.reason = reason
        self.requester = requester
        self.requestID = requestID
    }
}

extension Revocation {
    /// Octets of all the parts that have no fixed length.
    var variableOctets: Int {
        authorityID.utf8.count + authorityKeyID.count + serial.count + requestID.utf8.count
    }

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    func check() throws(LedgerError) {
        try Serial.checkForm(serial)
        // RFC 5280 § 5.3.1: 7 is not used.
        guard reason <= 10, reason != 7 else { throw .invalidIntent("\(reason) is no CRLReason") }
        guard date.secondsSinceEpoch >= 0 else { throw .invalidIntent("a revocation is not dated before 1970") }
        guard variableOctets <= Intent.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Intent.maximumOctets)")
        }
    }

    func encode(into fields: inout DERWriter) {
        fields.primitive(DERTag.utf8String, authorityID.utf8)
        fields.primitive(DERTag.octetString, authorityKeyID)
        fields.primitive(DERTag.integer, serial)
        fields.integer(UInt64(clamping: date.secondsSinceEpoch))
        fields.primitive(DERTag.enumerated, [reason])
        requester?.encode(into: &fields, tag: DERTag.constructedContext(0))
        fields.primitive(DERTag.utf8String, requestID.utf8)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        authorityID = try fields.utf8String()
        authorityKeyID = try fields.octets()
        serial = try fields.octets(DERTag.integer)
        date = try fields.instant()
        reason = try fields.enumerated()
        let tag = DERTag.constructedContext(0)
        requester = fields.nextTag == tag ? try Intent.Requester(reading: &fields, tag: tag) : nil
        requestID = try fields.utf8String()
        do { try check() } catch { throw .unexpectedValue }
    }
}
