import Crypto
import DERCoding
import FoundationEssentials
package import Issuance
package import Ledger
package import Timekeeping

/// What will be recorded, all of it checked.
package struct ImportPlan: Sendable {
    package private(set) var certificates: [ImportedCertificate] = []
    package private(set) var revocations: [Revocation] = []
    /// `nil` where the journal counts beyond that number already, or there is none.
    package private(set) var crl: ImportedCRL?
    /// What was found and is on record already.
    package private(set) var certificatesKnown = 0
    package private(set) var revocationsKnown = 0
    /// Of `certificates`: those of which no more than serial, end and subject is known.
    package private(set) var withoutDER = 0
    /// Revocations, new or known, of serials that no certificate is known of.
    package private(set) var revocationsOfUnknown = 0
    /// The number that the next CRL rises over.
    package private(set) var lastCRLNumber: UInt64
    /// What a person should know.
    package private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - holdsBecome: the reason that certificateHold is taken over as; `nil`: none may be on hold.
    ///   - clampingDates: whether a revocation that is dated later than now is dated now, or refused.
    ///   - known: what is on record already.
    ///   - now: no revocation is dated later.
    /// - Throws: everything that is wrong with the sources, or that only a person can decide.
    package init(
        _ sources: ImportSources, holdsBecome: RevocationReason?, clampingDates: Bool = false, known: KnownRecords,
        now: Instant
    ) throws(ImportProblems) {
        var problems = sources.problems
        lastCRLNumber = max(known.crlNumber, sources.crl?.number ?? 0)
        for (serial, found) in sources.certificates.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            if found.count > 1 {
                warnings.append(
                    "\(found.count) certificates have serial \(serial.hex): a revocation is of all of them.")
            }
            for certificate in found { take(certificate, serial, sources.authority, known) }
        }
        // What ends first is recorded first, so that it can be archived without the rest.
        certificates.sort { left, right in
            left.notAfter != right.notAfter
                ? left.notAfter < right.notAfter : left.serial.lexicographicallyPrecedes(right.serial)
        }
        var clamped = 0
        for (serial, var found) in sources.revocations.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            if found.date > now {
                guard clampingDates else {
                    problems.add(
                        found.source,
                        "Serial \(serial.hex) is revoked from \(found.date) on, which is yet to come: where that comes of a clock that was ahead, "
                            + "--clamp-dates has it revoked as of now.")
                    continue
                }
                found.date = now
                clamped += 1
            }
            guard found.reason.mayBeGiven || holdsBecome != nil else {
                problems.add(
                    found.source,
                    "Serial \(serial.hex) is on hold, which here is for good or not at all: decide what becomes of it with --holds-become REASON, "
                        + "or release it first.")
                continue
            }
            if sources.certificates[serial] == nil, known.certificates[serial] == nil { revocationsOfUnknown += 1 }
            let reason = found.reason.mayBeGiven ? found.reason : holdsBecome ?? found.reason
            take(found, reason, serial, sources.authority, known)
        }
        if let found = sources.crl, found.number > known.crlNumber {
            crl = ImportedCRL(
                authorityID: sources.authority.id, authorityKeyID: sources.authority.keyID, number: found.number,
                crlHash: found.hash, source: found.source)
        }
        if let gap = sources.coverage.gap { problems.add(gap.place, gap.message) }
        if clamped > 0 { warnings.append("\(clamped) revocations were dated later than now, and are dated now.") }
        warnings += sources.coverage.warnings(at: now)
        addWarnings(sources, known)
        guard problems.isEmpty else { throw problems }
    }

    private mutating func take(
        _ found: ImportSources.FoundCertificate, _ serial: [UInt8], _ authority: ImportedAuthority,
        _ known: KnownRecords
    ) {
        guard !known.has(serial, found.tbsHash) else { return certificatesKnown += 1 }
        if found.der == nil { withoutDER += 1 }
        let id = found.id.flatMap { known.certificateIDs.contains($0) ? nil : $0 }
        certificates.append(
            ImportedCertificate(
                certificateID: id ?? Self.certificateID(serial, found, authority), authorityID: authority.id,
                authorityKeyID: authority.keyID, serial: serial, notAfter: found.notAfter, subject: found.subject,
                certificate: found.der, crlPartition: found.crlPartition, source: found.source))
    }

    private mutating func take(
        _ found: ImportSources.FoundRevocation, _ reason: RevocationReason, _ serial: [UInt8],
        _ authority: ImportedAuthority, _ known: KnownRecords
    ) {
        if let earlier = known.revocations[serial], earlier == reason || !earlier.mayBecome(reason) {
            return revocationsKnown += 1
        }
        revocations.append(
            Revocation(
                authorityID: authority.id, authorityKeyID: authority.keyID, serial: serial, date: found.date,
                reason: reason.rawValue, requester: nil, requestID: found.source))
    }

    private mutating func addWarnings(_ sources: ImportSources, _ known: KnownRecords) {
        if withoutDER > 0, !sources.authority.partitions.isEmpty {
            warnings.append(
                "\(withoutDER) certificates come without their octets, so that nobody knows which partitioned CRL they point to: revoked, they are on "
                    + "all of them. --certificates takes the octets.")
        }
        if sources.unverified > 0 {
            warnings.append(
                "\(sources.unverified) certificates are signed by an algorithm that is not verified here (SHA-1?): they are taken by their issuer's name."
            )
        }
        if sources.possiblySigned > 0 {
            warnings.append(
                "\(sources.possiblySigned) certificates are only possibly signed: they are taken as if they were.")
        }
        if sources.crl == nil, known.crlNumber == 0 {
            warnings.append(
                "No CRL, and no number of one, was given: the next CRL may have a number that was used, and verifiers that saw it "
                    + "would not take the next for newer.")
        }
    }

    /// The same at each import of the same certificate (RFC 9562 § 5.8).
    private static func certificateID(
        _ serial: [UInt8], _ found: ImportSources.FoundCertificate, _ authority: ImportedAuthority
    ) -> UUID {
        var hash = SHA256()
        hash.update(data: Array("countersign imported certificate".utf8))
        for part in [authority.keyID, serial, found.tbsHash ?? []] {
            hash.update(data: [UInt8(truncatingIfNeeded: part.count)] + part)
        }
        var octets = Array(hash.finalize().prefix(16))
        octets[6] = octets[6] & 0x0f | 0x80
        octets[8] = octets[8] & 0x3f | 0x80
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &bytes) { unsafe $0.copyBytes(from: octets) }
        return UUID(uuid: bytes)
    }

    /// Records that will be written.
    package var count: Int { certificates.count + revocations.count + (crl == nil ? 0 : 1) }
}
