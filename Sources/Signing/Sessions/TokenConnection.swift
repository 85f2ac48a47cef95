import Dispatch
import Glibc
import PKCS11
import Synchronization

/// A token that this process is logged in to: one log-in for all sessions, kept up by an idle one, the anchor.
final class TokenConnection: Sendable {
    let configuration: TokenConfiguration
    let modulePath: String
    private let slot: Slot
    private let pins: PINGuard
    /// Never used to sign: while it is open, closing another session does not log out. Held during a log-in for all, so by
    /// those alone who need a session.
    private let anchor = Mutex<Session?>(nil)
    private let isClosed = Atomic<Bool>(false)
    private let sessions = Atomic<Int>(0)

    /// Finds the token and logs in. The PIN is tried once.
    init(_ configuration: TokenConfiguration, _ pins: PINGuard) throws(PKCS11Error) {
        let (module, slot) = try Self.find(configuration)
        modulePath = module.path
        self.slot = slot
        self.configuration = configuration
        self.pins = pins
        _ = try pins.pin()
        try logIn()
    }

    /// Some tokens in software rewrite their store at each log-in, and others who start at that moment stumble over it. So
    /// this is tried a few times; the log-in that follows is not.
    static func find(_ configuration: TokenConfiguration) throws(PKCS11Error) -> (module: Module, slot: Slot) {
        guard configuration.uri.namesToken else { throw .uri("names no token: \(configuration.uri)") }
        var pause: UInt32 = 50_000
        while true {
            do throws(PKCS11Error) {
                let module = try module(configuration)
                return (module, try module.slot(matching: configuration.uri))
            } catch let error where pause <= 200_000 && [.suspect, .gone].contains(Remedy(error)) {
                usleep(pause)
                pause *= 2
            }
        }
    }

    static func module(
        _ configuration: TokenConfiguration, isInitialized: Bool = true
    ) throws(PKCS11Error) -> Module {
        try Module.load(
            path: configuration.modulePath, reserved: configuration.initializationString,
            allowingSpy: configuration.allowsSpy, isInitialized: isInitialized)
    }

    /// A new session of the logged-in user. The caller counts it by `sessionOpened` and `sessionClosed`.
    func openSession() throws(PKCS11Error) -> Session {
        try logIn()
        return try slot.openSession()
    }

    /// Logs in where the token says that nobody is: at the start, and after it lost its sessions.
    ///
    /// One thread at a time: the others find the work done, or failed.
    private func logIn() throws(PKCS11Error) {
        let asked = DispatchTime.now().uptimeNanoseconds
        try anchor.withLock { anchor throws(PKCS11Error) in
            try pins.check()
            guard !isClosed.load(ordering: .acquiring) else {
                throw .token("token \(configuration.name) is closed")
            }
            // A stale anchor shows at its first call, and goes.
            if let kept = anchor.take(), let isLoggedIn = try? kept.isLoggedIn() {
                if !isLoggedIn { try logInForAll(kept, askedAt: asked) }
                anchor = consume kept
                return
            }
            let fresh = try slot.openSession()
            if try slot.tokenInfo().flags.contains(.loginRequired), try !fresh.isLoggedIn() {
                try logInForAll(fresh, askedAt: asked)
            }
            anchor = consume fresh
        }
    }

    private func logInForAll(_ session: borrowing Session, askedAt asked: UInt64) throws(PKCS11Error) {
        // A use that hangs with the PIN does not keep the other keys out for ever.
        let isAlone = waitForPINUse()
        defer { if isAlone { pins.use.signal() } }
        try pins.check(askedAt: asked)
        try pins.begin()
        try givePIN(.user, session)
    }

    /// Runs one use of a key that wants the PIN each time, from `C_SignInit` to `C_Sign`: a wrong PIN must not be tried by
    /// every session at once, and some tokens know of one such operation at a time.
    func oneAtATime<Result>(_ body: () throws(SessionFault) -> Result) throws(SessionFault) -> Result {
        let asked = DispatchTime.now().uptimeNanoseconds
        guard waitForPINUse() else { throw SessionFault(.occupied) }
        defer { pins.use.signal() }
        do throws(PKCS11Error) {
            try pins.check(askedAt: asked)
        } catch {
            throw SessionFault(error)
        }
        return try body()
    }

    /// Gives the PIN between `C_SignInit` and `C_Sign` of a key that wants it each time; only inside `oneAtATime`.
    func confirm(_ session: borrowing Session) throws(PKCS11Error) {
        try pins.check(askedAt: DispatchTime.now().uptimeNanoseconds)
        try givePIN(.contextSpecific, session)
    }

    /// Not for the whole deadline: behind a call that hangs, a session is to be of use to other keys again.
    private func waitForPINUse() -> Bool {
        let patience = Int(clamping: (configuration.deadline / 2).wholeNanoseconds)
        return pins.use.wait(timeout: .now() + .nanoseconds(patience)) == .success
    }

    /// The one place where the PIN is given away.
    private func givePIN(_ user: Session.User, _ session: borrowing Session) throws(PKCS11Error) {
        do throws(PKCS11Error) {
            try session.logIn(user, pin: pins.pin().pin)
        } catch {
            pins.note(error)
            throw error
        }
        pins.noteSuccess()
    }

    /// Gives no more sessions; those that are open go on, and with the last of them what keeps the log-in up.
    func retire() { isClosed.store(true, ordering: .releasing) }

    /// Closes the anchor; with it, if it was the last session, the log-in ends.
    func close() {
        isClosed.store(true, ordering: .releasing)
        let last = anchor.withLock { $0.take() }
        _ = consume last
    }

    func tokenInfo() throws(PKCS11Error) -> TokenInfo { try slot.tokenInfo() }

    func sessionOpened() { sessions.add(1, ordering: .relaxed) }
    func sessionClosed() { sessions.subtract(1, ordering: .relaxed) }
    /// Open sessions, the anchor not counted.
    var sessionCount: Int { sessions.load(ordering: .relaxed) }
}
