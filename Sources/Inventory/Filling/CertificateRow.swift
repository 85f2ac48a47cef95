internal import FoundationEssentials
internal import Issuance
internal import Ledger
internal import Timekeeping

/// What a certificate is found by.
struct CertificateTerms {
    let sequence: Int64
    let certificateID: [UInt8]
    let serial: [UInt8]
    /// Its number in `AuthorityTable`.
    let authority: Int64
    let csrKey: Int64?
    /// Seconds since 1970.
    let notAfter: Int64?
    let profileID: [UInt8]?
    let uid: UInt32?
    let names: Names
}

/// A certificate on its way into the tables; by reference, since its record has a dozen parts that would be counted with each copy.
final class CertificateRow {
    /// The record that brought it in.
    enum Origin {
        case intent(Intent)
        case imported(ImportedCertificate, CertificateParts?)
    }

    let sequence: Int64
    let certificateID: [UInt8]
    /// Its number in `AuthorityTable`.
    let authority: Int64
    let origin: Origin
    let kind: Intent.Kind
    /// Seconds since 1970, as the two times that follow.
    let notAfter: Int64?
    let recordedAt: Int64
    var decidedAt: Int64?
    var state: CertificateState
    var reason: String?
    var signature: [UInt8]?

    init(_ intent: Intent, _ summary: CertificateSummary?, _ record: JournalRecord, authority: Int64) {
        sequence = Int64(clamping: record.sequence)
        certificateID = intent.certificateID.octets
        self.authority = authority
        origin = .intent(intent)
        kind = intent.kind
        notAfter = summary?.notAfter?.secondsSinceEpoch
        recordedAt = record.time.secondsSinceEpoch
        state = .pending
    }

    init(
        _ imported: ImportedCertificate, _ parts: CertificateParts?, _ summary: CertificateSummary?,
        _ record: JournalRecord, authority: Int64
    ) {
        sequence = Int64(clamping: record.sequence)
        certificateID = imported.certificateID.octets
        self.authority = authority
        origin = .imported(imported, parts)
        kind = summary?.isCA ?? false ? .intermediate : .leaf
        notAfter = imported.notAfter.secondsSinceEpoch
        recordedAt = record.time.secondsSinceEpoch
        state = .issued
        signature = parts?.signature
    }

    /// The key that signed it, and of that key's partitioned CRLs the one that would name it; `nil` where none would.
    var partition: CertificatePartition? {
        switch origin {
        case .intent(let intent): CertificatePartition(intent.authorityKeyID, intent.crlScope)
        case .imported(let imported, _): CertificatePartition(imported.authorityKeyID, imported.crlScope)
        }
    }

    func terms(_ summary: CertificateSummary?) -> CertificateTerms {
        switch origin {
        case .intent(let intent):
            CertificateTerms(
                sequence: sequence, certificateID: certificateID, serial: intent.serial, authority: authority,
                csrKey: LookupKey.csr(intent.csrHash).number, notAfter: notAfter,
                profileID: intent.profileID?.octets, uid: intent.requester.uid, names: Names(summary))
        case .imported(let imported, _):
            CertificateTerms(
                sequence: sequence, certificateID: certificateID, serial: imported.serial, authority: authority,
                csrKey: nil, notAfter: notAfter, profileID: nil, uid: nil,
                names: Names(summary, subject: imported.subject))
        }
    }
}

/// One of the parts into which a key's CRLs are divided.
struct CertificatePartition: Hashable {
    let keyID: [UInt8]
    /// `any` where it may be each of them.
    let number: Int64

    static let any: Int64 = -1

    init?(_ keyID: [UInt8], _ scope: CRLScope) {
        switch scope {
        case .everything: return nil
        case .partition(let partition): number = Int64(partition)
        case .unknown: number = Self.any
        }
        self.keyID = keyID
    }
}

/// What became of a certificate, or of a CRL, before anybody revoked it.
enum CertificateState: Int64, Sendable {
    case pending = 0
    case issued = 1
    case possiblySigned = 2
    case notSigned = 3
}

extension CertificateState {
    init(_ outcome: Abandonment.Outcome) {
        switch outcome {
        case .possiblySigned: self = .possiblySigned
        case .notSigned: self = .notSigned
        }
    }
}
