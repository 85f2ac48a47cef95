import DERCoding
package import PublicKeys
package import SwiftASN1
package import Timekeeping

/// A CA's certificate, read for what it says of those below it (RFC 5280 § 4.1).
package struct IssuerCertificate: Hashable, Sendable {
    package let der: [UInt8]
    /// The DER of the Name: what certificates that it issues carry as issuer, to the octet.
    package let subject: [UInt8]
    /// The DER of the Name.
    package let issuer: [UInt8]
    package let serialNumber: [UInt8]
    package let publicKey: PublicKey
    package let notBefore: Instant
    package let notAfter: Instant
    package let subjectKeyIdentifier: [UInt8]?
    /// The keyIdentifier of its authority key identifier.
    package let authorityKeyIdentifier: [UInt8]?
    /// `nil` where the extension is absent.
    package let basicConstraints: CertificateExtension.BasicConstraints?
    package let keyUsage: KeyUsage?
    package let extendedKeyUsages: [ASN1ObjectIdentifier]?
    package let nameConstraints: NameConstraints?
    /// The OIDs of critical extensions that this service passes over, such as policyConstraints: a verifier that knows them may
    /// refuse what is issued below, one that does not has to (RFC 5280 § 4.2).
    package let unreadCriticalExtensions: [String]
    /// What its issuer's signature is over.
    package let tbs: [UInt8]
    /// `nil` for an algorithm that this service does not verify.
    package let signatureAlgorithm: SignatureAlgorithm?
    package let signature: [UInt8]

    /// Reads one certificate.
    ///
    /// - Throws: `IssuerError.malformed` or `.publicKey`. Whether it is a CA's is for `Issuer` to say.
    package init(der: [UInt8]) throws(IssuerError) {
        let parsed: ParsedCertificate
        let values: [CertificateExtension.Kind: CertificateExtension]
        do throws(DERError) {
            parsed = try ParsedCertificate(der: der)
            values = try Self.values(parsed.tbs)
            authorityKeyIdentifier = try parsed.tbs.first(.authorityKeyIdentifier)?.keyIdentifier()
        } catch {
            throw .malformed("not DER as RFC 5280 § 4.1 has it: \(error)")
        }
        let tbs = parsed.tbs
        guard tbs.version.map({ $0.elementsEqual([2]) }) ?? false else { throw .malformed("not of version 3") }
        guard tbs.signatureAlgorithm == parsed.signatureAlgorithm else {
            throw .malformed("its two signature algorithms differ (RFC 5280 § 4.1.1.2)")
        }
        self.der = der
        subject = Array(tbs.subject)
        issuer = Array(tbs.issuer)
        serialNumber = Array(tbs.serialNumber)
        do { publicKey = try PublicKey(subjectPublicKeyInfo: Array(tbs.subjectPublicKeyInfo)) } catch {
            throw .publicKey(error)
        }
        notBefore = tbs.notBefore.instant
        notAfter = tbs.notAfter.instant
        if case .subjectKeyIdentifier(let octets)? = values[.subjectKeyIdentifier] {
            subjectKeyIdentifier = octets
        } else {
            subjectKeyIdentifier = nil
        }
        if case .basicConstraints(let value)? = values[.basicConstraints] {
            basicConstraints = value
        } else {
            basicConstraints = nil
        }
        if case .keyUsage(let usage)? = values[.keyUsage] { keyUsage = usage } else { keyUsage = nil }
        if case .extendedKeyUsage(let purposes, _)? = values[.extendedKeyUsage] {
            extendedKeyUsages = purposes
        } else {
            extendedKeyUsages = nil
        }
        if case .nameConstraints(let value)? = values[.nameConstraints] {
            nameConstraints = value
        } else {
            nameConstraints = nil
        }
        unreadCriticalExtensions = (tbs.extensions ?? []).filter { $0.kind == nil && $0.isCritical }.map(\.dotted)
        self.tbs = Array(parsed.tbsBytes)
        signatureAlgorithm = SignatureAlgorithm(algorithmIdentifier: parsed.signatureAlgorithm)
        signature = Array(parsed.signature)
    }

    /// The extensions that bind those below; the others may be of any form.
    private static func values(
        _ tbs: ParsedTBSCertificate
    ) throws(DERError) -> [CertificateExtension.Kind: CertificateExtension] {
        var values: [CertificateExtension.Kind: CertificateExtension] = [:]
        for found in tbs.extensions ?? [] {
            switch found.kind {
            case .subjectKeyIdentifier?, .basicConstraints?, .keyUsage?, .extendedKeyUsage?, .nameConstraints?:
                guard let kind = found.kind, values[kind] == nil else { throw .repeatedInSet }
                values[kind] = try CertificateExtension(kind, found.reader, isCritical: found.isCritical)
            default: continue
            }
        }
        return values
    }

    /// Whether subject and issuer are the same name, as a root's are.
    package var isSelfIssued: Bool { subject == issuer }

    /// Whether that Name's DER is this certificate's subject, compared as RFC 5280 § 7.1 has it.
    func hasSubject(_ name: [UInt8]) -> Bool {
        if name == subject { return true }
        guard let own = try? ComparableName(der: subject), let other = try? ComparableName(der: name) else {
            return false
        }
        return own.isCertain && other.isCertain && own.relativeNames == other.relativeNames
    }
}
