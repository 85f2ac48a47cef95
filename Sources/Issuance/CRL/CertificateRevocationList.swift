import DERCoding
package import PublicKeys
package import Timekeeping

/// A CRL of any CA, read for what it says (RFC 5280 § 5). It is read strictly as DER and with patience in what it may say: whether
/// it is signed by whom it should be, still current and about everything is for the caller to ask.
package struct CertificateRevocationList: Sendable {
    package let der: [UInt8]
    /// The DER of the Name of who signed it.
    package let issuer: [UInt8]
    /// The keyIdentifier of its authority key identifier.
    package let authorityKeyIdentifier: [UInt8]?
    /// The content octets of its cRLNumber; `nil` where it has none.
    package let numberOctets: [UInt8]?
    /// The cRLNumber, where it has one that fits.
    package let number: UInt64?
    package let thisUpdate: Instant
    package let nextUpdate: Instant?
    /// As they stand, in their order. Of those of an indirect CRL, which may be about other CAs' certificates, the issuer is not told.
    package let entries: [RevokedCertificate]
    /// What keeps it from being the whole truth about its issuer's certificates; empty for a complete CRL.
    package let limits: Set<CRLLimit>
    /// The URLs of its issuing distribution point.
    package let distributionPointURLs: [String]
    /// The OIDs of critical extensions, its own and its entries', that are not read here: such a CRL may mean something else than it
    /// seems to (RFC 5280 § 5.2, § 5.3).
    package let unreadCriticalExtensions: Set<String>
    /// What the signature is over.
    package let tbs: [UInt8]
    /// `nil` for an algorithm that this service does not verify.
    package let signatureAlgorithm: SignatureAlgorithm?
    package let signature: [UInt8]

    package var isIndirect: Bool { limits.contains(.indirect) }
    package var isDelta: Bool { limits.contains(.delta) }

    /// The label of its PEM (RFC 7468 § 6).
    package static let pemLabel = "X509 CRL"

    /// Reads what a file holds: DER, or one PEM block with any text around it, as `openssl crl -text` writes it.
    package init(contents: [UInt8]) throws(CRLError) {
        // What DER begins with is a digit in ASCII, which no text in front of PEM is likely to begin with.
        guard contents.first != 0x30 else {
            try self.init(der: contents)
            return
        }
        let blocks: [PEMBlock]
        do { blocks = try PEM.decode(String(decoding: contents, as: UTF8.self), surroundings: .anyText) } catch {
            throw .pem(error)
        }
        guard let block = blocks.first, blocks.count == 1 else { throw .pem(.severalBlocks) }
        guard block.label == Self.pemLabel else { throw .pem(.unexpectedLabel) }
        try self.init(der: block.der)
    }

    package init(der: [UInt8]) throws(CRLError) {
        do throws(DERError) {
            try self.init(strictDER: der)
        } catch {
            throw .malformed("not DER as RFC 5280 § 5.1 has it: \(error)")
        }
    }

    private init(strictDER der: [UInt8]) throws(DERError) {
        let structure = try SignedStructure(der: der)
        let list = try ParsedTBSCertList(structure.body, of: structure.reader)
        // v1 has no version, v2 is 1; and what is signed names the algorithm as well (RFC 5280 § 5.1.1.2, § 5.1.2.1).
        guard list.version.map({ $0.elementsEqual([1]) }) ?? true,
            list.signatureAlgorithm == structure.signatureAlgorithm
        else { throw .unexpectedValue }
        let heeded = (list.extensions ?? []).compactMap { CRLExtension(identifierDER: $0.identifier) }
        guard Set(heeded).count == heeded.count else { throw .repeatedInSet }
        self.der = der
        issuer = Array(list.issuer)
        authorityKeyIdentifier = try list.first(.authorityKeyIdentifier)?.keyIdentifier()
        numberOctets = try list.first(.cRLNumber).map { found throws(DERError) in
            var content = found.reader
            let octets = try content.integer()
            try content.finish()
            return Array(octets)
        }
        number = numberOctets.flatMap(UInt64.init(integerContents:))
        thisUpdate = list.thisUpdate.instant
        nextUpdate = list.nextUpdate?.instant
        let point = try list.first(.issuingDistributionPoint)
            .map { found throws(DERError) in try ParsedIssuingDistributionPoint(found.reader) }
        distributionPointURLs = point?.urls ?? []
        var limits = point?.limits ?? []
        if list.first(.deltaCRLIndicator) != nil { limits.insert(.delta) }
        var entries: [RevokedCertificate] = []
        entries.reserveCapacity(list.entries?.count ?? 0)
        for entry in list.entries ?? [] {
            if entry.hasCertificateIssuer { limits.insert(.indirect) }
            guard
                let revoked = RevokedCertificate(
                    serialNumber: Array(list.serialNumber(of: entry)), at: entry.revocationDate.instant,
                    for: entry.reason)
            else { throw .invalidInteger }
            entries.append(revoked)
        }
        self.entries = entries
        self.limits = limits
        let unread = (list.extensions ?? []).filter { found in
            switch CRLExtension(identifierDER: found.identifier) {
            case .authorityKeyIdentifier?, .cRLNumber?, .issuingDistributionPoint?, .deltaCRLIndicator?: false
            default: found.isCritical
            }
        }
        unreadCriticalExtensions = list.unreadCriticalEntryExtensions.union(unread.map(\.dotted))
        tbs = Array(structure.tbs)
        signatureAlgorithm = SignatureAlgorithm(algorithmIdentifier: structure.signatureAlgorithm)
        signature = Array(structure.signature)
    }

    /// Whether it is that CA's own: issued in its name, compared as RFC 5280 § 7.1 has it, and signed by its key. False for an
    /// algorithm that this service does not verify, and for a CA whose keyUsage is without cRLSign (§ 6.3.3 (f)).
    package func isSigned(by certificate: IssuerCertificate) -> Bool {
        guard certificate.hasSubject(issuer), certificate.keyUsage?.contains(.cRLSign) ?? true, let signatureAlgorithm
        else { return false }
        return certificate.publicKey.isValidSignature(signature, over: tbs, algorithm: signatureAlgorithm)
    }
}

extension UInt64 {
    /// `nil` for an INTEGER that is negative or does not fit.
    fileprivate init?(integerContents octets: [UInt8]) {
        guard let first = octets.first, first < 0x80 else { return nil }
        let digits = octets.drop { $0 == 0 }
        guard digits.count <= 8 else { return nil }
        self = digits.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
