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
    /// The subjects of the chain, and of all CAs that this service knows.
    private let chainNames: CANames
    private let knownNames: CANames
    /// The DER of the AlgorithmIdentifier, made once.
    let algorithmIdentifier: [UInt8]

    /// Checks that the chain is one that a verifier can walk, and that the first certificate's key may sign.
    ///
    /// - Parameters:
    ///   - chain: the issuer's own certificate first, then upwards to the root as far as clients are to be given it.
    ///   - signatureAlgorithm: by default the one that suits the key.
    ///   - knownNames: of all CAs whose names and keys are to be nobody else's.
    /// - Throws: `IssuerError`, with the place in the chain.
    package init(
        chain: [IssuerCertificate], signatureAlgorithm: SignatureAlgorithm? = nil, locations: Locations,
        subjectKeyIdentifierMethod: SubjectKeyIdentifierMethod = .rfc7093Method1,
        beside knownNames: CANames = CANames([])
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
        chainNames = CANames(chain)
        self.knownNames = knownNames
    }

    /// One name, one entity (RFC 5280 § 4.1.2.6): nobody below has the name of a CA of the chain, compared as verifiers compare. One that
    /// differs in case only would look self-issued to them. Nor has anybody that of another CA that is known, but that CA itself.
    ///
    /// - Parameter key: of the CA whose certificate it will be: with the key of its namesake it is the same CA, whose certificate
    ///   is renewed or given a second chain. `nil` for a leaf.
    func checkIsFree(
        _ subject: DistinguishedName, forCAWith key: PublicKey? = nil, into violations: inout [Violation]
    ) {
        func refuse(_ message: String) {
            violations.append(Violation(.subjectIsIssuer, at: "csr.subject", message))
        }
        let length = subject.relativeNames.count
        guard chainNames.hasName(ofLength: length) || knownNames.hasName(ofLength: length) else { return }
        guard let name = try? ComparableName(der: subject.der), name.isCertain else {
            return refuse(
                "The subject has a character that could stand for others, and so be a CA's name; leave it out.")
        }
        guard chainNames.keys(of: name.relativeNames) == nil else {
            return refuse("The subject is that of a CA of the authority's chain.")
        }
        guard let keys = knownNames.keys(of: name.relativeNames) else { return }
        guard let key else { return refuse("The subject is that of a CA; only a CA's certificate has its name.") }
        if !keys.contains(key) {
            refuse("The subject is that of another CA, which has another key; a CA's name is its own.")
        }
    }

    /// One key, one CA: whoever has a certificate for the key of a CA, or for a name of their own and that key, has a CA's signatures
    /// pass for theirs.
    ///
    /// - Parameter subject: of the CA whose certificate it will be, which may be the one whose key it is. `nil` for a leaf.
    func checkIsFree(_ key: PublicKey, forCAOf subject: DistinguishedName? = nil, into violations: inout [Violation]) {
        func refuse(_ message: String) {
            violations.append(Violation(.issuerKey, at: "csr.publicKey", message))
        }
        if chain.contains(where: { $0.publicKey == key }) {
            refuse("The key is that of the authority, or of one above it; make a key of your own.")
        } else if knownNames.hasKey(key), !(subject.map { isKnownCA($0, with: key) } ?? false) {
            refuse(
                subject == nil
                    ? "The key is that of a CA; make a key of your own."
                    : "The key is that of a CA of another name; make a key of your own.")
        }
    }

    /// Whether a CA that is known has this name, and has it with this key: what is certified is then that CA itself.
    func isKnownCA(_ subject: DistinguishedName, with key: PublicKey) -> Bool {
        guard
            knownNames.hasName(ofLength: subject.relativeNames.count),
            let name = try? ComparableName(der: subject.der).relativeNames
        else { return false }
        return knownNames.keys(of: name)?.contains(key) ?? false
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
        let points = cRLDistributionPoints.map { ($0, PartitionTemplate($0)?.filled(0) ?? $0) }
        return (points + (caIssuers + ocsp).map { ($0, $0) }).compactMap { url, filled in
            Self.fault(of: filled).map { (url, $0) }
        }
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
