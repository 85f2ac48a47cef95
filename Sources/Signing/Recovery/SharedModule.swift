import Dispatch
import PKCS11
import Synchronization

/// A module as the tokens of this process share it: initialising it anew for one of them interrupts them all.
final class SharedModule: Sendable {
    private struct State {
        var reachable: Set<String> = []
        /// When it was initialised anew last, in nanoseconds of uptime.
        var last: UInt64?
    }

    private let state = Mutex(State())
    private static let all = Mutex<[String: SharedModule]>([:])

    static func named(_ path: String) -> SharedModule {
        all.withLock { modules in
            let module = modules[path] ?? SharedModule()
            modules[path] = module
            return module
        }
    }

    /// How long a token that works is spared at least, in nanoseconds.
    private static let grace: UInt64 = 30_000_000_000

    /// - Parameter token: by name: whether it can be reached now.
    func note(_ token: String, isReachable: Bool) {
        state.withLock { if isReachable { $0.reachable.insert(token) } else { $0.reachable.remove(token) } }
    }

    /// Initialises the module anew, unless that would interrupt another token too soon after the last time.
    ///
    /// - Parameters:
    ///   - reserved: the library's parameter string.
    ///   - limit: for how long calls that are inside are waited for.
    func initializeAnew(
        _ module: Module, reserved: String?, waiting limit: Duration
    ) throws(PKCS11Error) {
        let now = DispatchTime.now().uptimeNanoseconds
        let isSpared = state.withLock { state in
            if !state.reachable.isEmpty, let last = state.last, now &- last < Self.grace { return true }
            state.last = now
            return false
        }
        guard !isSpared else { return }
        try module.initializeAnew(reserved: reserved, waiting: limit)
    }
}
