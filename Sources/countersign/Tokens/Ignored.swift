import Glibc

/// Signals that do nothing for a while.
struct Ignored {
    private let before: [(number: Int32, handler: __sighandler_t?)]

    init(_ numbers: [Int32]) { before = numbers.map { ($0, signal($0, SIG_IGN)) } }

    func end() { for (number, handler) in before { signal(number, handler) } }
}
