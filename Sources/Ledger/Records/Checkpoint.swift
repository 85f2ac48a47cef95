internal import DERCoding
package import FoundationEssentials
package import Timekeeping

// Checkpoint ::= SEQUENCE {
//     statement           Statement,
//     signatureAlgorithm  UTF8String,
//     publicKey           OCTET STRING,                     -- DER of the SubjectPublicKeyInfo
//     signature           OCTET STRING }
//
// Statement ::= SEQUENCE {
//     purpose    UTF8String ("countersign journal checkpoint"),
//     journalID  OCTET STRING (SIZE (16)),
//     sequence   INTEGER,
//     head       OCTET STRING (SIZE (32)),
//     time       INTEGER }                                  -- seconds since 1970-01-01T00:00:00Z

/// What a key says of a journal at one moment: that its record of this number had this hash. Kept elsewhere, it shows that records
/// were cut off the end since.
package struct Checkpoint: Hashable, Sendable {
    /// What is signed.
    package struct Statement: Hashable, Sendable {
        package var journalID: UUID
        /// Of the last record that it speaks of.
        package var sequence: UInt64
        /// SHA-256 of that record.
        package var head: RecordHash
        /// When it was made, by the clock of the host.
        package var time: Instant

        package init(journalID: UUID, sequence: UInt64, head: RecordHash, time: Instant) {
            self.journalID = journalID
            self.sequence = sequence
            self.head = head
            self.time = time
        }
    }

    package var statement: Statement
    /// The name of the algorithm that signed.
    package var signatureAlgorithm: String
    /// The DER of the SubjectPublicKeyInfo of the key that signed.
    package var publicKey: [UInt8]
    /// In the form that X.509 has.
    package var signature: [UInt8]

    package init(statement: Statement, signatureAlgorithm: String, publicKey: [UInt8], signature: [UInt8]) {
        self.statement = statement
        self.signatureAlgorithm = signatureAlgorithm
        self.publicKey = publicKey
        self.signature = signature
    }
}

extension Checkpoint.Statement {
    /// Tells it from everything else that a key could sign.
    private static let purpose = "countersign journal checkpoint"

    /// Its DER: what is signed.
    package var der: [UInt8] {
        var writer = DERWriter()
        encode(into: &writer)
        return writer.octets
    }

    fileprivate func encode(into writer: inout DERWriter) {
        writer.constructed(DERTag.sequence) { fields in
            fields.primitive(DERTag.utf8String, Self.purpose.utf8)
            fields.primitive(DERTag.octetString, journalID.octets)
            fields.integer(sequence)
            fields.primitive(DERTag.octetString, head.bytes)
            fields.integer(UInt64(clamping: time.secondsSinceEpoch))
        }
    }

    fileprivate init(reading fields: inout DERReader) throws(DERError) {
        guard try fields.utf8String() == Self.purpose else { throw .unexpectedValue }
        journalID = try fields.uuid()
        sequence = try fields.unsignedInteger()
        let hash = try fields.octets()
        guard hash.count == RecordHash.count else { throw .unexpectedValue }
        head = RecordHash(hash, at: 0)
        time = try fields.instant()
        try fields.finish()
    }
}

extension Checkpoint {
    /// Octets of all the parts that have no fixed length.
    var variableOctets: Int { signatureAlgorithm.utf8.count + publicKey.count + signature.count }

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    func check() throws(LedgerError) {
        guard statement.sequence > 0, statement.time.secondsSinceEpoch >= 0 else {
            throw .invalidIntent("a checkpoint speaks of a record, and is not dated before 1970")
        }
        guard variableOctets <= Intent.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Intent.maximumOctets)")
        }
    }

    func encode(into fields: inout DERWriter) {
        statement.encode(into: &fields)
        fields.primitive(DERTag.utf8String, signatureAlgorithm.utf8)
        fields.primitive(DERTag.octetString, publicKey)
        fields.primitive(DERTag.octetString, signature)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        var inner = try fields.sequence()
        statement = try Statement(reading: &inner)
        signatureAlgorithm = try fields.utf8String()
        publicKey = try fields.octets()
        signature = try fields.octets()
        do { try check() } catch { throw .unexpectedValue }
    }

    /// Its DER, as a file of checkpoints and the journal hold it.
    package var der: [UInt8] {
        var writer = DERWriter()
        writer.constructed(DERTag.sequence) { encode(into: &$0) }
        return writer.octets
    }

    /// The label of its PEM, in a file of checkpoints.
    package static let pemLabel = "COUNTERSIGN CHECKPOINT"

    /// The line that stands before its PEM, for people.
    package var caption: String {
        "# record \(statement.sequence) at \(statement.time) of journal \(statement.journalID.uuidString.lowercased())"
    }

    /// Reads back what `der` gave; `nil` for anything else.
    package init?(der: [UInt8]) {
        var reader = DERReader(der)
        do throws(DERError) {
            var fields = try reader.sequence()
            try reader.finish()
            try self.init(reading: &fields)
            try fields.finish()
        } catch { return nil }
    }
}
