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

    /// The error of sealing with what `corrupt` makes of a good signature.
    private func sealing(
        by authority: TestAuthority, _ corrupt: ([UInt8], _ tbs: [UInt8]) throws -> [UInt8]
    ) throws -> IssuanceError? {
        let prepared = try authority.issuer.prepare(template(by: authority), serial: .random())
        let tbs = prepared.tbs
        let signature = try corrupt(authority.key.sign(tbs, authority.issuer.signatureAlgorithm), tbs)
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
        let signature = try authority.key.sign(tbs, algorithm)
        let issued = try prepared.seal(signature)
        #expect(issued.der == TestAuthority.assemble(tbs, algorithm, signature))
        #expect(issued.serial == serial)
        #expect(issued.signature == signature)
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
        "A signature that is corrupt in any octet is released by no key (Certum, 2018)",
        arguments: TestKey.Kind.allCases)
    func corrupt(kind: TestKey.Kind) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind))
        let length = try authority.key.sign([]).count
        for index in stride(from: 0, to: Swift.min(length, 60), by: 7) {
            let error = try sealing(by: authority) { signature, _ in
                var signature = signature
                signature[index] ^= 0x10
                return signature
            }
            #expect(error == .signatureInvalid)
        }
    }

    @Test(
        "A signature of another form, key, message or hash is none (eMudhra, 2025: signed with the wrong key)",
        arguments: TestKey.Kind.allCases)
    func wrong(kind: TestKey.Kind) throws {
        let authority = try TestAuthority(key: .sharedAuthority(kind))
        let other = try TestKey(kind)
        let signatures: [([UInt8], [UInt8]) throws -> [UInt8]] = [
            { _, _ in [] }, { $1.isEmpty ? [] : [UInt8](repeating: 0, count: $0.count) },
            { signature, _ in signature + [0] },
            { signature, _ in Array(signature.dropLast()) }, { _, tbs in try other.sign(tbs) },
            { _, tbs in try authority.key.sign(tbs + [0]) },
        ]
        for signature in signatures {
            #expect(try sealing(by: authority, signature) == .signatureInvalid)
        }
        #expect(try sealing(by: authority) { signature, _ in signature } == nil)
        if kind == .rsa2048 {
            #expect(
                try sealing(by: authority) { _, tbs in try authority.key.sign(tbs, .rsaPSS(.sha256)) }
                    == .signatureInvalid)
            #expect(
                try sealing(by: authority) { _, tbs in try authority.key.sign(tbs, .rsaPKCS1(.sha512)) }
                    == .signatureInvalid)
        }
    }

    @Test(
        "An ECDSA signature is two positive INTEGERs in their fewest octets, no wider than the curve",
        arguments: [
            ([0x30, 6, 2, 1, 1, 2, 1, 1], true), ([0x30, 6, 2, 1, 0, 2, 1, 1], false),
            ([0x30, 6, 2, 1, 1, 2, 1, 0x81], false),
            ([0x30, 7, 2, 2, 0, 1, 2, 1, 1], false), ([0x30, 7, 2, 2, 0, 0x81, 2, 1, 1], true),
            ([0x30, 3, 2, 1, 1], false),
            ([0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1], false), ([0x30, 0x81, 6, 2, 1, 1, 2, 1, 1], false),
            ([0x31, 6, 2, 1, 1, 2, 1, 1], false), ([UInt8](repeating: 1, count: 64), false),
            ([0x30, 38, 2, 33, 1] + [UInt8](repeating: 1, count: 32) + [2, 1, 1], false),
        ] as [([UInt8], Bool)])
    func encoding(signature: [UInt8], isCanonical: Bool) throws {
        let key = try TestKey.shared(.p256).publicKey
        #expect(SignatureEncoding.isCanonical(signature, .ecdsa(.sha256), by: key) == isCanonical)
    }
}
