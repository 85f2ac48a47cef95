internal import DERCoding
package import FoundationEssentials
package import Timekeeping

// ImportedCertificate ::= SEQUENCE {
//     certificateID   OCTET STRING (SIZE (16)),
//     authorityID     UTF8String,
//     authorityKeyID  OCTET STRING,
//     serialNumber    INTEGER,
//     notAfter        INTEGER,                              -- seconds since 1970-01-01T00:00:00Z
//     subject         UTF8String,                           -- as its source has it; for people
//     certificate     [0] IMPLICIT OCTET STRING OPTIONAL,   -- its DER
//     crlPartition    [1] IMPLICIT INTEGER OPTIONAL,
//     source          UTF8String }

/// A certificate that the authority's key signed before this journal kept its book, or beside it: known from here on, so that it
/// can be looked up and revoked, and its serial is not used again.
package struct ImportedCertificate: Hashable, Sendable {
    package var certificateID: UUID
    /// The authority's name in the configuration.
    package var authorityID: String
    /// The subject key identifier of the authority's certificate.
    package var authorityKeyID: [UInt8]
    /// The content octets of the serial's DER INTEGER.
    package var serial: [UInt8]
    /// The final second in which it is valid; not before 1970.
    package var notAfter: Instant
    /// For people, where there is no certificate to read it from.
    package var subject: String
    /// Its DER, where the source had it.
    package var certificate: [UInt8]?
    /// Of partitioned CRLs, the one that it points to.
    package var crlPartition: UInt32?
    /// The file that it came from.
    package var source: String

    package init(
        certificateID: UUID, authorityID: String, authorityKeyID: [UInt8], serial: [UInt8], notAfter: Instant,
        subject: String, certificate: [UInt8]?, crlPartition: UInt32? = nil, source: String
    ) {
        self.certificateID = certificateID
        self.authorityID = authorityID
        self.authorityKeyID = authorityKeyID
        self.serial = serial
        self.notAfter = notAfter
        self.subject = subject
        self.certificate = certificate
        self.crlPartition = crlPartition
        self.source = source
    }
}

extension ImportedCertificate {
    /// Octets of all the parts that have no fixed length.
    var variableOctets: Int {
        authorityID.utf8.count + authorityKeyID.count + serial.count + subject.utf8.count + (certificate?.count ?? 0)
            + source.utf8.count
    }

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    func check() throws(LedgerError) {
        try Serial.checkForm(serial)
        guard notAfter.secondsSinceEpoch >= 0 else { throw .invalidIntent("a certificate does not end before 1970") }
        guard variableOctets <= Intent.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Intent.maximumOctets)")
        }
    }

    func encode(into fields: inout DERWriter) {
        fields.primitive(DERTag.octetString, certificateID.octets)
        fields.primitive(DERTag.utf8String, authorityID.utf8)
        fields.primitive(DERTag.octetString, authorityKeyID)
        fields.primitive(DERTag.integer, serial)
        fields.integer(UInt64(clamping: notAfter.secondsSinceEpoch))
        fields.primitive(DERTag.utf8String, subject.utf8)
        if let certificate { fields.primitive(DERTag.context(0), certificate) }
        if let crlPartition { fields.integer(UInt64(crlPartition), tag: DERTag.context(1)) }
        fields.primitive(DERTag.utf8String, source.utf8)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        certificateID = try fields.uuid()
        authorityID = try fields.utf8String()
        authorityKeyID = try fields.octets()
        serial = try fields.octets(DERTag.integer)
        notAfter = try fields.instant()
        subject = try fields.utf8String()
        certificate = fields.nextTag == DERTag.context(0) ? try fields.octets(DERTag.context(0)) : nil
        crlPartition = try fields.partition(DERTag.context(1))
        source = try fields.utf8String()
        do { try check() } catch { throw .unexpectedValue }
    }
}
