import DERCoding
package import PublicKeys
package import Timekeeping

/// A certificate that another software made, read for what a ledger has to know of it: whatever its version, key and extensions, and
/// whether or not a rule of ours would let it be.
package struct ForeignCertificate: Hashable, Sendable {
    package let der: [UInt8]
    /// The DER of the Name.
    package let issuer: [UInt8]
    /// The DER of the Name.
    package let subject: [UInt8]
    /// The content octets of the DER INTEGER: it may be zero, negative or long.
    package let serialNumber: [UInt8]
    package let notAfter: Instant
    /// The URLs of its CRL distribution point (RFC 5280 § 4.2.1.13), where it has one of a form that this service writes.
    package let distributionPointURLs: [String]
    /// What the signature is over.
    package let tbs: [UInt8]
    /// `nil` for an algorithm that this service does not verify.
    private let signatureAlgorithm: SignatureAlgorithm?
    private let signature: [UInt8]

    /// What can be said of its signature.
    package enum Authenticity: Hashable, Sendable {
        /// The key made it.
        case authentic
        /// The key did not make it.
        case forged
        /// Its algorithm is none that this service verifies, as SHA-1 is not.
        case unverifiable
    }

    /// - Throws: `IssuerError.malformed`.
    package init(der: [UInt8]) throws(IssuerError) {
        let parsed: ParsedCertificate
        do { parsed = try ParsedCertificate(der: der) } catch {
            throw .malformed("not DER as RFC 5280 § 4.1 has it: \(error)")
        }
        guard parsed.tbs.signatureAlgorithm == parsed.signatureAlgorithm else {
            throw .malformed("its two signature algorithms differ (RFC 5280 § 4.1.1.2)")
        }
        self.der = der
        issuer = Array(parsed.tbs.issuer)
        subject = Array(parsed.tbs.subject)
        serialNumber = Array(parsed.tbs.serialNumber)
        notAfter = parsed.tbs.notAfter.instant
        let point = parsed.tbs.first(.cRLDistributionPoints).flatMap { found in
            try? CertificateExtension(.cRLDistributionPoints, found.reader, isCritical: found.isCritical)
        }
        if case .cRLDistributionPoints(let urls)? = point {
            distributionPointURLs = urls
        } else {
            distributionPointURLs = []
        }
        tbs = Array(parsed.tbsBytes)
        signatureAlgorithm = SignatureAlgorithm(algorithmIdentifier: parsed.signatureAlgorithm)
        signature = Array(parsed.signature)
    }

    /// The subject for people to read.
    package var subjectDescription: String { DistinguishedName.description(der: subject) }

    /// Whether it was issued in the name of that CA, compared as RFC 5280 § 7.1 has it.
    package func isInTheName(of authority: IssuerCertificate) -> Bool { authority.hasSubject(issuer) }

    /// Whether its signature is by that CA's key.
    package func authenticity(under key: PublicKey) -> Authenticity {
        guard let signatureAlgorithm else { return .unverifiable }
        return key.isValidSignature(signature, over: tbs, algorithm: signatureAlgorithm)
            ? .authentic : .forged
    }
}
