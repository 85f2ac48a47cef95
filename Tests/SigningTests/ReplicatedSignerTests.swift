import PKCS11
import PublicKeys
import Signing
import Synchronization
import TestSupport
import Testing

/// What becomes of one token's error where another has the same key.
@Suite("A key in several tokens")
struct ReplicatedSignerTests {
    /// Signs, or fails as it is told.
    private final class Scripted: Signer {
        let key: InMemorySigner
        let calls = Mutex(0)
        private let error: SigningError?
        private let refusal: SigningError?

        init(_ key: InMemorySigner, failing error: SigningError? = nil, refusing refusal: SigningError? = nil) {
            (self.key, self.error, self.refusal) = (key, error, refusal)
        }

        var publicKey: PublicKey { key.publicKey }
        var algorithm: SignatureAlgorithm { key.algorithm }
        var status: SignerStatus {
            SignerStatus(state: refusal.map { .unavailable($0.reason) } ?? .ready, sessions: 2, signatures: 3)
        }

        func checkReady() throws(SigningError) { if let refusal { throw refusal } }

        func sign(_ message: [UInt8]) async throws(SigningError) -> VerifiedSignature {
            calls.withLock { $0 += 1 }
            if let error = error ?? refusal { throw error }
            return try await key.sign(message)
        }
    }

    private func together(_ signers: Scripted...) throws -> ReplicatedSigner {
        try #require(
            ReplicatedSigner(
                signers.enumerated().map { ReplicatedSigner.Replica(tokenName: "token \($0)", signer: $1) }))
    }

    static let kindsForOthers: [SigningError.Kind] = [
        .busy, .unavailable, .exhausted, .failed, .invalidSignature, .misconfigured, .notOpened, .pin,
    ]
    static let finalKinds: [SigningError.Kind] = [.expired, .cancelled, .closed, .timedOut]

    @Test("Another token is asked at once, with what it then is to be known of the first", arguments: kindsForOthers)
    func elsewhere(_ kind: SigningError.Kind) async throws {
        let key = try InMemorySigner(.p256)
        let failing = Scripted(key, failing: SigningError(kind, "the cause", outcome: .possiblySigned))
        let signature = try await together(failing, Scripted(key)).sign([1, 2, 3])
        #expect(signature.message == [1, 2, 3])
        #expect(failing.calls.withLock { $0 } == 1)
        // The first may have signed, whatever the second says.
        let second = Scripted(key, failing: SigningError(.unavailable, "the second"))
        await #expect(throws: SigningError(.unavailable, "the second", outcome: .possiblySigned)) {
            try await together(failing, second).sign([1])
        }
    }

    @Test("Where the time is up or nobody waits, no other token is asked", arguments: finalKinds)
    func final(_ kind: SigningError.Kind) async throws {
        let key = try InMemorySigner(.p256)
        let other = Scripted(key)
        let error = SigningError(kind, "the cause", outcome: .possiblySigned)
        await #expect(throws: error) { try await together(Scripted(key, failing: error), other).sign([1]) }
        #expect(other.calls.withLock { $0 } == 0)
    }

    @Test("One that is known to be away is not asked; when all are, the word of one that may come back counts")
    func away() async throws {
        let key = try InMemorySigner(.p256)
        let lost = Scripted(key, refusing: SigningError(.pin, "the PIN"))
        let signer = try together(lost, Scripted(key))
        try signer.checkReady()
        _ = try await signer.sign([1])
        #expect(lost.calls.withLock { $0 } == 0)
        #expect(signer.status.state == .ready && signer.status.sessions == 4 && signer.status.signatures == 6)
        #expect(signer.status.replicas.map(\.status.state) == [.unavailable("the PIN"), .ready])

        let none = try together(lost, Scripted(key, refusing: SigningError(.unavailable, "gone")))
        let error = SigningError(.unavailable, "token 0: the PIN; token 1: gone")
        #expect(throws: error) { try none.checkReady() }
        await #expect(throws: error) { try await none.sign([1]) }
        #expect(none.status.state == .unavailable(error.reason))
    }

    @Test("Keys that are not the same are not taken together")
    func strangers() throws {
        let replicas = try [InMemorySigner(.p256), InMemorySigner(.p256)].map {
            ReplicatedSigner.Replica(tokenName: "token", signer: $0)
        }
        #expect(ReplicatedSigner(replicas) == nil)
        #expect(ReplicatedSigner([]) == nil)
    }
}
