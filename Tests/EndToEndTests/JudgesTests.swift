import TestSupport
import Testing

@testable import Issuance

/// What other implementations make of every certificate of the matrix. docs/judges.md tells who judges what.
@Suite("judges")
struct JudgesTests {
    /// What a judge cannot judge, or is wrong about: explained in docs/judges.md, row by row.
    struct Exception: Sendable {
        let judge: Judge
        /// What is in its verdict. A judge that says something else, or learns what it did not know, fails the test.
        let says: String
        let concerns: @Sendable (CertificateMatrix.Entry) -> Bool
    }

    static let exceptions: [Exception] = [
        Exception(judge: .nss, says: "SEC_ERROR_ADDING_CERT") { $0.authority == "ed25519" || $0.leafKey == "ED25519" },
        Exception(judge: .cryptography, says: "Forbidden public key algorithm") { $0.authority == "ed25519" },
        Exception(judge: .cryptography, says: "leaf server certificate has no subjectAltName") { $0.isCA },
        Exception(judge: .pkilint, says: "ERROR pkix.signature_verification_failed") { $0.authority == "rsa3072pss" },
    ]

    @Test(
        "accept every pair of key types, and every intermediate with a leaf below it, but for the exceptions on record",
        arguments: Judge.allCases)
    func accept(_ judge: Judge) async throws {
        let entries = try await CertificateMatrix.shared().entries
        let verdicts = try judge.verdicts(entries)
        #expect(verdicts.count == entries.count)
        for (entry, verdict) in zip(entries, verdicts) {
            let exceptions = Self.exceptions.filter { $0.judge == judge && $0.concerns(entry) }
            if let exception = exceptions.first {
                #expect(verdict.contains(exception.says), "\(judge) on \(entry.name): \(verdict)")
            } else {
                #expect(verdict.isEmpty, "\(judge) on \(entry.name): \(verdict)")
            }
        }
        // pkilint's one exception is a finding: whatever else it found would hide behind it.
        if judge == .pkilint {
            #expect(Set(verdicts).subtracting(["", "ERROR pkix.signature_verification_failed"]).isEmpty)
        }
    }

    @Test("are awake: not one accepts a certificate whose signature was touched", arguments: Judge.allCases)
    func awake(_ judge: Judge) async throws {
        let entries = try await CertificateMatrix.shared().entries
        let sound = try #require(entries.first { $0.name == "rsa2048 over P-256" })
        var der = try PEM.decodeOne(sound.chain[0], labels: ["CERTIFICATE"]).der
        der[der.count - 1] ^= 1
        let touched = CertificateMatrix.Entry(
            name: "touched", authority: sound.authority, leafKey: sound.leafKey, result: sound.result,
            chain: [PEM.encode(der, label: "CERTIFICATE")] + sound.chain.dropFirst(), isCA: false)
        #expect(try judge.verdicts([touched])[0] != "")
    }
}
