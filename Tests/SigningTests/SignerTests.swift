import Crypto
import PKCS11
import PublicKeys
import Signing
import Synchronization
import TestSupport
import Testing

/// What every signer has to do, whatever its key is made of.
@Suite("Signers")
struct SignerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let type: KeyPairType
        let algorithm: SignatureAlgorithm
        var testDescription: String { "\(type) \(algorithm)" }
    }

    static let cases: [Case] =
        [
            Case(type: .p256, algorithm: .ecdsa(.sha256)), Case(type: .p384, algorithm: .ecdsa(.sha384)),
            Case(type: .p521, algorithm: .ecdsa(.sha512)), Case(type: .p521, algorithm: .ecdsa(.sha256)),
            Case(type: .p256, algorithm: .ecdsa(.sha512)), Case(type: .ed25519, algorithm: .ed25519),
        ]
        + [2048, 3072, 4096].flatMap { bits in
            HashAlgorithm.allCases.flatMap { hash in
                [
                    Case(type: .rsa(bits: bits), algorithm: .rsaPKCS1(hash)),
                    Case(type: .rsa(bits: bits), algorithm: .rsaPSS(hash)),
                ]
            }
        }

    /// One token and one key of each type for all cases: RSA keys are slow to make. All of them are there before any is looked
    /// up: a search in another thread shows a key twice that SoftHSM is just making.
    private actor Keys {
        static let shared = Keys()
        private var made: (token: SoftHSMToken, keys: [KeyPairType: SoftHSMToken.Key])?
        private var signers: [KeyPairType: InMemorySigner] = [:]

        func signer(_ type: KeyPairType) throws -> InMemorySigner {
            let signer = try signers[type] ?? InMemorySigner(type)
            signers[type] = signer
            return signer
        }

        func key(_ type: KeyPairType) throws -> (SoftHSMToken, SoftHSMToken.Key) {
            let made = try self.made ?? make()
            self.made = made
            return (made.token, try #require(made.keys[type]))
        }

        private func make() throws -> (token: SoftHSMToken, keys: [KeyPairType: SoftHSMToken.Key]) {
            let token = try SoftHSMToken()
            let types = Set(SignerTests.cases.map(\.type))
            return (token, try Dictionary(uniqueKeysWithValues: types.map { ($0, try token.makeKey($0)) }))
        }
    }

    @Test("A key in a token signs what its public key verifies", arguments: cases)
    func token(_ row: Case) async throws {
        let (softToken, key) = try await Keys.shared.key(row.type)
        let token = try await softToken.open()
        let signer = try await token.signer(for: key.configuration(row.algorithm))
        try await Self.check(signer, row.algorithm)
        let status = signer.status
        #expect(status.state == .ready)
        #expect(status.signatures == 3 + 8)
        #expect(status.testSignatures >= 2)
        #expect(status.lastError == nil)
        #expect(status.provenance?.wasGeneratedInToken == true)
        await token.close()
    }

    @Test("A key in memory signs what its public key verifies", arguments: cases)
    func memory(_ row: Case) async throws {
        try await Self.check(Keys.shared.signer(row.type).signing(with: row.algorithm), row.algorithm)
    }

    private static func check(_ signer: some Signer, _ algorithm: SignatureAlgorithm) async throws {
        #expect(signer.algorithm == algorithm)
        #expect(algorithm.fits(signer.publicKey))
        for message in [[], [0x30, 0x00], [UInt8](repeating: 0xa5, count: 100_000)] as [[UInt8]] {
            let signature = try await signer.sign(message)
            #expect(signature.message == message)
            #expect(signature.publicKey == signer.publicKey)
            #expect(signature.algorithm == algorithm)
            #expect(signer.publicKey.isValidSignature(signature.octets, over: message, algorithm: algorithm))
            #expect(!signer.publicKey.isValidSignature(signature.octets, over: message + [0], algorithm: algorithm))
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<8 as Range<UInt8> {
                group.addTask {
                    let message = [UInt8](repeating: index, count: 300)
                    return signer.publicKey.isValidSignature(
                        try await signer.sign(message).octets, over: message, algorithm: algorithm)
                }
            }
            for try await isValid in group { #expect(isValid) }
        }
    }

    @Test(
        "A signer that stands in for a key says why at once, and that no retry helps, whatever it was",
        arguments: [.pin, .unavailable, .exhausted, .timedOut] as [SigningError.Kind])
    func unavailable(_ kind: SigningError.Kind) async throws {
        let memory = try InMemorySigner(.p256)
        let signer = UnavailableSigner(
            publicKey: memory.publicKey, algorithm: memory.algorithm, because: SigningError(kind, "the cause"))
        #expect(signer.status.state == .unavailable("the cause"))
        let error = SigningError(.notOpened, "the cause")
        #expect(!error.isRetryable)
        #expect(throws: error) { try signer.checkReady() }
        await #expect(throws: error) { try await signer.sign([1]) }
    }
}
