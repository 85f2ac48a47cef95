import Foundation
import Issuance
import Ledger
import Timekeeping

@testable import Inventory

/// What an inventory has to know, said as plainly as it can be: by going through all records from the first.
struct LedgerModel {
    private(set) var certificates: [CertificateEntry] = []
    private(set) var revocations: [RevocationKey: Revoked] = [:]
    /// The signed ones, in their order.
    private(set) var crls: [CRLIntent] = []

    struct RevocationKey: Hashable {
        let keyID: [UInt8]
        let serial: [UInt8]
    }

    struct Revoked {
        let first: Revocation
        let sequence: UInt64
        var reason: UInt8
    }

    init(_ records: [JournalRecord]) {
        var outcomes:
            [UInt64: (record: JournalRecord, state: CertificateStatus, reason: String?, signature: [UInt8]?)] =
                [:]
        for record in records {
            switch record.body {
            case .issued(let issued, let intent): outcomes[intent] = (record, .issued, nil, issued.signature)
            case .abandoned(let abandonment, _, let intent):
                let state: CertificateStatus = abandonment.outcome == .notSigned ? .notSigned : .possiblySigned
                outcomes[intent] = (record, state, abandonment.reason, nil)
            case .revoked(let revocation):
                let key = RevocationKey(keyID: revocation.authorityKeyID, serial: revocation.serial)
                if revocations[key] == nil {
                    revocations[key] = Revoked(first: revocation, sequence: record.sequence, reason: revocation.reason)
                } else if revocation.reason == 1 {
                    revocations[key]?.reason = 1
                }
            default: break
            }
        }
        for record in records {
            switch record.body {
            case .intent(let intent):
                let outcome = outcomes[record.sequence]
                let summary = CertificateSummary(tbs: intent.tbs)
                let revocation = entry(intent.authorityKeyID, intent.serial, summary?.notAfter)
                certificates.append(
                    CertificateEntry(
                        sequence: record.sequence, certificateID: intent.certificateID, authorityID: intent.authorityID,
                        authorityKeyID: intent.authorityKeyID, serial: intent.serial, kind: intent.kind,
                        profileID: intent.profileID, crlPartition: intent.crlPartition, subject: summary?.subject ?? "",
                        alternativeNames: summary?.alternativeNames ?? [], notBefore: summary?.notBefore,
                        notAfter: summary?.notAfter, status: revocation == nil ? outcome?.state ?? .pending : .revoked,
                        revocation: revocation, recordedAt: record.time, decidedAt: outcome?.record.time,
                        reason: outcome?.reason, csrHash: intent.csrHash, requester: intent.requester,
                        requestID: intent.requestID, signatureAlgorithm: intent.signatureAlgorithm,
                        configurationHash: intent.configurationHash, source: nil,
                        der: outcome?.signature.flatMap { CertificateParts(tbs: intent.tbs, signature: $0).der }))
            case .importedCertificate(let imported):
                let revocation = entry(imported.authorityKeyID, imported.serial, imported.notAfter)
                certificates.append(
                    CertificateEntry(
                        sequence: record.sequence, certificateID: imported.certificateID,
                        authorityID: imported.authorityID, authorityKeyID: imported.authorityKeyID,
                        serial: imported.serial, kind: .leaf, profileID: nil, crlPartition: nil,
                        subject: imported.subject, alternativeNames: [], notBefore: nil, notAfter: imported.notAfter,
                        status: revocation == nil ? .issued : .revoked, revocation: revocation, recordedAt: record.time,
                        decidedAt: nil, reason: nil, csrHash: nil, requester: nil, requestID: nil,
                        signatureAlgorithm: nil, configurationHash: nil, source: imported.source, der: nil))
            case .crlIntent(let intent):
                if outcomes[record.sequence]?.state == .issued { crls.append(intent) }
            default: break
            }
        }
        // The last first.
        certificates.reverse()
    }

    private func entry(_ keyID: [UInt8], _ serial: [UInt8], _ notAfter: Instant?) -> RevocationEntry? {
        revocations[RevocationKey(keyID: keyID, serial: serial)].map { revoked in
            RevocationEntry(
                serial: serial, date: revoked.first.date, reason: revoked.reason, sequence: revoked.sequence,
                requester: revoked.first.requester, requestID: revoked.first.requestID, notAfter: notAfter)
        }
    }

    func certificates(matching filter: CertificateFilter) -> [CertificateEntry] {
        certificates.filter { entry in
            filter.authorityIDs.map { $0.contains(entry.authorityID) } ?? true
                && filter.profileIDs.map { $0.contains { $0 == entry.profileID } } ?? true
                && filter.subject.map { $0.matches(entry.subject) } ?? true
                && filter.alternativeName.map { pattern in entry.alternativeNames.contains { pattern.matches($0.text) }
                }
                    ?? true
                && filter.csrHash.map { $0 == entry.csrHash } ?? true
                && filter.requesterUID.map { $0 == entry.requester?.uid } ?? true
                && filter.status.map { $0 == entry.status } ?? true
                && filter.expiringBefore.map { limit in entry.notAfter.map { $0 < limit } ?? false } ?? true
                && filter.visible.map { visible in
                    visible.authorityIDs.contains(entry.authorityID)
                        || visible.profileIDs.contains { $0 == entry.profileID }
                } ?? true
        }
    }
}
