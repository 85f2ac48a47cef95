import PublicKeys
import Synchronization

/// What is known of one private key of a token, shared by its signer and all sessions.
final class TokenKey: Sendable {
    /// Its place in each session's list of handles.
    let index: Int
    let configuration: KeyConfiguration
    let format: SignatureFormat
    let latencies = LatencyRecord()
    private let state = Mutex(State())
    private let signatures = Atomic<UInt64>(0)
    private let testSignatures = Atomic<UInt64>(0)
    private let locked = Atomic<Bool>(false)

    private struct State {
        var profile: KeyProfile?
        var isCopyable = true
        var lockReason: String?
        var lastError: String?
    }

    init(index: Int, configuration: KeyConfiguration) {
        self.index = index
        self.configuration = configuration
        format = SignatureFormat(configuration.publicKey)
    }

    /// `nil` until the key has made its first test signature.
    var profile: KeyProfile? {
        get { state.withLock { $0.profile } }
        set { state.withLock { $0.profile = newValue } }
    }

    /// Whether session objects are worth trying: until one of them did not sign as the key itself does.
    var isCopyable: Bool {
        get { state.withLock { $0.isCopyable } }
        set { state.withLock { $0.isCopyable = newValue } }
    }

    /// Why the key signs no more; `nil` where it does.
    var lockReason: String? {
        locked.load(ordering: .acquiring) ? state.withLock { $0.lockReason } : nil
    }

    /// Takes the key out of use until a person has seen to it.
    func lock(because reason: String) {
        state.withLock { $0.lockReason = $0.lockReason ?? reason }
        locked.store(true, ordering: .releasing)
    }

    func unlock() {
        locked.store(false, ordering: .releasing)
        state.withLock { $0.lockReason = nil }
    }

    var lastError: String? { state.withLock { $0.lastError } }

    func note(_ error: String) {
        state.withLock { $0.lastError = error }
    }

    func countSignature() { signatures.add(1, ordering: .relaxed) }
    func countTestSignature() { testSignatures.add(1, ordering: .relaxed) }
    var signatureCount: UInt64 { signatures.load(ordering: .relaxed) }
    var testSignatureCount: UInt64 { testSignatures.load(ordering: .relaxed) }
}

/// What was found out about a key at its start.
struct KeyProfile: Hashable, Sendable {
    let method: SigningMethod
    let provenance: KeyProvenance
    /// `CKA_ALWAYS_AUTHENTICATE`: each use wants the PIN again.
    let wantsConfirmation: Bool
}
