import Configuration
import Issuance
import Ledger
import PublicKeys
import Timekeeping

/// What a ceremony is going to sign, to the octet: linted, and good for one signature.
enum Prepared: ~Copyable, Sendable {
    case root(PreparedRoot)
    case certificate(PreparedCertificate)
    case request(PreparedRequest)
    case crl(PreparedCRL)

    /// What is drawn once, when a ceremony is prepared, and taken from what was prepared ever after.
    struct Drawn {
        let serial: SerialNumber
        let notBefore: Instant
    }

    /// - Throws: `CeremonyError.input`, `IssuanceError`, `IssuerError`.
    init(_ inputs: CeremonyInputs, drawn: Drawn) throws {
        switch inputs.plan.act {
        case .createRoot(let root):
            try Self.checkSubject(root.subject, inputs)
            guard let notAfter = drawn.notBefore.adding(seconds: root.validity.seconds - 1) else { throw Self.tooLong }
            self = .root(
                try PreparedRoot(
                    subject: root.subject, publicKey: inputs.publicKey, notBefore: drawn.notBefore, notAfter: notAfter,
                    pathLength: root.pathLength, serial: drawn.serial))
        case .createIntermediate(let subject):
            try Self.checkSubject(subject, inputs)
            self = .request(PreparedRequest(subject: subject, publicKey: inputs.publicKey))
        case .createBelow(let subordinate, let subject, _):
            let request = try CertificateRequest(
                ofCA: subject, with: inputs.certifiedKey(), standingIn: inputs.requested ?? [], policy: KeyPolicy())
            self = .certificate(
                try Self.certificate(subordinate, request, identifiedBy: .rfc7093Method1, inputs, drawn))
        case .signCSR(let subordinate, _):
            let request = try CertificateRequest(verifying: inputs.request, policy: KeyPolicy())
            self = .certificate(
                try Self.certificate(subordinate, request, identifiedBy: .rfc7093Method1, inputs, drawn))
        case .crossSign(let subordinate, _):
            let certified = try inputs.certified()
            let request = try CertificateRequest(
                ofCA: certified.subject, with: certified.publicKey, standingIn: certified.der, policy: KeyPolicy())
            self = .certificate(
                try Self.certificate(
                    subordinate, request, identifiedBy: Self.method(of: certified), inputs, drawn))
        case .signCRL(let list): self = .crl(try Self.crl(list, inputs, drawn))
        }
    }

    private static func certificate(
        _ plan: CeremonyPlan.Subordinate, _ request: CertificateRequest,
        identifiedBy method: SubjectKeyIdentifierMethod,
        _ inputs: CeremonyInputs, _ drawn: Drawn
    ) throws -> PreparedCertificate {
        let issuer = try issuer(plan.issuer, inputs, plan.locations, method)
        guard let notAfter = drawn.notBefore.adding(seconds: plan.rules.validity.maximum.seconds - 1) else {
            throw tooLong
        }
        let template = try plan.rules.admit(
            request, notBefore: drawn.notBefore, notAfter: notAfter, pathLength: plan.pathLength, by: issuer,
            at: drawn.notBefore)
        return try issuer.prepare(template, serial: drawn.serial)
    }

    private static func issuer(
        _ plan: CeremonyPlan.Issuer, _ inputs: CeremonyInputs, _ locations: Locations = Locations(),
        _ method: SubjectKeyIdentifierMethod = .rfc7093Method1
    ) throws -> Issuer {
        let issuer = try Issuer(
            chain: inputs.issuerChain(), signatureAlgorithm: plan.signatureAlgorithm, locations: locations,
            subjectKeyIdentifierMethod: method)
        guard issuer.certificate.publicKey == inputs.publicKey else {
            throw CeremonyError.input(
                path: CeremonyInputs.issuerName,
                reason: "begins with the certificate of another key than the one that signs")
        }
        return issuer
    }

    /// By the rules for subjects of requests.
    private static func checkSubject(_ subject: [UInt8], _ inputs: CeremonyInputs) throws(IssuanceError) {
        _ = try CertificateRequest(ofCA: subject, with: inputs.publicKey, standingIn: [], policy: KeyPolicy())
    }

    /// Certificates below the CA name its key by the identifier that its certificate has: another one has the same.
    private static func method(of certificate: IssuerCertificate) throws -> SubjectKeyIdentifierMethod {
        // A CA's, and where it is a root, signed by its own key.
        do { _ = try Issuer(chain: [certificate], locations: Locations()) } catch {
            throw CeremonyError.input(path: CeremonyInputs.certifiedName, reason: "\(error)")
        }
        let method = SubjectKeyIdentifierMethod.allCases.first {
            $0.identifier(of: certificate.publicKey) == certificate.subjectKeyIdentifier
        }
        guard let method else {
            throw CeremonyError.input(
                path: CeremonyInputs.certifiedName,
                reason:
                    "has a subject key identifier that is by no method known here, or none: another certificate would not have the same"
            )
        }
        return method
    }

    private static func crl(
        _ plan: CeremonyPlan.RevocationList, _ inputs: CeremonyInputs, _ drawn: Drawn
    ) throws -> PreparedCRL {
        let issuer = try issuer(plan.issuer, inputs)
        try issuer.checkSignsCRLs()
        guard let nextUpdate = drawn.notBefore.adding(plan.validity) else { throw tooLong }
        if let previous = try inputs.previous() { try check(previous, by: issuer) }
        if issuer.certificate.isSelfIssued,
            try inputs.newlyRevoked(at: drawn.notBefore).contains(where: {
                $0.serialNumber == issuer.certificate.serialNumber
            })
        {
            throw CeremonyError.input(
                path: CeremonyInputs.planName,
                reason: "a root cannot revoke itself: have it taken out of trust stores instead")
        }
        return try issuer.prepare(
            crl: CRLTemplate(
                number: inputs.crlNumber(), thisUpdate: drawn.notBefore, nextUpdate: nextUpdate,
                entries: inputs.entries(at: drawn.notBefore)))
    }

    private static func check(_ previous: CertificateRevocationList, by issuer: Issuer) throws(CeremonyError) {
        guard previous.isSigned(by: issuer.certificate), previous.limits.isEmpty, previous.number != nil else {
            throw .input(
                path: CeremonyInputs.previousName,
                reason:
                    "is not this CA's last complete CRL, with its number: without that, somebody could be un-revoked")
        }
    }

    private static let tooLong = CeremonyError.input(
        path: CeremonyInputs.planName, reason: "the validity leads beyond the year 9999")

    /// The DER of what is signed.
    var toBeSigned: [UInt8] {
        switch self {
        case .root(let root): root.tbs
        case .certificate(let certificate): certificate.tbs
        case .request(let request): request.information
        case .crl(let crl): crl.tbs
        }
    }

    var algorithm: SignatureAlgorithm {
        switch self {
        case .root(let root): root.signatureAlgorithm
        case .certificate(let certificate): certificate.issuer.signatureAlgorithm
        case .request(let request): request.signatureAlgorithm
        case .crl(let crl): crl.issuer.signatureAlgorithm
        }
    }

    /// The DER of what comes of it, read back.
    consuming func seal(_ signature: VerifiedSignature) throws(IssuanceError) -> [UInt8] {
        switch consume self {
        case .root(let root): try root.seal(signature).der
        case .certificate(let certificate): try certificate.seal(signature).der
        case .request(let request): try request.seal(signature).der
        case .crl(let crl): try crl.seal(signature).der
        }
    }
}

extension Prepared.Drawn {
    static func now(_ clock: WallClock) -> Prepared.Drawn {
        Prepared.Drawn(serial: .random(), notBefore: clock.now())
    }

    /// What was drawn for what was prepared; a request has neither, a CRL its time.
    init(preparedAt time: Instant, _ toBeSigned: [UInt8]) {
        let summary = CertificateSummary(tbs: toBeSigned)
        serial = summary.flatMap { SerialNumber(octets: $0.serial) } ?? .random()
        notBefore = summary?.notBefore ?? time
    }
}
