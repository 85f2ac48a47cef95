import Dispatch
import Synchronization

@testable import Ledger

/// Holds the journal's thread in fdatasync until a test lets it go on.
final class Gate: Sendable {
    private let held = Mutex(false)
    private let entered = Mutex(0)
    private let release = DispatchSemaphore(value: 0)

    /// How often fdatasync was called.
    var calls: Int { entered.withLock { $0 } }

    /// From now on every fdatasync waits.
    func close() { held.withLock { $0 = true } }

    /// Lets the one that waits go on, and all that follow.
    func open() {
        held.withLock { $0 = false }
        release.signal()
    }

    var operations: FileOperations {
        FileOperations { operation, _, _ in
            guard operation == .synchronizeData else { return nil }
            self.entered.withLock { $0 += 1 }
            if self.held.withLock({ $0 }) { self.release.wait() }
            return nil
        }
    }
}

/// Waits for what is about to happen in another task or thread.
func until(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}
