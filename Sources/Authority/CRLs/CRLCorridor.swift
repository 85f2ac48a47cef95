import Crypto
import FoundationEssentials
import Inventory
import Issuance
import Ledger
import PublicKeys
import Signing
import Timekeeping

/// The steps that turn what is on record into a signed CRL, in their order, and nothing else.
struct CRLCorridor: Sendable {
    let authority: CertificateAuthority
    let rules: CRLRules
    let journal: Journal
    let inventory: CertificateInventory
    let clock: WallClock
    let configurationHash: [UInt8]

    /// The subject key identifier by which the book knows the authority.
    var keyID: [UInt8] { authority.issuer.certificate.subjectKeyIdentifier ?? [] }

    /// Makes the next CRL of what is on record now.
    ///
    /// - Parameters:
    ///   - partition: of which part; `nil`: of everything.
    ///   - predecessor: the one that lies there for everybody to read: one that was signed and could not be put there does not count.
    ///   - published: the number of the last one that was found outside the book; the next is higher.
    /// - Throws: `InventoryError`, `IssuanceError`, `SigningError`, `LedgerError`.
    func sign(
        _ partition: UInt32?, after predecessor: PublishedCRL?, above published: UInt64
    ) async throws -> PublishedCRL {
        try authority.signer.checkReady()
        // What was revoked before this call is on this CRL.
        try await reachHead()
        let last: CRLEntry? =
            if let predecessor {
                try await inventory.lastCRL(
                    authorityKeyID: keyID, partition: partition, number: predecessor.number
                ).crl
            } else { nil }
        let (now, number) = (clock.now(), nextNumber(above: published))
        let (basis, entries) = try await entries(in: partition, since: last, at: now)
        let prepared = try authority.issuer.prepare(
            crl: CRLTemplate(
                number: number, thisUpdate: now, nextUpdate: now.adding(rules.validity) ?? .latest, entries: entries,
                distributionPoint: partition.flatMap { distributionPoint(of: $0) }))
        let intent = CRLIntent(
            prepared, partition: partition, id: .random(), by: authority, basis: basis, entries: entries.count,
            configurationHash: configurationHash)
        let signer = authority.signer
        let issued = try await journal.withIntent(
            intent, prepared,
            outcome: { Issued(certificateID: intent.crlID, signature: $0.signature) },
            failure: Abandonment.init(after:)
        ) { prepared in  // its number is used up before the key is touched
            let signature = try await signer.sign(prepared.tbs)  // the token, and verified
            return try prepared.seal(signature)  // consumes: compare, assemble, re-parse, compare
        }  // outcome durable before anyone sees it
        return PublishedCRL(issued, entries: entries.count)
    }

    /// Waits until all that is on record now can be looked up.
    ///
    /// - Throws: `InventoryError`, where that takes long.
    func reachHead() async throws {
        try await inventory.reach(journal.status.head, within: Self.patience)
    }

    private func distributionPoint(of partition: UInt32) -> IssuingDistributionPoint? {
        rules.partitions.map { IssuingDistributionPoint(urls: $0.urls.map { $0.filled(partition) }) }
    }

    private func nextNumber(above published: UInt64) -> UInt64 {
        let last = max(journal.lastCRLNumber(ofKey: keyID), published)
        // A number that cannot rise any more is refused by the journal.
        return max(last == .max ? .max : last + 1, rules.firstNumber)
    }

    /// What is revoked, but for what expired before the last CRL: an entry has been on one CRL made after its certificate's end before
    /// it leaves (RFC 5280 § 3.3).
    private func entries(
        in partition: UInt32?, since last: CRLEntry?, at now: Instant
    ) async throws -> (basis: UInt64, [RevokedCertificate]) {
        let found = try await inventory.revokedCertificates(
            authorityKeyID: keyID, partition: partition, unexpiredAt: now, expiredAfter: last?.thisUpdate,
            recordedAfter: last?.basis)
        let entries = found.revocations.compactMap { revocation in
            RevokedCertificate(
                serialNumber: revocation.serial, at: revocation.date,
                for: RevocationReason(rawValue: revocation.reason))
        }
        // Nobody is left out in silence.
        guard entries.count == found.revocations.count else { throw UnreadableSerial() }
        return (found.position, entries)
    }

    /// How long the inventory may take to catch up.
    private static let patience = Duration.seconds(60)
}

/// A serial number in the inventory that is no INTEGER: the inventory is damaged.
struct UnreadableSerial: Error, CustomStringConvertible {
    let description = "the inventory has a revoked serial number that is no INTEGER: delete it, and it is made anew"
}

extension CRLIntent {
    init(
        _ prepared: borrowing PreparedCRL, partition: UInt32?, id: UUID, by authority: CertificateAuthority,
        basis: UInt64, entries: Int, configurationHash: [UInt8]
    ) {
        self.init(
            crlID: id, authorityID: authority.id,
            authorityKeyID: authority.issuer.certificate.subjectKeyIdentifier ?? [], number: prepared.number,
            partition: partition, signatureAlgorithm: authority.issuer.signatureAlgorithm.name,
            configurationHash: configurationHash, basis: basis, entries: UInt64(clamping: entries),
            thisUpdate: prepared.thisUpdate, nextUpdate: prepared.nextUpdate,
            tbsHash: Array(SHA256.hash(data: prepared.tbs)))
    }
}

extension CRLCorridor {
    /// Whether a CRL that was published by an earlier run says all that is on record: it is the last one, and nothing was revoked since.
    func covers(_ published: PublishedCRL, _ partition: UInt32?) async throws -> Bool {
        try await reachHead()
        guard let last = try await inventory.lastCRL(authorityKeyID: keyID, partition: partition).crl else {
            return false
        }
        let revocation = try await inventory.lastRevocation(authorityKeyID: keyID, partition: partition).record
        return last.number == published.number && revocation <= last.basis
    }

    /// The serials that a CRL names and no later one would.
    func forgotten(by published: CertificateRevocationList) async throws -> [[UInt8]] {
        try await reachHead()
        let serials = published.entries.filter { $0.reason != .removeFromCRL }.map(\.serialNumber)
        return try await inventory.unrevoked(authorityKeyID: keyID, among: serials).serials
    }

    /// The partitions that are made no more when a CRL of each was made after the end of its last certificate: no new certificate comes
    /// into them. With that end.
    func retiredPartitions() async throws -> [UInt32: Instant] {
        try await reachHead()
        let count = rules.partitions?.count ?? 0
        return try await inventory.partitions(authorityKeyID: keyID).lastNotAfter.filter { $0.key >= count }
    }

    /// Whether a partition, of whose certificates the last ends then, has had its last CRL.
    func isOver(_ partition: UInt32, lastNotAfter: Instant) async throws -> Bool {
        guard lastNotAfter < clock.now() else { return false }
        guard let last = try await inventory.lastCRL(authorityKeyID: keyID, partition: partition).crl else {
            return false
        }
        return lastNotAfter < last.thisUpdate
    }
}
