import Authority
import FoundationEssentials
import Issuance
import JSONRPC
import Ledger
import Signing
import SigningAPI
import SigningService
import TestSupport
import Testing
import Timekeeping

/// A row: a domain error, and what the contract makes of it.
private struct Row: Sendable {
    let error: any Error
    let kind: APIError.Kind
    let reason: String?
    let outcome: String?
    let isRetryable: Bool

    init(
        _ error: any Error, _ kind: APIError.Kind, _ reason: String? = nil, _ outcome: String? = nil,
        retryable: Bool = false
    ) {
        (self.error, self.kind, self.reason, self.outcome) = (error, kind, reason, outcome)
        isRetryable = retryable
    }
}

@Suite("what callers are told of domain errors")
struct ErrorMappingTests {
    private static let table = [
        Row(AccessError.unknownPeer(uid: 7), .unauthorized),
        Row(AccessError.tooManyInFlight(limit: 1), .rateLimitExceeded, retryable: true),
        Row(AccessError.methodNotGranted("x"), .forbidden), Row(AccessError.profileNotGranted, .forbidden),
        Row(AccessError.authorityNotGranted, .forbidden), Row(AccessError.intermediatesNotPermitted, .forbidden),
        Row(AccessError.noSuchProfile, .notFound), Row(AccessError.noSuchAuthority, .notFound),
        Row(IssuanceError.lintFailed([]), .internalError),
        Row(IssuanceError.assemblyDiffers("secret"), .serviceUnavailable, "signatureInvalid", "possiblySigned"),
        Row(IssuanceError.signatureInvalid, .serviceUnavailable, "signatureInvalid", "possiblySigned"),
        Row(SigningError(.busy, "secret"), .serviceUnavailable, "busy", "notSigned", retryable: true),
        Row(
            SigningError(.timedOut, "secret", outcome: .possiblySigned), .serviceUnavailable, "timedOut",
            "possiblySigned", retryable: true),
        Row(
            SigningError(.invalidSignature, "secret", outcome: .possiblySigned), .serviceUnavailable,
            "signatureInvalid", "possiblySigned"),
        Row(SigningError(.pin, "secret"), .serviceUnavailable, "tokenUnavailable", "notSigned"),
        Row(SigningError(.notOpened, "secret"), .serviceUnavailable, "tokenUnavailable", "notSigned"),
        Row(SigningError(.misconfigured, "secret"), .serviceUnavailable, "tokenUnavailable", "notSigned"),
        Row(LedgerError.stopped(reason: "secret"), .serviceUnavailable, "journalUnavailable", "notSigned"),
        Row(LedgerError.serialReused, .serviceUnavailable, "journalUnavailable", "notSigned", retryable: true),
        Row(
            LedgerError.clockBehind(lastRecord: instant(1060), now: instant(1000)), .serviceUnavailable,
            "journalUnavailable", "notSigned", retryable: true),
        Row(
            LedgerError.clockBehind(lastRecord: instant(1061), now: instant(1000)), .serviceUnavailable,
            "journalUnavailable", "notSigned"),
        Row(LedgerError.displaced(path: "secret"), .serviceUnavailable, "journalUnavailable", "notSigned"),
        Row(
            LedgerError.outcomeNotRecorded(certificateID: UUID(), reason: "secret"), .serviceUnavailable,
            "journalUnavailable", "possiblySigned"),
        Row(Unforeseen(), .internalError),
    ]

    private static func instant(_ seconds: Int64) -> Instant { Instant(secondsSinceEpoch: seconds) ?? .earliest }

    private struct Unforeseen: Error { let text = "secret" }

    @Test("each has its row, its reason and its outcome, and nothing internal", arguments: table)
    private func mapping(_ row: Row) {
        let mapped = APIError(mapping: row.error)
        #expect(mapped.kind == row.kind)
        #expect(mapped.details?["reason"]?.string == row.reason)
        #expect(mapped.details?["outcome"]?.string == row.outcome)
        #expect((mapped.details?["retryAfterMs"] != nil) == row.isRetryable)
        let told = mapped.message + String(decoding: (mapped.details ?? .null).encoded(), as: UTF8.self)
        #expect(!told.contains("secret"))
    }

    @Test("one connection too many is a 429 that says whose; a user whom nobody knows gets a 401", arguments: [7, 8])
    func connections(uid: UInt32) throws {
        let policy = ServicePolicy(
            access: AccessPolicy(users: [7: .nothing]), inFlight: InFlightLimit(perUser: 1),
            logger: LogRecord().logger)
        let peer = Requester(uid: uid, gid: 7, pid: 1)
        for (error, words) in [
            (APIError.tooManyConnections(ofUser: 5), "You have 5 connections"),
            (APIError.tooManyConnections(ofAll: 9), "The service has 9 connections"),
        ] {
            let response = try Response(parsing: policy.refusal(error, to: peer))
            #expect(response.id == .null)
            guard case .failure(let told) = response.outcome else { throw Unforeseen() }
            #expect(told.code == (uid == 7 ? 429 : 401))
            #expect(told.message.hasPrefix(words) == (uid == 7))
            #expect((told.data?["details"]?["retryAfterMs"]?.integer == 1000) == (uid == 7))
        }
    }

    @Test("every violation is told, in its order, by rule, path and message")
    func violations() {
        let refused = IssuanceError.refused([
            Violation(.sanAllowed, at: "a", "First."), Violation(.maximumValidity, at: "b", "Second."),
        ])
        let mapped = APIError(mapping: refused)
        #expect(mapped.kind == .badRequest)
        #expect(mapped.message == "First. (and 1 more)")
        #expect(
            mapped.details == [
                ["rule": "sanAllowed", "path": "a", "message": "First."],
                ["rule": "maximumValidity", "path": "b", "message": "Second."],
            ])
    }
}
