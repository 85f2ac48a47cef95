#if DEBUG
internal import Glibc
internal import Synchronization
#endif

/// A moment between two steps whose order a promise rests on. A test has the process killed there, as a power failure would.
///
/// `COUNTERSIGN_FAILPOINT=NAME:N` in the environment of a debug build kills it (SIGKILL) at the N-th time. In a release build there is
/// nothing of this.
package enum Failpoint: String, CaseIterable, Sendable {
    // The journal.
    case batchLaidOut
    case batchWritten
    case batchDurable
    case segmentWritten
    case segmentNamed
    case segmentTrimmed
    case recoveryCopied
    case recoveryNamed
    case recoveryAbandoned
    // The corridor.
    case intentDurable
    case signed
    case outcomeDurable
    case revocationDurable
    // The inventory.
    case inventoryApplied
    case inventoryCommitted
    // CRLs.
    case crlWritten
    case crlNamed

    /// Passed at that moment.
    @inline(__always)
    package func pass() {
        #if DEBUG
        Self.countPass(of: self)
        #endif
    }
}

#if DEBUG
extension Failpoint {
    private static let order: (failpoint: Failpoint, times: Int)? = {
        guard let text = unsafe getenv("COUNTERSIGN_FAILPOINT") else { return nil }
        let parts = unsafe String(cString: text).split(separator: ":")
        guard let name = parts.first, let failpoint = Failpoint(rawValue: String(name)) else { return nil }
        return (failpoint, parts.dropFirst().first.flatMap { Int($0) } ?? 1)
    }()

    private static let passes = Atomic(0)

    fileprivate static func countPass(of failpoint: Failpoint) {
        guard let order, order.failpoint == failpoint else { return }
        if passes.wrappingAdd(1, ordering: .relaxed).newValue == order.times { _ = kill(getpid(), SIGKILL) }
    }
}
#endif
