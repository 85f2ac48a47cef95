import Glibc

/// Where a person, or the next program of a pipe, reads results.
package enum StandardOutput {
    /// Writes all of it.
    package static func write(_ text: String) throws(WriteFailure) {
        try writeAll(Array(text.utf8), to: STDOUT_FILENO)
    }
}
