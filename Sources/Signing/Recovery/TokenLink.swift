import Dispatch
import PKCS11
import Synchronization

/// The way to a token, made anew when it is lost; sessions go by the connection of the moment.
final class TokenLink: Sendable {
    let configuration: TokenConfiguration
    let pins: PINGuard
    private let current = Mutex<TokenConnection?>(nil)
    /// Whether a thread is at it: one that hangs is not joined by others.
    private let isConnecting = Atomic<Bool>(false)
    /// When it began, in nanoseconds of uptime.
    private let connectingSince = Atomic<UInt64>(0)
    private let isClosed = Atomic<Bool>(false)

    init(_ configuration: TokenConfiguration) throws(PKCS11Error) {
        self.configuration = configuration
        pins = try PINGuard(configuration)
    }

    /// `nil` where there is none.
    var connection: TokenConnection? { current.withLock { $0 } }

    /// Finds the token and logs in. The PIN is tried once.
    func connect(_ depth: RecoveryLadder.Depth) throws(PKCS11Error) {
        guard !isConnecting.exchange(true, ordering: .acquiringAndReleasing) else {
            throw .token("the module of token \(configuration.name) does not return from a call")
        }
        connectingSince.store(DispatchTime.now().uptimeNanoseconds, ordering: .relaxed)
        defer { isConnecting.store(false, ordering: .releasing) }
        try pins.check()
        if depth == .module {
            let module = try TokenConnection.module(configuration, isInitialized: false)
            try SharedModule.named(module.path).initializeAnew(
                module, reserved: configuration.initializationString, waiting: configuration.deadline)
        }
        let fresh = try TokenConnection(configuration, pins)
        let old = current.withLock { current in
            defer { current = isClosed.load(ordering: .acquiring) ? nil : fresh }
            return current
        }
        // What is still in use of it is closed by who uses it: behind a call that hangs, nobody waits.
        old?.retire()
        noteReachable(true)
    }

    /// Whether a call that connects takes longer than all of them may together.
    var hangs: Bool {
        guard isConnecting.load(ordering: .acquiring) else { return false }
        let elapsed = DispatchTime.now().uptimeNanoseconds &- connectingSince.load(ordering: .relaxed)
        return elapsed > configuration.deadline.wholeNanoseconds.multipliedReportingOverflow(by: 3).partialValue
    }

    func noteReachable(_ isReachable: Bool) {
        guard let path = connection?.modulePath else { return }
        SharedModule.named(path).note(configuration.name, isReachable: isReachable)
    }

    /// Closes the session that keeps the log-in up; with it, if it was the last one, the log-in ends.
    func close() {
        isClosed.store(true, ordering: .releasing)
        noteReachable(false)
        let last = current.withLock { $0.take() }
        last?.close()
    }
}
