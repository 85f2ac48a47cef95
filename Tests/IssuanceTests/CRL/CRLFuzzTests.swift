import Foundation
import Testing

@testable import Issuance

/// CRLs bent at random are read or refused; none traps. `COUNTERSIGN_FUZZ_SEED` repeats a run, `COUNTERSIGN_FUZZ_ROUNDS`
/// lengthens it.
@Suite("Bent CRLs")
struct CRLFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let rounds = environment["COUNTERSIGN_FUZZ_ROUNDS"].flatMap(Int.init) ?? 3000

    private static func sample() throws -> (TestAuthority, CRLTemplate) {
        let template = try CRLTemplate.test(
            [.test([1], .keyCompromise), .test([2]), .test([0x5a] + (1...19).map { $0 }, .superseded)],
            at: IssuingDistributionPoint(urls: ["http://pki.example.org/1.crl"], scope: .caCertificates))
        return (try .shared(), template)
    }

    @Test("in their DER are refused, or are not signed any more")
    func der() throws {
        var generator = BendingGenerator(environment: Self.environment)
        let (authority, template) = try Self.sample()
        let der = try authority.issue(crl: template).der
        for _ in 0..<Self.rounds {
            let bent = generator.bend(der)
            guard let read = try? CertificateRevocationList(contents: bent) else { continue }
            #expect(read.isSigned(by: authority.issuer.certificate) == (bent == der), "\(bent)")
        }
    }

    @Test("in their PEM are refused, or the same DER comes out")
    func pem() throws {
        var generator = BendingGenerator(environment: Self.environment)
        let (authority, template) = try Self.sample()
        let der = try authority.issue(crl: template).der
        let text = Array(PEM.encode(der, label: "X509 CRL").utf8)
        for _ in 0..<Self.rounds {
            guard let read = try? CertificateRevocationList(contents: generator.bend(text)) else { continue }
            #expect(read.isSigned(by: authority.issuer.certificate) == (read.der == der))
        }
    }

    @Test("in the bytes that would be signed have a finding")
    func linted() throws {
        var generator = BendingGenerator(environment: Self.environment)
        let (authority, template) = try Self.sample()
        let tbs = try authority.issuer.prepare(crl: template).tbs
        for _ in 0..<Self.rounds {
            let bent = generator.bend(tbs)
            #expect(CRLLint.findings(in: bent, of: template, by: authority.issuer).isEmpty == (bent == tbs), "\(bent)")
        }
    }

    @Test("of nothing but noise are refused")
    func noise() {
        var generator = BendingGenerator(environment: Self.environment)
        for _ in 0..<Self.rounds {
            let count = Int.random(in: 0..<300, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(throws: CRLError.self) { try CertificateRevocationList(contents: [0x30, 0x82] + bytes) }
        }
    }
}
