import DERCoding
import Foundation

@testable import Ledger

/// An intent with a serial and an id of its own.
func sampleIntent(serial: [UInt8]? = nil, tbs: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x05]) -> Intent {
    Intent(
        serial: serial ?? [0x41] + (0..<19).map { _ in .random(in: .min ... .max) }, certificateID: UUID(),
        authorityID: "issuing", authorityKeyID: [1, 2, 3], kind: .leaf, profileID: UUID(),
        signatureAlgorithm: "ecdsa-sha256", configurationHash: [UInt8](repeating: 7, count: 32),
        requester: Intent.Requester(uid: 1000, gid: 100, pid: 4711), csrHash: [UInt8](repeating: 9, count: 32),
        tbs: tbs, requestID: "req-0123456789abcd")
}

/// What a test's token may do wrong.
struct TokenFailed: Error, Equatable {}

/// A thing that may be consumed once, as a prepared certificate is.
struct Ticket: ~Copyable, Sendable {}

extension Journal {
    /// Signs, with a signature that a test knows.
    func issue(_ intent: Intent, perform: () async throws -> Void = {}) async throws {
        _ = try await withIntent(
            intent, Ticket(), outcome: { Issued(certificateID: intent.certificateID, signature: $0) },
            failure: { Abandonment(reason: "\($0)", outcome: .possiblySigned) }
        ) { (_: consuming Ticket) in
            try await perform()
            return sampleSignature(of: intent)
        }
    }
}

func sampleSignature(of intent: Intent) -> [UInt8] { intent.serial.reversed() }

extension [JournalRecord] {
    /// The intents on record.
    var intents: [Intent] { compactMap { if case .intent(let intent) = $0.body { intent } else { nil } } }

    /// What became of a certificate: every outcome on record, and there should be one.
    func outcomes(of certificateID: UUID) -> [RecordBody] {
        map(\.body).filter { body in
            switch body {
            case .issued(let issued, _): issued.certificateID == certificateID
            case .abandoned(_, certificateID, _): true
            default: false
            }
        }
    }

    /// As `outcomes(of:)`, of abandonments alone.
    func abandonments(of certificateID: UUID) -> [Abandonment] {
        outcomes(of: certificateID).compactMap {
            if case .abandoned(let abandonment, _, _) = $0 { abandonment } else { nil }
        }
    }

    /// Whether the certificate is on record as issued, once, with its signature.
    func hasIssued(_ intent: Intent) -> Bool {
        let outcomes = outcomes(of: intent.certificateID)
        guard outcomes.count == 1, case .issued(let issued, _) = outcomes[0] else { return false }
        return issued.signature == sampleSignature(of: intent)
    }
}

extension RecordBody {
    /// As it is written.
    var der: [UInt8] {
        var writer = DERWriter()
        encode(into: &writer)
        return writer.octets
    }
}
