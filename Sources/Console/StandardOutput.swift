import Glibc

/// Where a person, or the next program of a pipe, reads results.
package enum StandardOutput {
    /// Writes all of it.
    ///
    /// - Throws: the errno of write(2): a full disk, a closed descriptor, a reader that has gone.
    package static func write(_ text: String) throws(Failure) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Failure(number: errno) }
            rest.removeFirst(written)
        }
    }

    package struct Failure: Error {
        package let number: Int32
    }
}
