import Glibc

/// Where a person reads what went wrong.
package enum StandardError {
    /// Writes all of it; where that fails there is nowhere left to say so.
    package static func write(_ text: String) {
        try? writeAll(Array(text.utf8), to: STDERR_FILENO)
    }
}

/// The C library's words for an error number.
package func describe(_ number: Int32) -> String {
    unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
}
