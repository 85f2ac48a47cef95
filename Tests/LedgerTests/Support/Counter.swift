import Synchronization

/// A number that tasks share.
final class Counter: Sendable {
    private let number: Mutex<Int>

    init(_ start: Int = 0) { number = Mutex(start) }

    var value: Int { number.withLock { $0 } }

    func add(_ difference: Int = 1) { number.withLock { $0 += difference } }
}
