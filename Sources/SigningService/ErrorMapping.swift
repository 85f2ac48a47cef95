import Authority
import Inventory
import Issuance
import JSONRPC
import Ledger
import Signing
package import SigningAPI

/// What a caller is told of a domain error. Here and nowhere else.
extension APIError {
    /// Whatever is not mapped is a 500 with nothing internal in it; its cause belongs in the log.
    package init(mapping error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as ShapeError: self.init(error)
        case let error as AccessError: self.init(error)
        case let error as IssuanceError: self.init(error)
        case let error as SigningError: self.init(error)
        case let error as LedgerError: self.init(error)
        case let error as RevocationError: self.init(error)
        case let error as InventoryError: self.init(error)
        case is NoSuchCRL: self.init(.notFound, "There is no such CRL, or none yet.")
        case is CancellationError, is RequesterGone: self = .requesterGone
        default: self = .unforeseen
        }
    }

    /// Nobody hears of it, since its requester has gone.
    static let requesterGone = APIError.unavailable(
        "The request was dropped before anything was signed.", reason: "cancelled", retryAfterMilliseconds: 0,
        outcome: .notSigned)

    static let shuttingDown = APIError.unavailable(
        "The service is shutting down.", reason: "shuttingDown", retryAfterMilliseconds: 1000, outcome: .notSigned)

    /// - Parameter limit: how many a user may have.
    package static func tooManyConnections(ofUser limit: Int) -> APIError {
        tooManyConnections("You have \(counted(limit)) open, and may have no more; close one or come again later.")
    }

    /// - Parameter limit: how many all users together may have.
    package static func tooManyConnections(ofAll limit: Int) -> APIError {
        tooManyConnections("The service has \(counted(limit)) open, and may have no more; come again later.")
    }

    private static func tooManyConnections(_ message: String) -> APIError {
        APIError(.rateLimitExceeded, message, details: ["retryAfterMs": 1000])
    }

    private static func counted(_ connections: Int) -> String {
        connections == 1 ? "1 connection" : "\(connections) connections"
    }

    static let unforeseen = APIError(.internalError, "Something went wrong")

    private init(_ error: AccessError) {
        switch error {
        case .unknownPeer(let uid):
            self.init(.unauthorized, "User \(uid) may not use this service; its operator can grant it access.")
        case .tooManyInFlight(let limit):
            self.init(
                .rateLimitExceeded, "You have \(limit) requests in flight already; send the next when one is answered.",
                details: ["retryAfterMs": 100])
        case .methodNotGranted(let method):
            self.init(.forbidden, "You may not call \(method).")
        case .noSuchProfile:
            self.init(.notFound, "There is no such profile.")
        case .profileNotGranted:
            self.init(.forbidden, "You may not use this profile.")
        case .noSuchAuthority:
            self.init(.notFound, "There is no such authority.")
        case .authorityNotGranted:
            self.init(.forbidden, "You may not use this authority.")
        case .intermediatesNotPermitted:
            self.init(.forbidden, "This authority signs no intermediates.")
        }
    }

    private init(_ error: IssuanceError) {
        switch error {
        case .refused(let violations):
            self.init(
                .badRequest, Self.sentence(violations), details: .array(violations.map(Self.detail)))
        case .lintFailed:
            self = .unforeseen
        case .signatureInvalid, .assemblyDiffers:
            // Never the CSR's fault: the key has signed, and what came of it is not the certificate that was prepared.
            self = .unavailable(
                "The signature does not make the certificate that was prepared; nothing was released.",
                reason: "signatureInvalid", retryAfterMilliseconds: nil, outcome: .possiblySigned)
        }
    }

    private init(_ error: SigningError) {
        let message =
            switch error.kind {
            case .notOpened:
                "The authority's key could not be opened when the service started; "
                    + "its operator has to see to it and restart the service."
            default: "The authority's key cannot be used now."
            }
        self = .unavailable(
            message, reason: error.kind.word,
            retryAfterMilliseconds: error.retryAfterMilliseconds,
            outcome: error.outcome == .notSigned ? .notSigned : .possiblySigned)
    }

    private init(_ error: LedgerError) {
        self = .unavailable(
            "The journal takes no record now, and nothing is signed without one.", reason: "journalUnavailable",
            retryAfterMilliseconds: error.retryAfterMilliseconds,
            outcome: error.outcome == .notSigned ? .notSigned : .possiblySigned)
    }

    private init(_ error: RevocationError) {
        switch error {
        case .noSuchCertificate: self.init(.notFound, "There is no such certificate.")
        case .neverSigned:
            self.init(
                refusing: "revocationOfNothing", "It was never signed, so that there is nothing to revoke.",
                at: "certificateId")
        case .underWay:
            self.init(refusing: "revocationUnderWay", "It is being signed now; ask again.", at: "certificateId")
        case .reasonNotGiven(let reason):
            self.init(refusing: "revocationReason", "\(reason.name) is no reason to revoke for.", at: "reason")
        }
    }

    private init(refusing rule: String, _ message: String, at path: String) {
        self.init(
            .badRequest, message,
            details: [["rule": .string(rule), "path": .string(path), "message": .string(message)]])
    }

    private init(_ error: InventoryError) {
        self = .unavailable(
            "What is on record cannot be looked up now.", reason: "inventory", retryAfterMilliseconds: 1000,
            outcome: .notSigned)
    }

    /// What is known of the key's use for a request that failed.
    enum Outcome: String {
        case notSigned, possiblySigned
    }

    static func unavailable(
        _ message: String, reason: String, retryAfterMilliseconds: Int?, outcome: Outcome
    ) -> APIError {
        var details: [JSONObject.Member] = [.init(name: "reason", value: .string(reason))]
        if let retryAfterMilliseconds {
            details.append(.init(name: "retryAfterMs", value: .number(JSONNumber(Int64(retryAfterMilliseconds)))))
        }
        details.append(.init(name: "outcome", value: .string(outcome.rawValue)))
        return APIError(.serviceUnavailable, message, details: .object(JSONObject(details)))
    }

    private static func sentence(_ violations: [Violation]) -> String {
        guard let first = violations.first else { return "The request was refused." }
        let others = violations.count - 1
        return others == 0 ? first.message : "\(first.message) (and \(others) more)"
    }

    private static func detail(_ violation: Violation) -> JSONValue {
        [
            "rule": .string(violation.rule.name), "path": .string(violation.path),
            "message": .string(violation.message),
        ]
    }
}

extension SigningError.Kind {
    /// What a caller is told; the cause is in the log.
    fileprivate var word: String {
        switch self {
        case .busy: "busy"
        case .expired, .timedOut: "timedOut"
        case .cancelled: "cancelled"
        case .closed: "shuttingDown"
        case .unavailable, .exhausted, .failed, .misconfigured, .notOpened, .pin: "tokenUnavailable"
        case .invalidSignature: "signatureInvalid"
        }
    }
}
