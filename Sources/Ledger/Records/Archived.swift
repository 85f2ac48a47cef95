internal import DERCoding
package import Timekeeping

// Archived ::= SEQUENCE {
//     firstKept  INTEGER,
//     segments   SEQUENCE OF INTEGER,
//     floors     SEQUENCE OF CRLFloor,
//     expired    SEQUENCE OF ExpiredRevocation,
//     target     UTF8String }
//
// ExpiredRevocation ::= SEQUENCE {
//     authorityKeyID  OCTET STRING,
//     serialNumber    INTEGER,
//     notAfter        INTEGER }   -- seconds since 1970-01-01T00:00:00Z

/// The journal's oldest segments were moved elsewhere, and it may begin with any of those that are named here, or behind them all: being in
/// the chain, this vouches for what is missing. It says all that the rest of the journal has to know of them.
package struct Archived: Hashable, Sendable {
    /// A revocation that is on record behind those segments, of a certificate that is in them: it has expired, and left the CRLs.
    package struct ExpiredRevocation: Hashable, Sendable {
        /// The subject key identifier of the authority's certificate.
        package var authorityKeyID: [UInt8]
        /// The content octets of the serial's DER INTEGER.
        package var serial: [UInt8]
        /// The final second in which the certificate was valid.
        package var notAfter: Instant

        /// Octets that it takes at most.
        var maximumOctets: Int { authorityKeyID.count + serial.count + 24 }
    }

    /// The sequence number of the first record that is not in them.
    package var firstKept: UInt64
    /// The sequence numbers of their first records, in their order.
    package var segments: [UInt64]
    package var floors: [CRLFloor]
    package var expired: [ExpiredRevocation]
    /// The folder that they were moved to, for people.
    package var target: String
}

extension Archived {
    /// Whether a journal with this record may begin with that one.
    func allows(beginning first: UInt64) -> Bool { first == firstKept || segments.contains(first) }

    /// Octets of all the parts that have no fixed length.
    var variableOctets: Int {
        10 * segments.count + floors.variableOctets + target.utf8.count
            + expired.reduce(0) { $0 + $1.maximumOctets }
    }

    /// More than other records: it speaks of many certificates.
    static let maximumOctets = 4 << 20

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    func check() throws(LedgerError) {
        guard variableOctets <= Self.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Self.maximumOctets)")
        }
        guard let last = segments.last, last < firstKept, zip(segments, segments.dropFirst()).allSatisfy(<) else {
            throw .invalidIntent("the segments are not in their order, before what is kept")
        }
        for revocation in expired { try Serial.checkForm(revocation.serial) }
    }

    func encode(into fields: inout DERWriter) {
        fields.integer(firstKept)
        fields.constructed(DERTag.sequence) { list in
            for segment in segments { list.integer(segment) }
        }
        floors.encode(into: &fields)
        fields.constructed(DERTag.sequence) { list in
            for revocation in expired {
                list.constructed(DERTag.sequence) { entry in
                    entry.primitive(DERTag.octetString, revocation.authorityKeyID)
                    entry.primitive(DERTag.integer, revocation.serial)
                    entry.integer(UInt64(clamping: revocation.notAfter.secondsSinceEpoch))
                }
            }
        }
        fields.primitive(DERTag.utf8String, target.utf8)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        firstKept = try fields.unsignedInteger()
        var list = try fields.sequence()
        segments = []
        while !list.isAtEnd { segments.append(try list.unsignedInteger()) }
        floors = try [CRLFloor](reading: &fields)
        list = try fields.sequence()
        expired = []
        while !list.isAtEnd {
            var entry = try list.sequence()
            expired.append(
                ExpiredRevocation(
                    authorityKeyID: try entry.octets(), serial: try entry.octets(DERTag.integer),
                    notAfter: try entry.instant()))
            try entry.finish()
        }
        target = try fields.utf8String()
        do { try check() } catch { throw .unexpectedValue }
    }
}
