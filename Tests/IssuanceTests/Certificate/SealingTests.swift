import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

struct SealingTests {
    private func template(by authority: TestAuthority) throws -> CertificateTemplate {
        try Profile.test().admit(
            CertificateRequest(key: TestKey.shared(.p384).publicKey), validity: .aDay, by: authority.issuer, at: now)
    }

    /// The error of sealing with a signature that was verified.
    private func sealing(
        by authority: TestAuthority, _ sign: (_ tbs: [UInt8]) throws -> VerifiedSignature
    ) throws -> IssuanceError? {
        let prepared = try authority.issuer.prepare(template(by: authority), serial: .random())
        let signature = try sign(prepared.tbs)
        do throws(IssuanceError) {
            _ = try prepared.seal(signature)
            return nil
        } catch {
            return error
        }
    }

    static let algorithms: [(TestKey.Kind, SignatureAlgorithm)] =
        [.p256, .p384, .p521].flatMap { kind in HashAlgorithm.allCases.map { (kind, .ecdsa($0)) } }
        + HashAlgorithm.allCases.map { (.rsa2048, .rsaPKCS1($0)) }
        + HashAlgorithm.allCases.map { (.rsa2048, .rsaPSS($0)) }
        + [(.ed25519, .ed25519)]

    @Test("What is released holds the bytes that were linted and signed, and the signature", arguments: algorithms)
    func released(kind: TestKey.Kind, algorithm: SignatureAlgorithm) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind), algorithm: algorithm)
        let other = try TestAuthority(key: TestKey(.p256))
        let template = try template(by: authority)
        let serial = SerialNumber.random()
        let prepared = try authority.issuer.prepare(template, serial: serial)
        let tbs = prepared.tbs
        let signature = try authority.key.verifiedSignature(over: tbs, algorithm)
        let issued = try prepared.seal(signature)
        #expect(issued.der == TestAuthority.assemble(tbs, algorithm, signature.octets))
        #expect(issued.serial == serial)
        #expect(issued.signature == signature.octets)
        #expect((issued.notBefore, issued.notAfter) == (template.notBefore, template.notAfter))
        #expect(!issued.isCA)
        try OpenSSL.verify(
            issued.der, chain: authority.issuer.chain.map(\.der), at: now.secondsSinceEpoch,
            more: ["-purpose", "sslserver"])
        #expect(throws: (any Error).self) {
            try OpenSSL.verify(issued.der, chain: other.issuer.chain.map(\.der), at: now.secondsSinceEpoch)
        }
    }

    @Test(
        "A signature by another key, over another message or with another hash seals nothing (eMudhra, 2025: wrong key)",
        arguments: TestKey.Kind.allCases)
    func wrong(kind: TestKey.Kind) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind))
        let (key, other) = (authority.key, try TestKey(kind))
        #expect(try sealing(by: authority) { tbs in try key.verifiedSignature(over: tbs) } == nil)
        let wrong: [([UInt8]) throws -> VerifiedSignature] = [
            { tbs in try other.verifiedSignature(over: tbs) }, { tbs in try key.verifiedSignature(over: tbs + [0]) },
            { tbs in try key.verifiedSignature(over: tbs.dropLast() + [tbs.last.map { $0 ^ 1 } ?? 0]) },
            { _ in try key.verifiedSignature(over: []) },
        ]
        for sign in wrong { #expect(try sealing(by: authority, sign) == .signatureInvalid) }
        let otherAlgorithms = SignatureAlgorithm.all.filter {
            $0.fits(key.publicKey) && $0 != authority.issuer.signatureAlgorithm
        }
        #expect(otherAlgorithms.isEmpty == (kind == .ed25519))
        for algorithm in otherAlgorithms {
            #expect(
                try sealing(by: authority) { tbs in try key.verifiedSignature(over: tbs, algorithm) }
                    == .signatureInvalid)
        }
    }
}
