internal import DERCoding
package import FoundationEssentials
package import Timekeeping

// CRLIntent ::= SEQUENCE {
//     crlID               OCTET STRING (SIZE (16)),
//     authorityID         UTF8String,
//     authorityKeyID      OCTET STRING,
//     crlNumber           INTEGER,
//     partition           [0] IMPLICIT INTEGER OPTIONAL,
//     signatureAlgorithm  UTF8String,
//     configurationHash   OCTET STRING,
//     basis               INTEGER,                          -- sequence number of the last record that it covers
//     entries             INTEGER,
//     thisUpdate          INTEGER,                          -- seconds since 1970-01-01T00:00:00Z
//     nextUpdate          INTEGER,
//     tbsHash             OCTET STRING }                    -- SHA-256 of the TBSCertList's DER

/// A CRL that is about to be signed. Its number is used up by this record, whatever comes of it.
///
/// The list itself is not in the journal: all it says follows from the records up to `basis`, and the hash tells whether what was
/// made of them again is what was signed.
package struct CRLIntent: Hashable, Sendable {
    package var crlID: UUID
    /// The authority's name in the configuration.
    package var authorityID: String
    /// The subject key identifier of the authority's certificate: numbers rise by this key.
    package var authorityKeyID: [UInt8]
    /// RFC 5280 § 5.2.3.
    package var number: UInt64
    /// Of a partitioned CRL; `nil` for one of everything.
    package var partition: UInt32?
    /// The name of the algorithm that will sign.
    package var signatureAlgorithm: String
    /// SHA-256 of the configuration by which it is made.
    package var configurationHash: [UInt8]
    /// The sequence number of the last record that it covers.
    package var basis: UInt64
    /// How many certificates it names.
    package var entries: UInt64
    package var thisUpdate: Instant
    package var nextUpdate: Instant
    /// SHA-256 of the DER of the TBSCertList, byte for byte what will be signed.
    package var tbsHash: [UInt8]

    package init(
        crlID: UUID, authorityID: String, authorityKeyID: [UInt8], number: UInt64, partition: UInt32?,
        signatureAlgorithm: String, configurationHash: [UInt8], basis: UInt64, entries: UInt64, thisUpdate: Instant,
        nextUpdate: Instant, tbsHash: [UInt8]
    ) {
        self.crlID = crlID
        self.authorityID = authorityID
        self.authorityKeyID = authorityKeyID
        self.number = number
        self.partition = partition
        self.signatureAlgorithm = signatureAlgorithm
        self.configurationHash = configurationHash
        self.basis = basis
        self.entries = entries
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.tbsHash = tbsHash
    }
}

extension CRLIntent {
    /// Octets of all the parts that have no fixed length.
    var variableOctets: Int {
        authorityID.utf8.count + authorityKeyID.count + signatureAlgorithm.utf8.count + configurationHash.count
            + tbsHash.count
    }

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    package func check() throws(LedgerError) {
        guard number > 0 else { throw .invalidIntent("a CRL's number is positive") }
        guard tbsHash.count == 32 else { throw .invalidIntent("a SHA-256 has 32 octets, not \(tbsHash.count)") }
        guard thisUpdate.secondsSinceEpoch >= 0, thisUpdate < nextUpdate else {
            throw .invalidIntent("a CRL's next update comes after this one")
        }
        guard variableOctets <= Intent.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Intent.maximumOctets)")
        }
    }

    func encode(into fields: inout DERWriter) {
        fields.primitive(DERTag.octetString, crlID.octets)
        fields.primitive(DERTag.utf8String, authorityID.utf8)
        fields.primitive(DERTag.octetString, authorityKeyID)
        fields.integer(number)
        if let partition { fields.integer(UInt64(partition), tag: DERTag.context(0)) }
        fields.primitive(DERTag.utf8String, signatureAlgorithm.utf8)
        fields.primitive(DERTag.octetString, configurationHash)
        fields.integer(basis)
        fields.integer(entries)
        fields.integer(UInt64(clamping: thisUpdate.secondsSinceEpoch))
        fields.integer(UInt64(clamping: nextUpdate.secondsSinceEpoch))
        fields.primitive(DERTag.octetString, tbsHash)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        crlID = try fields.uuid()
        authorityID = try fields.utf8String()
        authorityKeyID = try fields.octets()
        number = try fields.unsignedInteger()
        partition = try fields.partition(DERTag.context(0))
        signatureAlgorithm = try fields.utf8String()
        configurationHash = try fields.octets()
        basis = try fields.unsignedInteger()
        entries = try fields.unsignedInteger()
        thisUpdate = try fields.instant()
        nextUpdate = try fields.instant()
        tbsHash = try fields.octets()
        do { try check() } catch { throw .unexpectedValue }
    }
}
