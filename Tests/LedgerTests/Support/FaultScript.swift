import Synchronization

@testable import Ledger

/// Interferes with the n-th of the calls that matter, and counts them.
final class FaultScript: Sendable {
    private let count = Mutex(0)
    private let nth: Int
    private let matching: Set<FileOperation>
    private let interference: FileOperations.Interference

    init(at nth: Int, of matching: Set<FileOperation>, _ interference: FileOperations.Interference) {
        self.nth = nth
        self.matching = matching
        self.interference = interference
    }

    var operations: FileOperations {
        FileOperations { operation, _, _ in
            guard self.matching.contains(operation) else { return nil }
            let count = self.count.withLock { count in
                count += 1
                return count
            }
            return count == self.nth ? self.interference : nil
        }
    }

    /// Whether the call was made.
    var struck: Bool { count.withLock { $0 >= nth } }
}
