import Dispatch
import Synchronization

/// Lets calls into a module pass, many at a time; and none while it is initialised anew, after which what was had from it before, slots and
/// sessions, is known to be void: their identifiers may come again and be another's.
final class CallGate: Sendable {
    /// The generation in the upper half; below it one bit that closes the gate, and how many calls are inside.
    private let state = Atomic<UInt64>(0)
    /// Signalled by the last call to leave a gate that was closed.
    private let emptied = DispatchSemaphore(value: 0)

    private static let closed: UInt64 = 1 << 31
    private static let inside: UInt64 = closed - 1

    /// How often the module was initialised anew.
    var generation: UInt32 { UInt32(state.load(ordering: .acquiring) >> 32) }

    /// - Returns: whether a call may be made with something of that generation; then `leave` has to follow it.
    @inline(__always)
    func enter(_ generation: UInt32) -> Bool {
        let old = state.wrappingAdd(1, ordering: .acquiring).oldValue
        if old & Self.closed == 0, old >> 32 == UInt64(generation) { return true }
        leave()
        return false
    }

    @inline(__always)
    func leave() {
        let new = state.wrappingSubtract(1, ordering: .releasing).newValue
        if new & Self.closed != 0, new & Self.inside == 0 { emptied.signal() }
    }

    /// Lets no more calls in and waits for those inside. One thread at a time.
    ///
    /// - Returns: whether there are none; else the gate is open again, as it was.
    func close(within limit: Duration) -> Bool {
        let old = state.bitwiseOr(Self.closed, ordering: .acquiringAndReleasing).newValue
        let (seconds, attoseconds) = limit.components
        let end = DispatchTime.now() + .seconds(Int(clamping: seconds)) + .nanoseconds(Int(attoseconds / 1_000_000_000))
        if old & Self.inside == 0 { return true }
        // It is rung too for a call that only looked in: what counts is who is inside.
        while emptied.wait(timeout: end) == .success {
            if state.load(ordering: .acquiring) & Self.inside == 0 { return true }
        }
        state.bitwiseAnd(~Self.closed, ordering: .releasing)
        return false
    }

    /// Opens a gate that was closed, for what is had from now on.
    func openAnew() {
        let old = state.load(ordering: .acquiring)
        // Those who look in meanwhile add one and take it away again.
        state.wrappingAdd((1 << 32) &- (old & Self.closed), ordering: .releasing)
    }
}
