import PublicKeys
import SwiftASN1
import Timekeeping

/// What a chain must be for certificates below it to be valid (RFC 5280 § 6.1).
enum ChainRules {
    static func check(_ chain: [IssuerCertificate]) throws(IssuerError) {
        for (position, certificate) in chain.enumerated() {
            guard case .ca? = certificate.basicConstraints else {
                throw .chain(position: position, "is not a CA's: its basicConstraints do not say so")
            }
            // RFC 5280 § 4.2.1.3 wants the extension in every CA's certificate; old roots do without.
            guard certificate.keyUsage?.contains(.keyCertSign) ?? (position > 0) else {
                throw .chain(position: position, "may not sign certificates: its keyUsage has no keyCertSign")
            }
            guard certificate.subject != CertificateTemplate.emptySubject else {
                throw .chain(position: position, "has an empty subject (RFC 5280 § 4.1.2.6)")
            }
        }
        for (position, pair) in zip(chain, chain.dropFirst()).enumerated() {
            try checkLink(pair.0, issuedBy: pair.1, at: position)
        }
        if let last = chain.last, last.isSelfIssued {
            try checkSignature(of: last, by: last, at: chain.count - 1)
        }
    }

    private static func checkLink(
        _ certificate: IssuerCertificate, issuedBy parent: IssuerCertificate, at position: Int
    ) throws(IssuerError) {
        guard certificate.issuer == parent.subject else {
            throw .chain(position: position, "names an issuer that is not the subject of the next one, to the octet")
        }
        if let own = certificate.authorityKeyIdentifier, let other = parent.subjectKeyIdentifier, own != other {
            throw .chain(position: position, "has an authority key identifier other than the next one's key identifier")
        }
        try checkSignature(of: certificate, by: parent, at: position)
    }

    private static func checkSignature(
        of certificate: IssuerCertificate, by parent: IssuerCertificate, at position: Int
    ) throws(IssuerError) {
        guard let algorithm = certificate.signatureAlgorithm else {
            throw .chain(position: position, "is signed by an algorithm that this service does not verify")
        }
        let key = parent.publicKey
        guard key.isValidSignature(certificate.signature, over: certificate.tbs, algorithm: algorithm) else {
            throw .chain(position: position, "is not signed by the key of the one above it")
        }
    }

    /// RFC 5280 § 6.1.4 (l), (m): self-issued certificates do not count.
    static func remainingPathLength(_ chain: [IssuerCertificate]) throws(IssuerError) -> Int? {
        var remaining: Int?
        var below = 0
        for (position, certificate) in chain.enumerated() {
            if case .ca(let limit?)? = certificate.basicConstraints {
                guard limit >= below else {
                    throw .chain(position: position, "has a path length of \(limit) with \(below) CAs below it")
                }
                remaining = Swift.min(remaining ?? .max, limit - below)
            }
            if !certificate.isSelfIssued { below += 1 }
        }
        return remaining
    }

    /// The time in which every certificate of the chain is valid.
    static func validity(_ chain: [IssuerCertificate]) throws(IssuerError) -> (Instant, Instant) {
        let notBefore = chain.map(\.notBefore).max() ?? .earliest
        let notAfter = chain.map(\.notAfter).min() ?? .latest
        guard notBefore <= notAfter else { throw .chain(position: 0, "is never valid together with those above it") }
        return (notBefore, notAfter)
    }

    static func admittedPurposes(_ chain: [IssuerCertificate]) -> Set<ASN1ObjectIdentifier>? {
        var admitted: Set<ASN1ObjectIdentifier>?
        for purposes in chain.compactMap(\.extendedKeyUsages) where !purposes.contains(.anyExtendedKeyUsage) {
            admitted = admitted?.intersection(purposes) ?? Set(purposes)
        }
        return admitted
    }

    static func nameConstraints(_ chain: [IssuerCertificate]) -> [NameConstraintChecker] {
        chain.compactMap(\.nameConstraints).map(NameConstraintChecker.init)
    }
}
