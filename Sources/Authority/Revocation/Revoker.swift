import FoundationEssentials
package import Inventory
import Issuance
package import Ledger
package import Timekeeping

/// The way of a revocation: found, permitted, recorded, and told to whoever makes the CRL.
package struct Revoker: Sendable {
    private let register: Register
    private let journal: Journal
    private let inventory: CertificateInventory
    private let clock: WallClock
    /// By the key identifier of the authority.
    private let publishers: [[UInt8]: CRLPublisher]

    package init(
        register: Register, journal: Journal, inventory: CertificateInventory, clock: WallClock,
        publishers: [CRLPublisher]
    ) {
        self.register = register
        self.journal = journal
        self.inventory = inventory
        self.clock = clock
        self.publishers = Dictionary(
            publishers.map { ($0.keyID, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Revokes a certificate for good. One that is revoked already stays as it is, unless its key has turned out to be compromised.
    ///
    /// A certificate that is only possibly signed is revoked as one that is, and a serial number that is not on record at all by who
    /// was granted its authority. It is on record when this returns, and on every CRL that is made from then on.
    ///
    /// - Throws: `RevocationError`, `AccessError`, `InventoryError`, `LedgerError`.
    package func revoke(_ order: RevocationOrder, on behalf: Behalf) async throws -> Revoked {
        try behalf.grant.check(method: behalf.method)
        guard order.reason.mayBeGiven else { throw RevocationError.reasonNotGiven(order.reason) }
        let subject = try await subject(of: order.certificate, behalf.grant)
        if let earlier = subject.revocation {
            let reason = RevocationReason(rawValue: earlier.reason) ?? .unspecified
            guard reason != order.reason, reason.mayBecome(order.reason) else {
                return Revoked(
                    certificateID: subject.certificateID, authorityID: subject.authorityID, serial: subject.serial,
                    date: earlier.date, reason: reason, wasRevoked: true, record: earlier.sequence)
            }
        }
        let date = subject.revocation?.date ?? clock.now()
        let record = try await journal.record(
            Revocation(
                authorityID: subject.authorityID, authorityKeyID: subject.authorityKeyID, serial: subject.serial,
                date: date, reason: order.reason.rawValue,
                requester: Intent.Requester(
                    uid: behalf.requester.uid, gid: behalf.requester.gid, pid: max(0, behalf.requester.pid)),
                requestID: behalf.reference))
        publishers[subject.authorityKeyID]?.revocationIsOnRecord(in: subject.scope)
        return Revoked(
            certificateID: subject.certificateID, authorityID: subject.authorityID, serial: subject.serial, date: date,
            reason: order.reason, wasRevoked: false, record: record)
    }

    /// What is to be revoked.
    private struct Subject {
        let certificateID: UUID?
        let authorityID: String
        let authorityKeyID: [UInt8]
        let serial: [UInt8]
        let scope: CRLScope
        let revocation: RevocationEntry?
    }

    private func subject(of reference: CertificateReference, _ grant: Grant) async throws -> Subject {
        let lookup = Lookup(register: register, journal: journal, inventory: inventory)
        if let found = try await lookup.find(reference).certificate {
            // What the requester may not see is as if it were not there.
            guard grant.covers(found) else { throw RevocationError.noSuchCertificate }
            switch found.status {
            case .notSigned: throw RevocationError.neverSigned
            case .pending: throw RevocationError.underWay
            case .issued, .possiblySigned, .revoked: break
            }
            return Subject(
                certificateID: found.certificateID, authorityID: found.authorityID,
                authorityKeyID: found.authorityKeyID, serial: found.serial,
                // What was taken over may share its serial with another, in another partition.
                scope: found.source == nil ? CRLScope(partition: found.crlPartition) : .unknown,
                revocation: found.revocation)
        }
        guard case .serial(let serial, let id) = reference else { throw RevocationError.noSuchCertificate }
        let authority = try register.authority(id)
        guard grant.authorities.contains(authority.id.lowercased()) else { throw RevocationError.noSuchCertificate }
        let keyID = authority.issuer.certificate.subjectKeyIdentifier ?? []
        return Subject(
            certificateID: nil, authorityID: authority.id, authorityKeyID: keyID, serial: serial, scope: .unknown,
            revocation: try await inventory.revocation(authorityKeyID: keyID, serial: serial).revocation)
    }
}
