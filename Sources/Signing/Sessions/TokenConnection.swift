import Dispatch
import Glibc
import PKCS11
import Synchronization

/// A token that this process is logged in to: one log-in for all sessions, kept up by an idle one, the anchor.
final class TokenConnection: Sendable {
    let configuration: TokenConfiguration
    private let pin: PIN
    private let state: Mutex<State>
    private let sessions = Atomic<Int>(0)
    /// Held while a key is used that wants the PIN each time.
    private let confirmations = DispatchSemaphore(value: 1)

    fileprivate struct State: ~Copyable {
        var slot: Slot
        /// Never used to sign: while it is open, closing another session does not log out.
        var anchor: Session?
        /// Why the PIN is not tried any more.
        var pinFault: PKCS11Error?
        /// Why the last log-in failed, how many have in a row, and until when, in nanoseconds of uptime, that answers
        /// for others too.
        var failure: (error: PKCS11Error, count: UInt64, until: UInt64)?
        var isClosed = false
    }

    /// Loads the module, finds the token and logs in. The PIN is tried once.
    init(_ configuration: TokenConfiguration) throws(PKCS11Error) {
        let source: PINSource
        switch (configuration.pinSource, configuration.uri.pinSource) {
        case (let given?, nil): source = given
        case (nil, let given?): source = given
        case (nil, nil): throw .pin("of token \(configuration.name) has no source")
        case (.some, .some): throw .pin("of token \(configuration.name) has two sources, the URI's and another")
        }
        let slot = try Self.find(configuration).slot
        let pin = try source.read()
        self.configuration = configuration
        self.pin = pin
        state = Mutex(State(slot: slot, anchor: nil))
        try logIn()
    }

    /// Some tokens in software rewrite their store at each log-in, and others who start at that moment stumble over it. So
    /// this is tried a few times; the log-in that follows is not.
    static func find(_ configuration: TokenConfiguration) throws(PKCS11Error) -> (module: Module, slot: Slot) {
        guard configuration.uri.namesToken else { throw .uri("names no token: \(configuration.uri)") }
        var pause: UInt32 = 50_000
        while true {
            do throws(PKCS11Error) {
                let module = try Module.load(
                    path: configuration.modulePath, reserved: configuration.initializationString,
                    allowingSpy: configuration.allowsSpy)
                return (module, try module.slot(matching: configuration.uri))
            } catch let error where pause <= 200_000 && [.suspect, .gone].contains(Remedy(error)) {
                usleep(pause)
                pause *= 2
            }
        }
    }

    /// A new session of the logged-in user. The caller counts it by `sessionOpened` and `sessionClosed`.
    func openSession() throws(PKCS11Error) -> Session {
        try logIn()
        return try state.withLock { $0.slot }.openSession()
    }

    /// Logs in where the token says that nobody is: at the start, and after it lost its sessions.
    ///
    /// One thread at a time: the others find the work done, or failed.
    private func logIn() throws(PKCS11Error) {
        let asked = DispatchTime.now().uptimeNanoseconds
        try state.withLock { state throws(PKCS11Error) in
            if let fault = state.pinFault { throw fault }
            guard !state.isClosed else { throw .token("token \(configuration.name) is closed") }
            // A stale anchor shows at its first call, and goes.
            if let anchor = state.anchor.take(), let isLoggedIn = try? anchor.isLoggedIn() {
                if !isLoggedIn { try state.logIn(.user, anchor, pin, askedAt: asked) }
                state.anchor = consume anchor
                return
            }
            let anchor = try state.slot.openSession()
            guard try anchor.slot.tokenInfo().flags.contains(.loginRequired) else {
                state.anchor = consume anchor
                return
            }
            try state.logIn(.user, anchor, pin, askedAt: asked)
            state.anchor = consume anchor
        }
    }

    /// Runs one use of a key that wants the PIN each time, from `C_SignInit` to `C_Sign`: a wrong PIN must not be tried by
    /// every session at once, and some tokens know of one such operation at a time.
    func oneAtATime<Result>(_ body: () throws(SessionFault) -> Result) throws(SessionFault) -> Result {
        let asked = DispatchTime.now().uptimeNanoseconds
        // Not the whole deadline: behind a call that hangs, a session is to be of use to other keys again.
        let patience = Int(clamping: (configuration.deadline / 2).wholeNanoseconds)
        guard confirmations.wait(timeout: .now() + .nanoseconds(patience)) == .success else {
            throw SessionFault(.occupied)
        }
        defer { confirmations.signal() }
        do throws(PKCS11Error) {
            try state.withLock { state throws(PKCS11Error) in try state.checkLogIn(askedAt: asked) }
        } catch {
            throw SessionFault(error)
        }
        return try body()
    }

    /// Gives the PIN between `C_SignInit` and `C_Sign` of a key that wants it each time.
    func confirm(_ session: borrowing Session) throws(PKCS11Error) {
        let asked = DispatchTime.now().uptimeNanoseconds
        try state.withLock { state throws(PKCS11Error) in
            try state.logIn(.contextSpecific, session, pin, askedAt: asked)
        }
    }

    /// Closes the anchor; with it, if it was the last session, the log-in ends.
    func close() {
        let anchor = state.withLock { state in
            state.isClosed = true
            return state.anchor.take()
        }
        _ = consume anchor
    }

    func tokenInfo() throws(PKCS11Error) -> TokenInfo {
        try state.withLock { $0.slot }.tokenInfo()
    }

    func sessionOpened() { sessions.add(1, ordering: .relaxed) }
    func sessionClosed() { sessions.subtract(1, ordering: .relaxed) }
    /// Open sessions, the anchor not counted.
    var sessionCount: Int { sessions.load(ordering: .relaxed) }
}

extension TokenConnection.State {
    /// - Parameter asked: when the caller began to wait. A log-in that has failed since then, or a moment before, has failed
    ///   for the caller too: whatever it failed for, the PIN may have been counted as tried.
    /// - Throws: why a log-in is not to be tried.
    fileprivate func checkLogIn(askedAt asked: UInt64) throws(PKCS11Error) {
        if let pinFault { throw pinFault }
        if let failure, asked <= failure.until { throw failure.error }
    }

    /// The one place where the PIN is given away.
    fileprivate mutating func logIn(
        _ user: Session.User, _ session: borrowing Session, _ pin: borrowing PIN, askedAt asked: UInt64
    ) throws(PKCS11Error) {
        try checkLogIn(askedAt: asked)
        do throws(PKCS11Error) {
            try session.logIn(user, pin: pin)
            failure = nil
        } catch {
            // The same wrong PIN once more could lock the token.
            if Remedy(error) == .pin { pinFault = error }
            let count = min((failure?.count ?? 0) + 1, 6)
            // 50 ms to 1.6 s: shorter than the breaker's pause, which other keys' successes end. A session that had gone stale
            // is no reason to wait, once.
            let pause: UInt64 = Remedy(error) == .anew && count == 1 ? 0 : 25_000_000 << count
            failure = (error, count, DispatchTime.now().uptimeNanoseconds &+ pause)
            throw error
        }
    }
}
