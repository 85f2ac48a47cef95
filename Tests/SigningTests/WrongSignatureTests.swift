import Logging
import PKCS11
import PublicKeys
import TestSupport
import Testing

@testable import Signing

/// A token that answers `CKR_OK` with well-formed octets that are no signature by the key.
@Suite("Wrong signatures")
struct WrongSignatureTests {
    /// A key that has signed once, in the one session of its token.
    private struct Bench {
        let module: FaultyModule
        let log = LogRecord()
        let key: SoftHSMToken.Key
        let token: Token
        let signer: TokenSigner

        init(_ type: KeyPairType) async throws {
            let softToken = try SoftHSMToken()
            module = try FaultyModule()
            key = try softToken.makeKey(type)
            token = try await Token.open(
                softToken.configuration(through: module, sessions: 1), logger: log.logger)
            signer = try await token.signer(for: key.configuration())
            _ = try await signer.sign([1])
        }

        /// Changes what these calls of `C_Sign` return, the next being 1.
        func flip(_ calls: ClosedRange<Int>...) throws {
            let before = module.count(of: "C_Sign")
            try module.set(
                calls.map { "C_Sign \(before + $0.lowerBound) \(before + $0.upperBound) flip" }.joined(separator: "\n"))
        }

        func refusal() async -> SigningError? {
            do throws(SigningError) {
                _ = try await signer.sign([2])
                return nil
            } catch {
                return error
            }
        }
    }

    @Test(
        "One is thrown away with its session, and nobody but the operator hears of it",
        arguments: [KeyPairType.p256, .p384, .ed25519])
    func once(_ type: KeyPairType) async throws {
        let bench = try await Bench(type)
        let sessions = bench.module.count(of: "C_OpenSession")
        try bench.flip(1...1)
        let signature = try await bench.signer.sign([2])
        #expect(signature.message == [2])
        #expect(bench.module.count(of: "C_OpenSession") == sessions + 1)
        #expect(bench.signer.status.state == .ready)
        #expect(bench.signer.status.lastError?.contains("does not verify") == true)
        #expect(bench.signer.status.signatures == 2)
        #expect(bench.log.errors == ["the token returned a wrong signature; nothing is released"])
        await bench.token.close()
    }

    @Test(
        "Two in a row lock the key, whether the second is of the certificate or of the new session's test message",
        arguments: [KeyPairType.p256, .ed25519], [[1...1, 3...3], [1...1_000_000]] as [[ClosedRange<Int>]])
    func twice(_ type: KeyPairType, _ wrong: [ClosedRange<Int>]) async throws {
        let bench = try await Bench(type)
        if wrong.count == 2 { try bench.flip(wrong[0], wrong[1]) } else { try bench.flip(wrong[0]) }
        let error = try #require(await bench.refusal())
        #expect(error.kind == .invalidSignature)
        #expect(error.outcome == .possiblySigned)
        #expect(!error.isRetryable)
        #expect(bench.log.errors.count == 3)
        #expect(bench.log.errors.last == "a key is locked")
        try await expectLocked(bench)
    }

    @Test("One by an RSA key locks it at once: a wrong one may tell the key, so there is no second")
    func rsa() async throws {
        let bench = try await Bench(.rsa(bits: 2048))
        let signed = bench.module.count(of: "C_Sign")
        try bench.flip(1...1)
        let error = try #require(await bench.refusal())
        #expect(error.kind == .invalidSignature)
        #expect(error.outcome == .possiblySigned)
        #expect(bench.module.count(of: "C_Sign") == signed + 1)
        #expect(bench.log.errors.count == 2)
        try await expectLocked(bench)
    }

    private func expectLocked(_ bench: Bench) async throws {
        try bench.module.set()
        let calls = bench.module.calls.count
        let locked = try #require(await bench.refusal())
        #expect(locked.kind == .misconfigured)
        #expect(locked.outcome == .notSigned)
        #expect(!locked.isRetryable)
        #expect(throws: locked) { try bench.signer.checkReady() }
        #expect(bench.signer.status.state == .unavailable(locked.reason))
        #expect(bench.module.calls.count == calls)
        await bench.token.close()
    }

    @Test("A request that waited while its key was locked does not reach the token")
    func lockedWhileWaiting() async throws {
        let bench = try await Bench(.p256)
        bench.signer.key.lock(because: "locked meanwhile")
        let calls = bench.module.calls.count
        let error = await #expect(throws: SigningError.self) {
            _ = try await bench.token.pool.perform(.sign([2]), bench.signer.key)
        }
        #expect(error == SigningError(.misconfigured, "locked meanwhile"))
        #expect(bench.module.calls.count == calls)
        await bench.token.close()
    }

    @Test("A copy that signs wrongly gives way to the key itself")
    func wrongCopy() async throws {
        let bench = try await FreshBench(.p256)
        try bench.flipNext()
        _ = try await bench.signer.sign([1])
        #expect(!bench.signer.key.isCopyable)
        #expect(bench.log.errors == ["the token returned a wrong signature; nothing is released"])
        await bench.token.close()
    }

    @Test("A copy of an RSA key that signs wrongly locks the key: the key itself is not asked any more")
    func wrongRSACopy() async throws {
        let bench = try await FreshBench(.rsa(bits: 2048))
        let signed = bench.module.count(of: "C_Sign")
        try bench.flipNext()
        let error = await #expect(throws: SigningError.self) { _ = try await bench.signer.sign([1]) }
        #expect(error?.kind == .invalidSignature)
        #expect(error?.outcome == .notSigned)
        #expect(bench.module.count(of: "C_Sign") == signed + 1)
        #expect(bench.signer.key.lockReason != nil)
        #expect(
            bench.log.errors == [
                "the token returned a wrong signature; nothing is released", "a key is locked",
            ])
        await bench.token.close()
    }

    /// A key whose token has made no copy of it yet.
    private struct FreshBench {
        let module: FaultyModule
        let log = LogRecord()
        let token: Token
        let signer: TokenSigner

        init(_ type: KeyPairType) async throws {
            let softToken = try SoftHSMToken()
            module = try FaultyModule()
            let key = try softToken.makeKey(type)
            token = try await Token.open(softToken.configuration(through: module, sessions: 1), logger: log.logger)
            signer = try await token.signer(for: key.configuration())
        }

        func flipNext() throws {
            let next = module.count(of: "C_Sign") + 1
            try module.set("C_Sign \(next) \(next) flip")
        }
    }

    @Test("At the start, one by an RSA key is the last, though another mechanism might do better")
    func rsaAtStart() async throws {
        let softToken = try SoftHSMToken()
        let (module, log) = (try FaultyModule(), LogRecord())
        let key = try softToken.makeKey(.rsa(bits: 2048))
        let token = try await Token.open(softToken.configuration(through: module, sessions: 1), logger: log.logger)
        try module.set("C_Sign 1 1 flip")
        let error = await #expect(throws: SigningError.self) { _ = try await token.signer(for: key.configuration()) }
        #expect(error?.kind == .misconfigured)
        #expect(error?.reason.contains("does not verify") == true)
        #expect(module.count(of: "C_Sign") == 1)
        #expect(log.errors == ["the token returned a wrong signature; nothing is released"])
        await token.close()
    }

    @Test("At the start, one by another key is told, whether or not another mechanism does better")
    func othersAtStart() async throws {
        let softToken = try SoftHSMToken()
        let (module, log) = (try FaultyModule(), LogRecord())
        let key = try softToken.makeKey(.p256)
        let token = try await Token.open(softToken.configuration(through: module, sessions: 1), logger: log.logger)
        try module.set("C_Sign 1 1 flip")
        // A SoftHSM that hashes for ECDSA too makes a signer of it after all.
        let signer = try? await token.signer(for: key.configuration())
        #expect(log.errors == ["the token returned a wrong signature; nothing is released"])
        if let signer { #expect(signer.status.lastError?.contains("does not verify") == true) }
        await token.close()
    }
}
