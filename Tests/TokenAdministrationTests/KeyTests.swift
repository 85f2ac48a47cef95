import Crypto
import PKCS11
import PublicKeys
import Signing
import TestSupport
import Testing

@testable import TokenAdministration

/// Keys that are made, looked at and deleted in a real token.
@Suite("CA keys in a token")
struct KeyTests {
    private let token: SoftHSMToken

    init() throws { token = try SoftHSMToken() }

    private func access() throws -> TokenAccess {
        try TokenAccess(
            token.softHSM.module.slot(matching: token.uri), pin: try PINSource.file(token.pinFile).read())
    }

    @Test(
        "a new key stays in the token, signs and does nothing else, and its id is derived from its public key",
        arguments: [KeyPairType.p256, .p384, .p521, .rsa(bits: 2048), .ed25519])
    func generated(_ type: KeyPairType) async throws {
        let access = try access()
        let key = try access.generateKey(type, label: "new \(type)")
        #expect(key.warnings.isEmpty)
        #expect(key.wasGeneratedInToken && key.isSensitive && !key.isExtractable && key.canSign && !key.hasOtherUses)
        let publicKey = try #require(key.publicKey)
        #expect(key.id == Array(SHA256.hash(data: publicKey.subjectPublicKey).prefix(20)))
        // The daemon's own way to it.
        let open = try await token.open(sessions: 1)
        let configuration = KeyConfiguration(
            uri: key.uri, publicKey: publicKey, algorithm: .default(for: publicKey), requireGeneratedInToken: true)
        let signer = try await open.signer(for: configuration)
        #expect(try await signer.sign([1, 2, 3]).message == [1, 2, 3])
        await open.close()
    }

    @Test("a label that is taken is refused, and nothing is changed")
    func taken() throws {
        let access = try access()
        let first = try access.generateKey(.p256, label: "one")
        #expect(throws: AdministrationError.self) { try access.generateKey(.p384, label: "one") }
        let keys = try access.keys()
        #expect(keys.map(\.id) == [first.id])
        #expect(throws: AdministrationError.self) { try access.generateKey(.p256, label: "") }
        #expect(throws: AdministrationError.self) {
            try access.generateKey(.p256, label: String(repeating: "x", count: 256))
        }
        #expect(try access.keys().count == 1)
    }

    @Test("what a token refuses leaves no half of a key behind")
    func refused() throws {
        let access = try access()
        #expect(throws: AdministrationError.self) { try access.generateKey(.rsa(bits: 17), label: "tiny") }
        #expect(try access.keys().isEmpty)
        #expect(try access.session.findObjects([.objectClass(.publicKey), .flag(.token, true)]).isEmpty)
    }

    @Test("keys are found by label, by id and by both; two that fit are an error")
    func found() throws {
        let access = try access()
        let (one, two) = (try access.generateKey(.p256, label: "a"), try access.generateKey(.p256, label: "b"))
        #expect(try access.keys().map(\.label) == ["a", "b"])
        #expect(try access.key(one.uri).id == one.id)
        #expect(try access.key(URI("pkcs11:object=b")).id == two.id)
        #expect(throws: AdministrationError.self) { try access.key(URI("pkcs11:object=c")) }
        #expect(throws: AdministrationError.self) { try access.key(URI("pkcs11:token=x")) }
        _ = try token.makeKey(.p256, label: "b")
        #expect(throws: AdministrationError.self) { try access.key(URI("pkcs11:object=b")) }
    }

    @Test("a key that others made is told with what is to be mended")
    func warned() throws {
        let key = try token.makeKey(
            .p256, label: "loose",
            privateAttributes: [
                .flag(.isPrivate, true), .flag(.sensitive, false), .flag(.extractable, true), .flag(.sign, true),
                .flag(.derive, true),
            ])
        let access = try access()
        let report = try access.key(key.uri)
        #expect(report.publicKey == key.publicKey)
        #expect(!report.wasGeneratedInToken)
        #expect(report.warnings.count == 3, "\(report.warnings)")
    }

    @Test("a deleted key is gone with its public part, and no other is")
    func deleted() throws {
        let access = try access()
        let (gone, kept) = (try access.generateKey(.p256, label: "gone"), try access.generateKey(.p256, label: "kept"))
        try access.delete(gone)
        #expect(try access.keys().map(\.id) == [kept.id])
        let publicKeys = try access.session.findObjects([.objectClass(.publicKey), .flag(.token, true)])
        #expect(publicKeys.count == 1)
    }

    @Test("the doctor's keys are gone when it has done, and what it says works does")
    func diagnosed() throws {
        let access = try access()
        let diagnosis = try access.diagnose()
        #expect(
            diagnosis.usableTypes == [
                .p256, .p384, .p521, .rsa(bits: 2048), .rsa(bits: 3072), .rsa(bits: 4096), .ed25519,
            ])
        #expect(try access.keys().isEmpty)
        let trials = diagnosis.attempts.flatMap { attempt in
            if case .made(let trials) = attempt.outcome { trials } else { [KeyTrial]() }
        }
        let ecdsa = trials.filter { $0.mechanism == .ecdsa }
        #expect(!ecdsa.isEmpty && ecdsa.allSatisfy { $0.outcome == .signs })
        // SoftHSM 2.6 neither advertises nor does these.
        let hashing = trials.filter { $0.mechanism == .ecdsaHashing(.sha256) }
        #expect(hashing.allSatisfy { $0.outcome != .signs })
        #expect(diagnosis.advertised?.contains(Mechanism.ecdsa.type) == true)
    }

    @Test("a wrong PIN is tried once, and the next log-in says that wrong ones were tried")
    func wrongPIN() throws {
        let slot = try token.softHSM.module.slot(matching: token.uri)
        #expect(throws: AdministrationError.self) {
            _ = try TokenAccess(slot, pin: try PIN(copying: Array("000000".utf8)))
        }
        #expect(try slot.tokenInfo().flags.contains(.userPINCountLow))
        #expect(try TokenReport(slot, of: token.softHSM.module).userPIN == .countLow)
        try access().close()
        #expect(try TokenReport(slot, of: token.softHSM.module).userPIN == .set)
    }
}
