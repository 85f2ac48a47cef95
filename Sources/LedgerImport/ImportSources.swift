import Crypto
import DERCoding
import FoundationEssentials
package import Issuance
import Ledger
import Timekeeping

/// Everything that is to be taken over, as it is found: each piece is judged by itself, and held against what came before.
package struct ImportSources: Sendable {
    package let authority: ImportedAuthority
    package private(set) var problems = ImportProblems()
    /// Certificates of other CAs, and the authority's own.
    package private(set) var passedOver = 0
    /// Signed by an algorithm that is not verified here: taken by the name of their issuer.
    package private(set) var unverified = 0
    /// Intents of another journal whose signature may exist.
    package internal(set) var possiblySigned = 0
    /// By serial; more than one only where the CA gave it twice.
    private(set) var certificates: [[UInt8]: [FoundCertificate]] = [:]
    /// By serial.
    private(set) var revocations: [[UInt8]: FoundRevocation] = [:]
    /// The one with the highest number.
    private(set) var crl: FoundCRL?
    private(set) var coverage = CRLCoverage()

    package init(authority: ImportedAuthority) {
        self.authority = authority
    }

    struct FoundCertificate: Sendable {
        /// `nil` where the source has not got it.
        var der: [UInt8]?
        /// SHA-256 of the TBSCertificate, where the source has got it.
        var tbsHash: [UInt8]?
        let notAfter: Instant
        let subject: String
        let source: String
        /// Under which another journal knows it.
        var id: UUID?
        /// Of partitioned CRLs, the one that it points to.
        var crlPartition: UInt32?
    }

    struct FoundRevocation: Sendable {
        var date: Instant
        var reason: RevocationReason
        let source: String
    }

    struct FoundCRL: Sendable {
        let number: UInt64
        /// SHA-256 of its DER; of another journal's, of its TBSCertList; empty where only the number is known.
        let hash: [UInt8]
        let source: String
    }

    /// Puts what is wrong with a file on the list.
    package mutating func addProblem(_ place: String, _ message: String) { problems.add(place, message) }

    // MARK: - Certificates

    /// Takes a certificate's DER.
    package mutating func addCertificate(_ der: [UInt8], source: String) {
        let certificate: ForeignCertificate
        do { certificate = try ForeignCertificate(der: der) } catch {
            return problems.add(source, "\(error).")
        }
        guard certificate.isInTheName(of: authority.certificate), der != authority.certificate.der else {
            return passedOver += 1
        }
        add(certificate, id: nil, source)
    }

    /// - Parameter partition: that another journal knows it to be in.
    mutating func add(_ certificate: ForeignCertificate, id: UUID?, partition: UInt32? = nil, _ source: String) {
        switch certificate.authenticity(under: authority.certificate.publicKey) {
        case .authentic: break
        case .unverifiable: unverified += 1
        case .forged:
            return problems.add(
                source,
                "The certificate of serial \(certificate.serialNumber.hex) bears the name of \(authority.id) and is not signed by its key: "
                    + "leave it out, or take it over with the authority whose it is."
            )
        }
        let found = authority.partition(of: certificate)
        guard partition == nil || partition == found else { return refuse(partition, source) }
        insert(
            FoundCertificate(
                der: certificate.der, tbsHash: Array(SHA256.hash(data: certificate.tbs)),
                notAfter: certificate.notAfter,
                subject: certificate.subjectDescription, source: source, id: id,
                crlPartition: found), serial: certificate.serialNumber)
    }

    /// The CRL that it points to would be made by nobody.
    private mutating func refuse(_ partition: UInt32?, _ source: String) {
        problems.add(
            source,
            "Its certificate is in CRL partition \(partition.map { String($0) } ?? "?"), and points to none of \(authority.id)'s: name the URL under "
                + "crl.partitions.formerDistributionPoints.")
    }

    /// - Parameter partition: that another journal knows a certificate to be in, whose octets are not at hand.
    mutating func admits(_ partition: UInt32?, _ source: String) -> Bool {
        let isKnown = partition == nil || !authority.partitions.isEmpty
        if !isKnown { refuse(partition, source) }
        return isKnown
    }

    /// Takes what openssl ca has on record.
    package mutating func add(_ index: OpenSSLIndex, source: String) {
        for entry in index.entries {
            let place = "\(source), line \(entry.line)"
            insert(
                FoundCertificate(notAfter: entry.notAfter, subject: entry.subject, source: source),
                serial: entry.serial, place)
            if let revocation = entry.revocation {
                revoke(entry.serial, FoundRevocation(date: revocation.date, reason: revocation.reason, source: source))
            }
        }
    }

    mutating func insert(_ certificate: FoundCertificate, serial: [UInt8], _ place: String? = nil) {
        guard certificate.notAfter.secondsSinceEpoch >= 0 else {
            return problems.add(place ?? certificate.source, "A certificate that ended before 1970 cannot be recorded.")
        }
        var known = certificates[serial] ?? []
        // Where one of two sources has no more than the serial, it is the same certificate.
        let isTwin = { (other: FoundCertificate) in
            other.tbsHash == certificate.tbsHash || other.tbsHash == nil || certificate.tbsHash == nil
        }
        if let twin = known.firstIndex(where: isTwin) {
            guard known[twin].notAfter == certificate.notAfter else {
                return problems.add(
                    place ?? certificate.source,
                    "Serial \(serial.hex) ends \(certificate.notAfter), and in \(known[twin].source) \(known[twin].notAfter): "
                        + "find out which is right, and correct or leave out the other.")
            }
            if known[twin].der == nil {
                let id = known[twin].id
                known[twin] = certificate
                known[twin].id = certificate.id ?? id
            }
        } else {
            known.append(certificate)
        }
        certificates[serial] = known
    }

    // MARK: - Revocations

    /// Takes a CRL of the authority: its entries and its number.
    package mutating func add(_ list: CertificateRevocationList, source: String) {
        guard list.isSigned(by: authority.certificate) else {
            return problems.add(
                source,
                list.signatureAlgorithm == nil
                    ? "The CRL is signed by an algorithm that is not verified here: give its number with --crl-number and the "
                        + "revocations by an index."
                    : "The CRL is not signed by the key of \(authority.id): give that authority's last CRL.")
        }
        guard !list.isDelta, !list.isIndirect else {
            return problems.add(source, "It is a delta or an indirect CRL: give the last complete one.")
        }
        guard list.unreadCriticalExtensions.isEmpty else {
            return problems.add(
                source,
                "It has critical extensions that are not understood here (\(list.unreadCriticalExtensions.sorted().joined(separator: ", ")))."
            )
        }
        for entry in list.entries where entry.reason != .removeFromCRL {
            revoke(
                entry.serialNumber,
                FoundRevocation(date: entry.revocationDate, reason: entry.reason ?? .unspecified, source: source),
                prevails: true)
        }
        coverage.add(list, source: source)
        guard list.numberOctets == nil || list.number != nil else {
            return problems.add(source, "Its number has more than 64 bits, which this service does not count to.")
        }
        add(FoundCRL(number: list.number ?? 0, hash: Array(SHA256.hash(data: list.der)), source: source))
    }

    /// Takes the number of the last CRL where there is nothing else of it.
    package mutating func addCRLNumber(_ number: UInt64, source: String) {
        add(FoundCRL(number: number, hash: [], source: source))
    }

    mutating func add(_ found: FoundCRL) {
        // One more has to be left to count to, in two's complement.
        guard found.number < UInt64(Int64.max) else {
            return problems.add(found.source, "The CRL's number, \(found.number), leaves none to go on with.")
        }
        if crl.map({ found.number > $0.number }) ?? true { crl = found }
    }

    /// What came first stays, but for a reason that turns out to be keyCompromise.
    ///
    /// - Parameter prevails: whether this takes the place of what came first: it is what those who rely on the CA were told.
    mutating func revoke(_ serial: [UInt8], _ revocation: FoundRevocation, prevails: Bool = false) {
        guard revocation.date.secondsSinceEpoch >= 0 else {
            return problems.add(
                revocation.source, "Serial \(serial.hex) was revoked before 1970, which cannot be recorded.")
        }
        guard let earlier = revocations[serial] else { return revocations[serial] = revocation }
        let isCompromised = [earlier.reason, revocation.reason].contains(.keyCompromise)
        var kept = prevails ? revocation : earlier
        if isCompromised { kept.reason = .keyCompromise }
        revocations[serial] = kept
    }
}
