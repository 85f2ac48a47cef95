internal import Glibc

/// A system call that failed.
package struct SystemFailure: Hashable, Sendable, CustomStringConvertible {
    package let operation: FileOperation
    package let path: String
    /// `errno` of the call.
    package let code: Int32

    /// Whether there was no room: on the disk, in a quota, or for another open file.
    var meansFull: Bool { [ENOSPC, EDQUOT, EMFILE, ENFILE].contains(code) }

    /// What the journal lacks, where `meansFull`.
    var lack: String {
        [EMFILE, ENFILE].contains(code) ? "no more files can be opened for the journal" : "no room for the journal"
    }

    /// What its operator can do, where `meansFull`.
    var advice: String {
        switch code {
        case EMFILE: "let the daemon have more files open (LimitNOFILE in its unit, ulimit -n in a shell)"
        case ENFILE: "let the system have more files open (sysctl fs.file-max)"
        case EDQUOT: "make room within the quota of its file system, or raise it"
        default: "make room on its file system"
        }
    }

    /// Whether there is nothing by that name.
    var meansAbsent: Bool { code == ENOENT }

    package var description: String {
        "\(operation.rawValue) \(path): \(unsafe String(cString: strerror(code)))"
    }
}
