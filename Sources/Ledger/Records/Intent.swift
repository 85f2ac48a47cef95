internal import DERCoding
package import FoundationEssentials

// Intent ::= SEQUENCE {
//     certificateID       OCTET STRING (SIZE (16)),
//     kind                ENUMERATED { leaf (0), intermediate (1) },
//     authorityID         UTF8String,
//     authorityKeyID      OCTET STRING,
//     serialNumber        INTEGER,
//     signatureAlgorithm  UTF8String,
//     profileID           [0] IMPLICIT OCTET STRING (SIZE (16)) OPTIONAL,
//     crlPartition        [1] IMPLICIT INTEGER OPTIONAL,
//     configurationHash   OCTET STRING,
//     requester           SEQUENCE { uid INTEGER, gid INTEGER, pid INTEGER },
//     requestID           UTF8String,
//     csrHash             OCTET STRING,
//     tbsCertificate      OCTET STRING }

/// What is about to be signed, on whose behalf and by which rules. Its time is the journal's to fill in.
package struct Intent: Hashable, Sendable {
    /// What sort of certificate.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case leaf = 0
        case intermediate = 1
    }

    /// The process that asked, in the kernel's words.
    package struct Requester: Hashable, Sendable {
        package var uid: UInt32
        package var gid: UInt32
        /// Never negative.
        package var pid: Int32

        package init(uid: UInt32, gid: UInt32, pid: Int32) {
            self.uid = uid
            self.gid = gid
            self.pid = pid
        }
    }

    /// The content octets of the serial's DER INTEGER: at most 20, positive (RFC 5280 § 4.1.2.2).
    package var serial: [UInt8]
    package var certificateID: UUID
    /// The authority's name in the configuration.
    package var authorityID: String
    /// The subject key identifier of the authority's certificate.
    package var authorityKeyID: [UInt8]
    package var kind: Kind
    /// The profile of a leaf; an intermediate has none.
    package var profileID: UUID?
    /// Which of the authority's partitioned CRLs would name it; `nil` where there is one of everything.
    package var crlPartition: UInt32?
    /// The name of the algorithm that will sign.
    package var signatureAlgorithm: String
    /// SHA-256 of the configuration by which it was admitted.
    package var configurationHash: [UInt8]
    package var requester: Requester
    /// SHA-256 of the request's DER.
    package var csrHash: [UInt8]
    /// The DER of the TBSCertificate, byte for byte what will be signed.
    package var tbs: [UInt8]
    /// The request's id in logs and answers.
    package var requestID: String

    package init(
        serial: [UInt8], certificateID: UUID, authorityID: String, authorityKeyID: [UInt8], kind: Kind,
        profileID: UUID?, crlPartition: UInt32? = nil, signatureAlgorithm: String, configurationHash: [UInt8],
        requester: Requester, csrHash: [UInt8], tbs: [UInt8], requestID: String
    ) {
        self.serial = serial
        self.certificateID = certificateID
        self.authorityID = authorityID
        self.authorityKeyID = authorityKeyID
        self.kind = kind
        self.profileID = profileID
        self.crlPartition = crlPartition
        self.signatureAlgorithm = signatureAlgorithm
        self.configurationHash = configurationHash
        self.requester = requester
        self.csrHash = csrHash
        self.tbs = tbs
        self.requestID = requestID
    }
}

extension Intent {
    /// The longest that the variable parts may be together, in octets: no certificate comes near.
    static let maximumOctets = 128 * 1024

    /// Octets of all the parts that have no fixed length.
    var variableOctets: Int {
        serial.count + authorityID.utf8.count + authorityKeyID.count + signatureAlgorithm.utf8.count
            + configurationHash.count + csrHash.count + tbs.count + requestID.utf8.count
    }

    /// Throws `LedgerError.invalidIntent` for what the journal will not hold.
    package func check() throws(LedgerError) {
        try Serial.check(serial)
        guard requester.pid >= 0 else { throw .invalidIntent("a process id is not negative") }
        guard variableOctets <= Self.maximumOctets else {
            throw .invalidIntent("\(variableOctets) octets are more than \(Self.maximumOctets)")
        }
    }

    func encode(into fields: inout DERWriter) {
        fields.primitive(DERTag.octetString, certificateID.octets)
        fields.primitive(DERTag.enumerated, [kind.rawValue])
        fields.primitive(DERTag.utf8String, authorityID.utf8)
        fields.primitive(DERTag.octetString, authorityKeyID)
        fields.primitive(DERTag.integer, serial)
        fields.primitive(DERTag.utf8String, signatureAlgorithm.utf8)
        if let profileID { fields.primitive(DERTag.context(0), profileID.octets) }
        if let crlPartition { fields.integer(UInt64(crlPartition), tag: DERTag.context(1)) }
        fields.primitive(DERTag.octetString, configurationHash)
        requester.encode(into: &fields)
        fields.primitive(DERTag.utf8String, requestID.utf8)
        fields.primitive(DERTag.octetString, csrHash)
        fields.primitive(DERTag.octetString, tbs)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        certificateID = try fields.uuid()
        guard let kind = Kind(rawValue: try fields.enumerated()) else { throw .unexpectedValue }
        self.kind = kind
        authorityID = try fields.utf8String()
        authorityKeyID = try fields.octets()
        serial = try fields.octets(DERTag.integer)
        signatureAlgorithm = try fields.utf8String()
        profileID = fields.nextTag == DERTag.context(0) ? try fields.uuid(DERTag.context(0)) : nil
        crlPartition = try fields.partition(DERTag.context(1))
        configurationHash = try fields.octets()
        requester = try Requester(reading: &fields)
        requestID = try fields.utf8String()
        csrHash = try fields.octets()
        tbs = try fields.octets()
        do { try check() } catch { throw .unexpectedValue }
    }
}
