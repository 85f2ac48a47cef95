import Glibc

/// A line that tells a person at a terminal how far something has come; nothing where nobody watches.
package struct ProgressLine {
    private let text: String
    private let isWatched: Bool
    private var percent = -1

    /// - Parameter text: what is being done.
    package init(_ text: String) {
        self.text = text
        isWatched = isatty(STDERR_FILENO) == 1
    }

    /// - Parameters:
    ///   - done: how much of `total`; more than that counts as all of it.
    package mutating func update(_ done: Int, of total: Int) {
        let now = total > 0 ? Int(Double(min(done, total)) / Double(total) * 100) : 100
        guard isWatched, now != percent else { return }
        percent = now
        StandardError.write("\r\(text): \(now) %")
    }

    /// Takes the line away.
    package func end() {
        guard isWatched, percent >= 0 else { return }
        StandardError.write("\r\u{1b}[K")
    }
}
