package import PublicKeys
package import SwiftASN1
package import Timekeeping

/// A CA that can sign: its certificate chain, checked link by link, and what it writes into every certificate. Made
/// once and held by many, so that it is handed on without copies.
package final class Issuer: Sendable {
    /// Its own first, then upwards to the root.
    package let chain: [IssuerCertificate]
    package let certificate: IssuerCertificate
    package let signatureAlgorithm: SignatureAlgorithm
    package let locations: Locations
    package let subjectKeyIdentifierMethod: SubjectKeyIdentifierMethod
    /// Its own, which its certificates carry as authority key identifier, to the octet (RFC 5280 § 4.2.1.1).
    package let keyIdentifier: [UInt8]
    /// How many CAs may follow below: the least that the whole chain leaves. `nil` for no limit (RFC 5280 § 4.2.1.9).
    package let remainingPathLength: Int?
    /// When all of the chain is valid: a certificate cannot be of use outside.
    package let notBefore: Instant
    package let notAfter: Instant
    /// The key purposes that the whole chain lets pass; `nil` for any (RFC 5280 § 4.2.1.12).
    package let admittedPurposes: Set<ASN1ObjectIdentifier>?
    /// Of every certificate of the chain that has some.
    let nameConstraints: [NameConstraintChecker]
    /// The subjects of the chain.
    private let names: [ComparableName]
    /// The DER of the AlgorithmIdentifier, made once.
    let algorithmIdentifier: [UInt8]

    /// Checks that the chain is one that a verifier can walk, and that the first certificate's key may sign.
    ///
    /// - Parameters:
    ///   - chain: the issuer's own certificate first, then upwards to the root as far as clients are to be given it.
    ///   - signatureAlgorithm: by default the one that suits the key.
    /// - Throws: `IssuerError`, with the place in the chain.
    package init(
        chain: [IssuerCertificate], signatureAlgorithm: SignatureAlgorithm? = nil, locations: Locations,
        subjectKeyIdentifierMethod: SubjectKeyIdentifierMethod = .rfc7093Method1
    ) throws(IssuerError) {
        guard let certificate = chain.first else { throw .emptyChain }
        try ChainRules.check(chain)
        guard let keyIdentifier = certificate.subjectKeyIdentifier else {
            throw .chain(position: 0, "has no subject key identifier (RFC 5280 § 4.2.1.2)")
        }
        let algorithm = signatureAlgorithm ?? .default(for: certificate.publicKey)
        guard algorithm.fits(certificate.publicKey) else {
            throw .algorithm(algorithm, key: "\(certificate.publicKey)")
        }
        try locations.check()
        self.chain = chain
        self.certificate = certificate
        self.signatureAlgorithm = algorithm
        self.locations = locations
        self.subjectKeyIdentifierMethod = subjectKeyIdentifierMethod
        self.keyIdentifier = keyIdentifier
        algorithmIdentifier = algorithm.algorithmIdentifier
        remainingPathLength = try ChainRules.remainingPathLength(chain)
        (notBefore, notAfter) = try ChainRules.validity(chain)
        admittedPurposes = ChainRules.admittedPurposes(chain)
        nameConstraints = ChainRules.nameConstraints(chain)
        names = chain.compactMap { try? ComparableName(der: $0.subject) }
    }

    /// One name, one entity (RFC 5280 § 4.1.2.6): nobody below has the name of a CA of the chain, compared as verifiers compare. One that
    /// differs in case only would look self-issued to them.
    func checkDiffersFromIssuers(_ subject: DistinguishedName, into violations: inout [Violation]) {
        guard names.contains(where: { $0.relativeNames.count == subject.relativeNames.count }) else { return }
        let name = try? ComparableName(der: subject.der).relativeNames
        if name == nil || names.contains(where: { $0.relativeNames == name }) {
            violations.append(
                Violation(.subjectIsIssuer, at: "csr.subject", "The subject is that of a CA of the authority's chain."))
        }
    }
}

extension Locations {
    /// `http` URLs with a host, and nothing else: RFC 5280 § 4.2.1.13 and § 4.2.2.1; https would need the very check that it
    /// serves.
    package func check() throws(IssuerError) {
        if let fault = faults.first { throw .location(fault.url, fault.why) }
    }

    /// The URLs that no certificate may carry.
    var faults: [(url: String, why: String)] {
        (cRLDistributionPoints + caIssuers + ocsp).compactMap { url in Self.fault(of: url).map { (url, $0) } }
    }

    /// Why a certificate may not carry this URL; `nil` where it may.
    static func fault(of url: String) -> String? {
        do {
            let uri = try AbsoluteURI(parsing: url)
            guard url.utf8.starts(with: "http:".utf8) else { return "is not an http URL" }
            return uri.host == nil ? "has no host" : nil
        } catch {
            return error.description
        }
    }
}
