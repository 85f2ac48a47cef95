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
        profileID: UUID?, signatureAlgorithm: String, configurationHash: [UInt8], requester: Requester,
        csrHash: [UInt8], tbs: [UInt8], requestID: String
    ) {
        self.serial = serial
        self.certificateID = certificateID
        self.authorityID = authorityID
        self.authorityKeyID = authorityKeyID
        self.kind = kind
        self.profileID = profileID
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
    func check() throws(LedgerError) {
        guard let first = serial.first, serial.count <= 20 else {
            throw .invalidIntent("a serial number has 1 to 20 octets, this one \(serial.count)")
        }
        guard first < 0x80, serial.contains(where: { $0 != 0 }) else {
            throw .invalidIntent("a serial number is positive")
        }
        guard first != 0 || serial[1] >= 0x80 else {
            throw .invalidIntent("the serial number is not in its shortest form")
        }
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
        fields.primitive(DERTag.octetString, configurationHash)
        fields.constructed(DERTag.sequence) { peer in
            peer.integer(UInt64(requester.uid))
            peer.integer(UInt64(requester.gid))
            peer.integer(UInt64(clamping: requester.pid))
        }
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
        configurationHash = try fields.octets()
        var peer = try fields.sequence()
        guard
            let uid = UInt32(exactly: try peer.unsignedInteger()),
            let gid = UInt32(exactly: try peer.unsignedInteger()),
            let pid = Int32(exactly: try peer.unsignedInteger())
        else { throw .unexpectedValue }
        try peer.finish()
        requester = Requester(uid: uid, gid: gid, pid: pid)
        requestID = try fields.utf8String()
        csrHash = try fields.octets()
        tbs = try fields.octets()
        do { try check() } catch { throw .unexpectedValue }
    }
}
