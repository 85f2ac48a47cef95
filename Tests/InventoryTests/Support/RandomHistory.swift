import Foundation
import Inventory
import Ledger
import TestSupport
import Timekeeping

/// Writes records of every kind, as no daemon would in its wildest days.
struct RandomHistory {
    private var random: SeededGenerator
    private var serials: [[UInt8]] = []
    private var crlNumber: UInt64 = 0
    private var count = 0

    static let words = ["web", "mail", "100%", "a_b", "Ünit", "x'y", "[z]", "\\", "*", "\"q\""]
    static let authorities = ["issuing", "second"]

    init(_ random: SeededGenerator) {
        self.random = random
    }

    var seed: String { "\(random)" }

    mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }

    private mutating func certificate() -> TestCertificate {
        count += 1
        var certificate = TestCertificate()
        let authority = number(0...1)
        certificate.serial = [0x41] + (0..<19).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        certificate.subject = "\(Self.words.randomElement(using: &random) ?? "")-\(count)"
        certificate.names = (0..<number(0...3)).map { _ in
            "\(Self.words.randomElement(using: &random) ?? "").\(number(1...5)).example"
        }
        certificate.notAfter = "\(number(26...40))0101000000Z"
        certificate.authorityID = Self.authorities[authority]
        certificate.authorityKeyID = [UInt8(authority)]
        certificate.profileID = UUID(uuid: (UInt8(number(1...3)), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))
        certificate.uid = UInt32(number(1000...1003))
        certificate.csrHash = [UInt8](repeating: UInt8(number(0...9)), count: 32)
        certificate.crlPartition = number(0...2) == 0 ? UInt32(number(0...1)) : nil
        return certificate
    }

    /// Adds one thing to the journal.
    mutating func step(_ journal: Journal) async throws {
        switch number(0...19) {
        case 0...10:
            let certificate = certificate()
            serials.append(certificate.serial)
            let outcome: Abandonment.Outcome? =
                switch number(0...9) {
                case 0: .notSigned
                case 1: .possiblySigned
                default: nil
                }
            try await journal.issue(certificate.intent(), failing: outcome)
        case 11...13:
            var certificate = certificate()
            let isKnown = number(0...4) > 0
            if isKnown, let serial = serials.randomElement(using: &random) { certificate.serial = serial }
            try await journal.record(
                certificate.revocation(
                    reason: UInt8(number(0...5)), at: .seconds(Int64(number(1_700_000_000...1_800_000_000)))))
        case 14...15:
            var certificate = certificate()
            // Also before its certificate, and the serials of others.
            certificate.serial = [UInt8(number(0...127))]
            serials.append(certificate.serial)
            try await journal.record(
                certificate.imported(
                    subject: certificate.subject, notAfter: .seconds(Int64(number(1_600_000_000...2_000_000_000)))))
        case 16:
            crlNumber += 1
            let partition = number(0...1) == 0 ? UInt32(number(0...1)) : nil
            try await journal.issue(
                sampleCRLIntent(number: crlNumber, partition: partition), signature: [1, 2],
                failing: number(0...3) == 0 ? .possiblySigned : nil)
        case 17: try await journal.recordConfiguration(hash: [UInt8](repeating: 7, count: 32))
        case 18:
            crlNumber += 1
            try await journal.record(
                ImportedCRL(
                    authorityID: "issuing", authorityKeyID: [1, 2, 3], number: crlNumber,
                    crlHash: [UInt8](repeating: 4, count: 32), source: "last.crl"))
        default:
            let status = journal.status
            try await journal.record(
                Checkpoint(
                    statement: Checkpoint.Statement(
                        journalID: UUID(), sequence: status.head, head: status.headHash, time: status.time),
                    signatureAlgorithm: "Ed25519", publicKey: [0x30, 0], signature: [UInt8](repeating: 5, count: 64)))
        }
    }

    /// A filter of one to three conditions.
    mutating func filter() -> CertificateFilter {
        var filter = CertificateFilter()
        for _ in 0..<number(1...3) {
            let word = Self.words.randomElement(using: &random) ?? ""
            switch number(0...9) {
            case 0: filter.authorityIDs = [Self.authorities[number(0...1)]]
            case 1: filter.authorityIDs = ["nobody's"]
            case 2:
                filter.profileIDs = [UUID(uuid: (UInt8(number(1...4)), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))]
            case 3:
                let number = number(1...200)
                filter.subject = ["*\(word)*", "CN=\(word)-\(number)", "cn=*", "*", "*-\(number)"]
                    .randomElement(using: &random).map { NamePattern($0) }
            case 4:
                let number = number(1...6)
                filter.alternativeName = [
                    "\(word)*", "\(word).\(number).example", "*.example", "*", "*\(number).EXAMPLE",
                ]
                .randomElement(using: &random).map { NamePattern($0) }
            case 5: filter.csrHash = [UInt8](repeating: UInt8(number(0...10)), count: 32)
            case 6: filter.requesterUID = UInt32(number(1000...1004))
            case 7: filter.status = .allCases.randomElement(using: &random)
            case 8: filter.expiringBefore = .seconds(Int64(number(1_500_000_000...2_300_000_000)))
            default:
                let profile = UInt8(number(1...4))
                filter.visible = CertificateFilter.Visibility(
                    authorityIDs: number(0...1) == 0 ? ["second"] : [],
                    profileIDs: number(0...1) == 0
                        ? [UUID(uuid: (profile, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))] : [])
            }
        }
        return filter
    }
}
