import Crypto
import KeyFiles
import PKCS11
import PublicKeys
import Signing
import TestSupport
import Testing

@testable import TokenAdministration

/// Keys of `openssl` that move into a real token.
@Suite("keys brought into a token")
struct KeyImportTests {
    private let token: SoftHSMToken
    private static let curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]

    init() throws { token = try SoftHSMToken() }

    private func access(through module: FaultyModule? = nil) throws -> TokenAccess {
        let module = try module.map { try Module.load(path: $0.path) } ?? token.softHSM.module
        return try TokenAccess(module.slot(matching: token.uri), pin: try PINSource.file(token.pinFile).read())
    }

    private func file(_ arguments: [String] = curve) throws -> PrivateKeyFile {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        let key = try openssl.run(["genpkey", "-outform", "DER"] + arguments)
        var octets = try SecretOctets(capacity: key.count)
        unsafe octets.append { room in
            unsafe room.copyBytes(from: key)
            return key.count
        }
        return try PrivateKeyFile(octets) { throw TestSupportError("it is not encrypted") }
    }

    private func objects(_ access: borrowing TokenAccess) throws -> Int { try access.session.findObjects([]).count }

    @Test(
        "an imported key has what a generated one has but its origin, and the daemon signs with it",
        arguments: [
            (curve, KeyPairType.p256), (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], .p384),
            (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], .p521),
            (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], .rsa(bits: 2048)),
            (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"], .rsa(bits: 4096)),
            (["-algorithm", "ED25519"], .ed25519),
        ])
    func imported(_ arguments: [String], _ type: KeyPairType) async throws {
        let file = try file(arguments)
        let access = try access()
        let imported = try access.importKey(file, label: "old")
        let key = imported.report
        #expect(key.publicKey == file.publicKey && file.type == type)
        #expect(key.warnings.isEmpty)
        #expect(key.isSensitive && !key.isExtractable && key.canSign && !key.hasOtherUses && !key.wasGeneratedInToken)
        #expect(key.id == Array(SHA256.hash(data: file.publicKey.subjectPublicKey).prefix(20)))
        // SoftHSM 2.6 unwraps every key but those of Edwards curves.
        switch imported.way {
        case .unwrapped: #expect(type != .ed25519)
        case .created: #expect(type == .ed25519)
        }
        // Two halves, and nothing of what brought them in.
        #expect(try objects(access) == 2)
        let open = try await token.open(sessions: 1)
        let signer = try await open.signer(
            for: KeyConfiguration(
                uri: key.uri, publicKey: file.publicKey, algorithm: .default(for: file.publicKey),
                requireGeneratedInToken: false))
        #expect(try await signer.sign([1, 2, 3]).message == [1, 2, 3])
        await open.close()
    }

    @Test("where the token does not unwrap it, nothing of a key that is to be encrypted only gets there")
    func encryptedOnly() throws {
        let access = try access()
        let file = try file(["-algorithm", "ED25519"])
        #expect(throws: AdministrationError.self) {
            try access.importKey(file, label: "old", encryptedOnly: true)
        }
        #expect(try objects(access) == 0)
        #expect(try access.importKey(file, label: "old").report.label == "old")
    }

    @Test(
        "what a token does not unwrap is stored in clear, with the same result",
        arguments: ["C_UnwrapKey 1 9 return 70", "C_UnwrapKey 2 9 return 70", "C_GenerateKeyPair 1 9 return 54"],
        [
            curve, ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        ])
    func inClear(_ rule: String, _ arguments: [String]) throws {
        let module = try FaultyModule()
        try module.set(rule)
        let access = try access(through: module)
        let file = try file(arguments)
        let imported = try access.importKey(file, label: "old")
        guard case .created = imported.way else {
            Issue.record("it was unwrapped")
            return
        }
        #expect(imported.report.publicKey == file.publicKey && imported.report.warnings.isEmpty)
        #expect(try objects(access) == 2)
    }

    @Test(
        "whatever fails after the key is there, it is taken out again",
        arguments: [
            "C_CreateObject 1 1 return 31", "C_FindObjects 5 99 return 30", "C_SignInit 1 99 return 63",
            "C_Sign 1 99 flip", "C_Sign 1 99 return 5",
        ])
    func failing(_ rule: String) throws {
        let module = try FaultyModule()
        let access = try access(through: module)
        try module.set(rule)
        let file = try file()
        #expect(throws: AdministrationError.self, "\(rule)") { try access.importKey(file, label: "old") }
        try module.set()
        #expect(try objects(access) == 0)
        #expect(try access.importKey(file, label: "old").report.label == "old")
    }

    @Test("a label that is taken is refused, and so is the same key under another one")
    func taken() throws {
        let access = try access()
        let file = try file()
        _ = try access.generateKey(.p256, label: "one")
        #expect(throws: AdministrationError.self) { try access.importKey(file, label: "one") }
        _ = try access.importKey(file, label: "two")
        #expect(throws: AdministrationError.self) { try access.importKey(file, label: "three") }
        #expect(try access.keys().map(\.label) == ["one", "two"])
    }
}
