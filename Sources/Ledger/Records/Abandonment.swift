internal import DERCoding
internal import FoundationEssentials

// Abandoned ::= SEQUENCE {
//     intent         INTEGER,                     -- sequence number of the intent's record
//     certificateID  OCTET STRING (SIZE (16)),
//     outcome        ENUMERATED { notSigned (0), possiblySigned (1) },
//     reason         UTF8String }

/// The other outcome of an intent: no certificate was released.
package struct Abandonment: Hashable, Sendable {
    /// Whether a signature may exist.
    package enum Outcome: UInt8, Hashable, Sendable, CaseIterable {
        /// The key was not used.
        case notSigned = 0
        /// A signature may have been made: the certificate can be revoked.
        case possiblySigned = 1
    }

    /// For people; what is past `maximumReasonOctets` is cut off on record.
    package var reason: String
    package var outcome: Outcome

    package init(reason: String, outcome: Outcome) {
        self.reason = reason
        self.outcome = outcome
    }
}

extension Abandonment {
    /// UTF-8 octets of a reason on record.
    package static let maximumReasonOctets = 1024

    /// Found without outcome when the journal was opened.
    static let interrupted = Abandonment(
        reason: "no outcome was on record when the journal was opened", outcome: .possiblySigned)

    /// The reason, cut between two characters.
    var recordedReason: String {
        guard reason.utf8.count > Self.maximumReasonOctets else { return reason }
        var cut = reason.utf8.index(reason.startIndex, offsetBy: Self.maximumReasonOctets)
        while cut.samePosition(in: reason.unicodeScalars) == nil { cut = reason.utf8.index(before: cut) }
        return String(reason[..<cut])
    }

    func encode(into fields: inout DERWriter, certificateID: UUID, intent: UInt64) {
        fields.integer(intent)
        fields.primitive(DERTag.octetString, certificateID.octets)
        fields.primitive(DERTag.enumerated, [outcome.rawValue])
        fields.primitive(DERTag.utf8String, recordedReason.utf8)
    }

    /// - Returns: the outcome, and its intent's certificate and sequence number.
    static func read(
        _ fields: inout DERReader
    ) throws(DERError) -> (Abandonment, certificateID: UUID, intent: UInt64) {
        let intent = try fields.unsignedInteger()
        let certificateID = try fields.uuid()
        guard let outcome = Outcome(rawValue: try fields.enumerated()) else { throw .unexpectedValue }
        let reason = try fields.utf8String()
        return (Abandonment(reason: reason, outcome: outcome), certificateID, intent)
    }
}
