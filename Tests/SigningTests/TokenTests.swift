import Glibc
import PKCS11
import PublicKeys
import Synchronization
import TestSupport
import Testing

@testable import Signing

@Suite("Tokens")
struct TokenTests {
    private func refusal(
        _ body: () async throws(SigningError) -> Void
    ) async -> SigningError {
        do throws(SigningError) {
            try await body()
            return SigningError(.closed, "accepted")
        } catch {
            return error
        }
    }

    private func openRefusal(_ configuration: TokenConfiguration) async -> SigningError {
        await refusal { () async throws(SigningError) in await (try Token.open(configuration)).close() }
    }

    @Test("A token that cannot be opened says why")
    func openRefusals() async throws {
        let token = try SoftHSMToken()
        var configuration = token.configuration()
        configuration.uri = try URI("pkcs11:object=key")
        #expect(await openRefusal(configuration).reason.contains("names no token"))
        configuration = token.configuration()
        configuration.pinSource = nil
        #expect(await openRefusal(configuration).kind == .pin)
        configuration = token.configuration()
        configuration.uri = try URI("pkcs11:token=no%20such")
        #expect(await openRefusal(configuration).kind == .unavailable)
        configuration = token.configuration()
        configuration.modulePath = "/etc/passwd"
        #expect(await openRefusal(configuration).kind == .misconfigured)
        configuration = token.configuration()
        configuration.pinSource = .file(token.pinFile + "-none")
        let error = await openRefusal(configuration)
        #expect(error.kind == .pin && error.outcome == .notSigned && !error.isRetryable)
    }

    @Test("A wrong PIN is an error that nothing tries again")
    func wrongPIN() async throws {
        let token = try SoftHSMToken()
        let path = token.pinFile + "-wrong"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        #expect(unsafe write(descriptor, "0000", 4) == 4)
        close(descriptor)
        var configuration = token.configuration()
        configuration.pinSource = .file(path)
        let error = await openRefusal(configuration)
        #expect(error.kind == .pin)
        #expect(error.reason.hasPrefix("C_Login returned CKR_PIN_INCORRECT (0xa0): "))
        #expect(error.reason.hasSuffix("then: countersign token unlatch"))
        #expect(!error.isRetryable)
    }

    @Test("The URI's pin-source serves where the configuration names none; two are one too many")
    func pinSource() async throws {
        let token = try SoftHSMToken()
        var configuration = token.configuration()
        configuration.uri = try URI("\(token.uri)?pin-source=file:\(token.pinFile)")
        #expect(await openRefusal(configuration).reason.contains("two sources"))
        configuration.pinSource = nil
        #expect(await openRefusal(configuration).reason == "accepted")
    }

    @Test("A key that is not what it has to be gets no signer, and the error names the fault")
    func keyRefusals() async throws {
        let softToken = try SoftHSMToken()
        let other = try SoftHSMToken()
        let key = try softToken.makeKey(.p256, label: "ca", id: [1])
        let stranger = try softToken.makeKey(.p256, label: "twin", id: [2])
        _ = try softToken.makeKey(.p256, label: "twin", id: [3])
        let rsa = try softToken.makeKey(.rsa(bits: 2048))
        let token = try await softToken.open(sessions: 1)
        func refusal(
            _ uri: URI, _ publicKey: PublicKey, _ algorithm: SignatureAlgorithm = .ecdsa(.sha256)
        ) async -> SigningError {
            await self.refusal { () async throws(SigningError) in
                _ = try await token.signer(
                    for: KeyConfiguration(uri: uri, publicKey: publicKey, algorithm: algorithm))
            }
        }
        #expect(await refusal(key.uri, key.publicKey).reason == "accepted")
        #expect(await refusal(key.uri, stranger.publicKey).reason.contains("does not belong to the public key"))
        #expect(await refusal(key.uri, stranger.publicKey).kind == .misconfigured)
        #expect(await refusal(key.uri, key.publicKey, .ed25519).reason.contains("does not fit"))
        #expect(await refusal(key.uri, rsa.publicKey, .rsaPKCS1(.sha256)).kind == .misconfigured)
        #expect(try await refusal(URI("pkcs11:object=twin"), stranger.publicKey).reason.contains("more than one"))
        #expect(try await refusal(URI("pkcs11:object=none"), key.publicKey).reason.contains("no object"))
        #expect(try await refusal(URI("\(softToken.uri)"), key.publicKey).reason.contains("names no object"))
        #expect(try await refusal(URI("\(other.uri);object=ca"), key.publicKey).reason.contains("another token"))
        #expect(try await refusal(URI("pkcs11:object=ca;type=public"), key.publicKey).reason.contains("type="))
        await token.close()
    }

    @Test(
        "A key that shows twice for a moment, as while SoftHSM copies it, is looked for again; one that stays double is not"
    )
    func doubleForAMoment() async throws {
        let softToken = try SoftHSMToken()
        let module = try FaultyModule()
        let key = try softToken.makeKey(.p256)
        let token = try await Token.open(softToken.configuration(through: module, sessions: 1))
        try module.set("C_FindObjects 1 1 twice")
        _ = try await token.signer(for: key.configuration()).sign([1])
        try module.set("C_FindObjects 1 1000000 twice")
        let error = await refusal { () async throws(SigningError) in
            _ = try await token.signer(for: key.configuration())
        }
        #expect(error.reason.contains("more than one"))
        await token.close()
    }

    @Test(
        "A key's attributes are asserted",
        arguments: [
            ("CKA_EXTRACTABLE", [.flag(.sensitive, true), .flag(.extractable, true), .flag(.sign, true)]),
            ("CKA_SENSITIVE", [.flag(.sensitive, false), .flag(.extractable, false), .flag(.sign, true)]),
            ("CKA_SIGN", [.flag(.sensitive, true), .flag(.extractable, false), .flag(.sign, false)]),
        ] as [(String, [Attribute])])
    func attributes(_ name: String, _ attributes: [Attribute]) async throws {
        let softToken = try SoftHSMToken()
        let key = try softToken.makeKey(.p256, privateAttributes: attributes + [.flag(.isPrivate, true)])
        let token = try await softToken.open(sessions: 1)
        let error = await refusal { () async throws(SigningError) in
            _ = try await token.signer(for: key.configuration())
        }
        #expect(error.kind == .misconfigured)
        #expect(error.reason.contains(name + " other than"))
        await token.close()
    }

    @Test("Sessions lost behind the signer's back are replaced, and nobody notices")
    func lostSessions() async throws {
        let softToken = try SoftHSMToken()
        let key = try softToken.makeKey(.p256)
        let token = try await softToken.open(sessions: 2)
        let signer = try await token.signer(for: key.configuration())
        for round in 0..<5 as Range<UInt8> {
            try softToken.closeAllSessions()
            let signature = try await signer.sign([round])
            #expect(key.publicKey.isValidSignature(signature.octets, over: [round], algorithm: signer.algorithm))
        }
        #expect(signer.status.state == .ready)
        #expect(signer.status.lastError?.contains("CKR_") == true)
        #expect(signer.status.signatures == 5)
        #expect(signer.key.isCopyable)
        await token.close()
    }

    @Test("A key proves from time to time that it signs, unless it has signed anyway")
    func proofs() async throws {
        let softToken = try SoftHSMToken()
        var configuration = softToken.configuration(sessions: 1)
        configuration.proofInterval = .milliseconds(5)
        let token = try await Token.open(configuration)
        let signer = try await token.signer(for: softToken.makeKey(.p256).configuration())
        let before = signer.status.testSignatures
        while signer.status.testSignatures < before + 5 { await Task.yield() }
        #expect(signer.status.signatures == 0)
        await token.close()
    }

    @Test("A key that is gone from the token signs no more, though copies of it live")
    func removedKey() async throws {
        let softToken = try SoftHSMToken()
        let (key, other) = (try softToken.makeKey(.p256), try softToken.makeKey(.p256))
        var configuration = softToken.configuration(sessions: 1, keyCheckInterval: .zero)
        configuration.name = "removal"
        let token = try await Token.open(configuration)
        let signer = try await token.signer(for: key.configuration())
        let otherSigner = try await token.signer(for: other.configuration())
        _ = try await signer.sign([1])
        #expect(signer.key.isCopyable)
        try softToken.destroy(key)
        for _ in 0..<3 {
            let error = await refusal { () async throws(SigningError) in _ = try await signer.sign([2]) }
            #expect(error.kind == .failed && error.outcome == .notSigned)
            #expect(error.reason.contains("no object of the token fits"))
        }
        _ = try await otherSigner.sign([3])
        await token.close()
    }

    @Test("A copy that has not been checked lately goes on signing without a look")
    func uncheckedCopy() async throws {
        let softToken = try SoftHSMToken()
        let key = try softToken.makeKey(.p256)
        let token = try await softToken.open(sessions: 1)
        let signer = try await token.signer(for: key.configuration())
        _ = try await signer.sign([1])
        try softToken.destroy(key)
        _ = try await signer.sign([2])
        await token.close()
    }

    @Test("A closed token answers at once; closing it twice is no harm")
    func closing() async throws {
        let softToken = try SoftHSMToken()
        let key = try softToken.makeKey(.p256)
        let token = try await softToken.open()
        let signer = try await token.signer(for: key.configuration())
        #expect(token.status.sessions >= 1)
        await token.close()
        await token.close()
        #expect(token.status.sessions == 0)
        #expect(await refusal { () async throws(SigningError) in _ = try await signer.sign([1]) }.kind == .closed)
        #expect(signer.status.state == .unavailable("the token is being closed"))
        // The next one logs in anew.
        let again = try await softToken.open()
        _ = try await again.signer(for: key.configuration()).sign([1])
        await again.close()
    }

    @Test("What waits when a token is closed is signed first")
    func draining() async throws {
        let softToken = try SoftHSMToken()
        let key = try softToken.makeKey(.rsa(bits: 2048))
        let token = try await softToken.open(sessions: 1)
        let signer = try await token.signer(for: key.configuration())
        let outcomes = await withTaskGroup(of: SigningError?.self) { group in
            for index in 0..<50 as Range<UInt8> {
                group.addTask {
                    do throws(SigningError) {
                        _ = try await signer.sign([index])
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            while signer.status.signatures == 0 { await Task.yield() }
            await token.close()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0 == nil || $0?.kind == .closed })
        #expect(outcomes.count { $0 == nil } == Int(signer.status.signatures))
        #expect(token.status.queueDepth == 0)
    }

    @Test(
        "A scratch key is of the kind asked for, signs on several threads, and is gone afterwards",
        arguments: [
            KeyPairType.p256, .ed25519, .rsa(bits: 2048),
        ])
    func scratchKey(_ type: KeyPairType) async throws {
        let softToken = try SoftHSMToken()
        let like = try InMemorySigner(type)
        let token = try await softToken.open()
        let scratch = try await ScratchKey.make(in: token, like: like.publicKey, algorithm: like.algorithm)
        #expect(scratch.publicKey.description == like.publicKey.description)
        #expect(scratch.publicKey != like.publicKey)
        let tally = Tally()
        let measurement = try await scratch.measure(threads: 2, duration: .milliseconds(50), message: [1, 2, 3]) {
            tally.count(scratch.publicKey.isValidSignature($0, over: [1, 2, 3], algorithm: scratch.algorithm))
        }
        #expect(tally.valid == measurement.count)
        #expect(tally.invalid == 0)
        #expect(measurement.count > 0)
        #expect(measurement.elapsed >= .milliseconds(50))
        let session = try softToken.openSession()
        #expect(try session.findObjects([.objectClass(.privateKey)]).count == 1)
        scratch.destroy()
        #expect(try session.findObjects([.objectClass(.privateKey)]).isEmpty)
        try session.close()
        await token.close()
    }
}

private final class Tally: Sendable {
    private let counts = Mutex((valid: 0, invalid: 0))

    func count(_ isValid: Bool) {
        counts.withLock { if isValid { $0.valid += 1 } else { $0.invalid += 1 } }
    }

    var valid: Int { counts.withLock { $0.valid } }
    var invalid: Int { counts.withLock { $0.invalid } }
}
