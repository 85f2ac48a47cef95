package import FoundationEssentials
package import JSONRPC
package import Timekeeping

/// What is on record of one certificate.
package struct CertificateDescription: Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case leaf
        case intermediate
        /// Signed before this journal kept its book, or beside it. Its source may not have told everything.
        case imported
    }

    package struct AlternativeName: Hashable, Sendable, JSONEncodable {
        /// `dns`, `ip`, `email`, `uri`, or the name of another kind.
        package var type: String
        package var value: String

        package init(type: String, value: String) {
            self.type = type
            self.value = value
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("type", type)
                writer.member("value", value)
            }
        }
    }

    /// The process that asked, in the kernel's words.
    package struct Requester: Hashable, Sendable, JSONEncodable {
        package var uid: UInt32
        package var gid: UInt32
        package var pid: Int32

        package init(uid: UInt32, gid: UInt32, pid: Int32) {
            self.uid = uid
            self.gid = gid
            self.pid = pid
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("uid", Int64(uid))
                writer.member("gid", Int64(gid))
                writer.member("pid", Int64(pid))
            }
        }
    }

    package struct Revocation: Hashable, Sendable, JSONEncodable {
        package var date: Instant
        package var reason: RevocationReason

        package init(date: Instant, reason: RevocationReason) {
            self.date = date
            self.reason = reason
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("date", date.rfc3339)
                writer.member("reason", reason.rawValue)
            }
        }
    }

    package var certificateID: UUID
    package var caID: String
    /// Lower-case hex of the content octets of the certificate's serialNumber.
    package var serialNumber: String
    package var status: CertificateStatus
    package var kind: Kind
    /// `nil` for an intermediate and an imported one.
    package var profileID: UUID?
    /// For people.
    package var subject: String
    package var alternativeNames: [AlternativeName]
    /// `nil` where an imported one's source did not tell; so are the next three that may be.
    package var notBefore: Instant?
    package var notAfter: Instant
    /// The time of its record; `nil` for an imported one.
    package var issuedAt: Instant?
    package var signatureAlgorithm: String?
    /// SHA-256 of the request's DER, in hex.
    package var csrHash: String?
    package var requester: Requester?
    /// The request's id in the daemon's log.
    package var requestID: String?
    /// Which of the authority's partitioned CRLs would name it; `nil` where there is one of everything.
    package var crlPartition: UInt32?
    package var revocation: Revocation?
    /// The sequence number of the record by which it became known: its intent's, or its import's.
    package var record: UInt64

    package init(
        certificateID: UUID, caID: String, serialNumber: String, status: CertificateStatus, kind: Kind,
        profileID: UUID?, subject: String, alternativeNames: [AlternativeName], notBefore: Instant?, notAfter: Instant,
        issuedAt: Instant?, signatureAlgorithm: String?, csrHash: String?, requester: Requester?, requestID: String?,
        crlPartition: UInt32?, revocation: Revocation?, record: UInt64
    ) {
        self.certificateID = certificateID
        self.caID = caID
        self.serialNumber = serialNumber
        self.status = status
        self.kind = kind
        self.profileID = profileID
        self.subject = subject
        self.alternativeNames = alternativeNames
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.issuedAt = issuedAt
        self.signatureAlgorithm = signatureAlgorithm
        self.csrHash = csrHash
        self.requester = requester
        self.requestID = requestID
        self.crlPartition = crlPartition
        self.revocation = revocation
        self.record = record
    }
}

extension CertificateDescription: JSONEncodable {
    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in encodeMembers(into: &writer) }
    }

    /// Every member, what there is none of as null.
    func encodeMembers(into writer: inout JSONObjectWriter) {
        writer.member("certificateId", certificateID.uuidString.lowercased())
        writer.member("caId", caID)
        writer.member("serialNumber", serialNumber)
        writer.member("status", status.rawValue)
        writer.member("kind", kind.rawValue)
        writer.member("profileId", profileID?.uuidString.lowercased())
        writer.member("subject", subject)
        writer.member("subjectAlternativeNames", alternativeNames)
        writer.member("notBefore", notBefore?.rfc3339)
        writer.member("notAfter", notAfter.rfc3339)
        writer.member("issuedAt", issuedAt?.rfc3339)
        writer.member("signatureAlgorithm", signatureAlgorithm)
        writer.member("csrSha256", csrHash)
        writer.member("requester", requester)
        writer.member("requestId", requestID)
        writer.member("crlPartition", crlPartition.map { Int64($0) })
        writer.member("revocation", revocation)
        writer.member("record", Int64(clamping: record))
    }
}
