import Synchronization

@testable import Ledger

/// What was asked of the file system, in order, with the tests' own remarks in between.
final class Trace: Sendable {
    struct Entry: Hashable {
        let operation: FileOperation
        /// The last part of the path.
        let name: String
    }

    private let list = Mutex<[Entry]>([])

    var entries: [Entry] { list.withLock { $0 } }

    var operations: FileOperations {
        FileOperations { operation, path, _ in
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            self.list.withLock { $0.append(Entry(operation: operation, name: name)) }
            return nil
        }
    }
}
