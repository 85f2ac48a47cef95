import Dispatch
import PKCS11
import Synchronization

/// What has become of a token's PIN, and whether it may be given away again: whatever connections come and go, it is tried once.
final class PINGuard: Sendable {
    private let source: PINSource
    private let latch: PINLatch?
    private let name: String
    private let state = Mutex(State())
    /// Held while the PIN may be under way to the token: by a use of a key that wants it each time, and by a log-in for all.
    let use = DispatchSemaphore(value: 1)

    private struct State {
        /// Never held during a call into the module.
        var record = LogInRecord()
        var pin: HeldPIN?
        /// Whether this process has written the note that lies on disk.
        var isLatched = false
    }

    /// So that a call that hangs with the PIN holds no lock.
    final class HeldPIN: Sendable {
        let pin: PIN
        init(_ pin: consuming PIN) { self.pin = pin }
    }

    init(_ configuration: TokenConfiguration) throws(PKCS11Error) {
        switch (configuration.pinSource, configuration.uri.pinSource) {
        case (let given?, nil): source = given
        case (nil, let given?): source = given
        case (nil, nil): throw .pin("of token \(configuration.name) has no source")
        case (.some, .some): throw .pin("of token \(configuration.name) has two sources, the URI's and another")
        }
        latch = configuration.latch
        name = configuration.name
    }

    /// The PIN, read once from where it comes from.
    func pin() throws(PKCS11Error) -> HeldPIN {
        if let pin = state.withLock({ $0.pin }) { return pin }
        let pin = HeldPIN(try source.read())
        state.withLock { $0.pin = pin }
        return pin
    }

    /// - Parameter asked: when the caller began to wait.
    /// - Throws: why the PIN is not to be tried.
    func check(askedAt asked: UInt64 = .max) throws(PKCS11Error) {
        try state.withLock { state throws(PKCS11Error) in try state.record.check(askedAt: asked) }
    }

    /// To be called before the PIN is given away for a log-in for all.
    ///
    /// - Throws: where the latch is set, or cannot be.
    func begin() throws(PKCS11Error) {
        // One of this process's own, whose call hangs, is no other's word.
        guard let latch, !state.withLock({ $0.isLatched }) else { return }
        let found: String?
        do throws(PINLatch.Failure) {
            found = try latch.read()
            if found == nil {
                try latch.set(
                    "a log-in had begun, and nobody knows how it ended: see to that, then: countersign token unlatch")
            }
        } catch {
            throw .token("the PIN of token \(name) is not tried, since that cannot be noted: \(error)")
        }
        if let found {
            let fault = PKCS11Error.pin(
                "of token \(name) is not tried: \(found)")
            state.withLock { $0.record.latch(fault) }
            throw fault
        }
        state.withLock { $0.isLatched = true }
    }

    func noteSuccess() {
        let wasLatched = state.withLock { state in
            state.record.noteSuccess()
            defer { state.isLatched = false }
            return state.isLatched
        }
        if wasLatched { try? latch?.clear() }
    }

    func note(_ error: PKCS11Error) {
        let isRefused = Remedy(error) == .pin
        state.withLock { state in
            state.record.note(error, at: DispatchTime.now().uptimeNanoseconds)
            state.isLatched = isRefused
        }
        // What was refused stays on record; a token that stumbled has not judged the PIN.
        if isRefused { try? latch?.set(error.advised) } else { try? latch?.clear() }
    }

    /// Whether a person has asked for another try of what is locked.
    func takeRequest() -> Bool { latch?.takeRequest() ?? false }

    /// Whether a person has seen to a PIN that was refused: its latch is gone, or where it comes from can be read now.
    ///
    /// The PIN is read anew then.
    func mayBeTriedAgain() -> Bool {
        do {
            if let latch, state.withLock({ $0.record.wasRefused }) {
                guard try latch.read() == nil else { return false }
            } else if state.withLock({ $0.pin != nil }) {
                return false
            }
            let fresh = HeldPIN(try source.read())
            state.withLock { $0 = State(record: LogInRecord(), pin: fresh) }
            return true
        } catch {
            return false
        }
    }
}
