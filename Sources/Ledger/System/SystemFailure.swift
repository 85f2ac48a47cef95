internal import Glibc

/// A system call that failed.
package struct SystemFailure: Hashable, Sendable, CustomStringConvertible {
    package let operation: FileOperation
    package let path: String
    /// `errno` of the call.
    package let code: Int32

    /// Whether there was no room: on the disk, in a quota, or for another open file.
    var meansFull: Bool { [ENOSPC, EDQUOT, EMFILE, ENFILE].contains(code) }

    /// Whether there is nothing by that name.
    var meansAbsent: Bool { code == ENOENT }

    package var description: String {
        "\(operation.rawValue) \(path): \(unsafe String(cString: strerror(code)))"
    }
}
