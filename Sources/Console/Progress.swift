import Glibc

/// Tells a person at a terminal what is going on; nothing where nobody watches.
package enum Progress {
    package static func say(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        StandardError.write("\(text) …\n")
    }
}
