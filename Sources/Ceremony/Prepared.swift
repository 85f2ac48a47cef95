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

    /// What is drawn once, when a ceremony is prepared, and taken from what was prepared ever after.
    struct Drawn {
        let serial: SerialNumber
        let notBefore: Instant
    }

    /// - Throws: `CeremonyError.input`, `IssuanceError`, `IssuerError`.
    init(_ inputs: CeremonyInputs, drawn: Drawn) throws {
        switch inputs.plan.act {
        case .createRoot(let root):
            guard let notAfter = drawn.notBefore.adding(seconds: root.validity.seconds - 1) else {
                throw CeremonyError.input(
                    path: CeremonyInputs.planName, reason: "the validity leads beyond the year 9999")
            }
            self = .root(
                try PreparedRoot(
                    subject: root.subject, publicKey: inputs.publicKey, notBefore: drawn.notBefore, notAfter: notAfter,
                    pathLength: root.pathLength, serial: drawn.serial))
        case .createIntermediate(let subject):
            self = .request(PreparedRequest(subject: subject, publicKey: inputs.publicKey))
        case .signCSR(let subordinate):
            self = .certificate(try Self.certificate(subordinate, inputs, drawn))
        }
    }

    private static func certificate(
        _ plan: CeremonyPlan.Subordinate, _ inputs: CeremonyInputs, _ drawn: Drawn
    ) throws -> PreparedCertificate {
        let issuer = try Issuer(chain: inputs.issuerChain(), locations: plan.locations)
        guard issuer.certificate.publicKey == inputs.publicKey else { throw CeremonyError.otherKey }
        let request = try CertificateRequest(verifying: inputs.request, policy: KeyPolicy())
        guard let notAfter = drawn.notBefore.adding(seconds: plan.rules.validity.maximum.seconds - 1) else {
            throw CeremonyError.input(path: CeremonyInputs.planName, reason: "the validity leads beyond the year 9999")
        }
        let template = try plan.rules.admit(
            request, notBefore: drawn.notBefore, notAfter: notAfter, pathLength: plan.pathLength, by: issuer,
            at: drawn.notBefore)
        return try issuer.prepare(template, serial: drawn.serial)
    }

    /// The DER of what is signed.
    var toBeSigned: [UInt8] {
        switch self {
        case .root(let root): root.tbs
        case .certificate(let certificate): certificate.tbs
        case .request(let request): request.information
        }
    }

    var algorithm: SignatureAlgorithm {
        switch self {
        case .root(let root): root.signatureAlgorithm
        case .certificate(let certificate): certificate.issuer.signatureAlgorithm
        case .request(let request): request.signatureAlgorithm
        }
    }

    /// The DER of what comes of it, read back.
    consuming func seal(_ signature: VerifiedSignature) throws(IssuanceError) -> [UInt8] {
        switch consume self {
        case .root(let root): try root.seal(signature).der
        case .certificate(let certificate): try certificate.seal(signature).der
        case .request(let request): try request.seal(signature).der
        }
    }
}

extension Prepared.Drawn {
    static func now(_ clock: WallClock) -> Prepared.Drawn {
        Prepared.Drawn(serial: .random(), notBefore: clock.now())
    }

    /// What was drawn for what was prepared; a request has neither.
    init(preparedAt time: Instant, _ toBeSigned: [UInt8]) {
        let summary = CertificateSummary(tbs: toBeSigned)
        serial = summary.flatMap { SerialNumber(octets: $0.serial) } ?? .random()
        notBefore = summary?.notBefore ?? time
    }
}
