import PublicKeys
import Testing
import Timekeeping

@testable import Issuance

struct CRLSealingTests {
    @Test("A CRL holds the bytes that were linted and signed, and the signature", arguments: TestKey.Kind.allCases)
    func released(kind: TestKey.Kind) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind))
        let template = try CRLTemplate.test([.test([1])])
        let prepared = try authority.issuer.prepare(crl: template)
        let (tbs, number) = (prepared.tbs, prepared.number)
        #expect((prepared.thisUpdate, prepared.nextUpdate) == (template.thisUpdate, template.nextUpdate))
        let signature = try authority.key.verifiedSignature(over: tbs)
        let issued = try prepared.seal(signature)
        #expect(issued.der == TestAuthority.assemble(tbs, authority.issuer.signatureAlgorithm, signature.octets))
        #expect((number, issued.number, issued.signature) == (7, 7, signature.octets))
        #expect((issued.thisUpdate, issued.nextUpdate) == (template.thisUpdate, template.nextUpdate))
    }

    @Test("A signature by another key or over another CRL seals nothing", arguments: TestKey.Kind.allCases)
    func wrong(kind: TestKey.Kind) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind))
        let other = try TestKey(kind)
        let next = try authority.issuer.prepare(crl: .test(number: 8)).tbs
        let wrong: [([UInt8]) throws -> VerifiedSignature] = [
            { tbs in try other.verifiedSignature(over: tbs) }, { _ in try authority.key.verifiedSignature(over: next) },
            { _ in try authority.key.verifiedSignature(over: []) },
        ]
        for sign in wrong {
            let prepared = try authority.issuer.prepare(crl: .test())
            let signature = try sign(prepared.tbs)
            do throws(IssuanceError) {
                _ = try prepared.seal(signature)
                Issue.record("sealed")
            } catch {
                #expect(error == .signatureInvalid)
            }
        }
    }

    @Test("The bytes depend on what is revoked alone, not on the order in which it is told")
    func order() throws {
        let issuer = try TestAuthority.shared().issuer
        let entries = try (0..<200).map { _ in try RevokedCertificate.test(SerialNumber.random().octets) }
        let tbs = try issuer.prepare(crl: .test(entries)).tbs
        #expect(try issuer.prepare(crl: .test(entries.shuffled())).tbs == tbs)
    }
}
