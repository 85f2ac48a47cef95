import Glibc

/// What goes wrong with a socket, in words that a person can act upon.
package enum SocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A socket address holds 107 bytes and a NUL (unix(7)).
    case pathTooLong(String, maximum: Int)
    /// Empty, or with a NUL in it.
    case invalidPath(String)
    /// Something else has that name: it is not replaced.
    case notASocket(String)
    /// A server listens there.
    case alreadyInUse(String)
    /// A system call failed.
    case system(call: String, path: String, errno: Int32)
    /// The transport failed: its own words.
    case transport(String)
    /// The other side sent a line that is longer than this.
    case lineTooLong(maximum: Int)

    package var description: String {
        switch self {
        case .pathTooLong(let path, let maximum):
            "\(path) has \(path.utf8.count) bytes; the path of a socket has at most \(maximum)"
        case .invalidPath(let path): "\"\(path.filter { $0 != "\0" })\" is not a path"
        case .notASocket(let path): "\(path) exists and is not a socket; it is left alone"
        case .alreadyInUse(let path): "a server already listens on \(path)"
        case .system(let call, let path, let errno): "\(call) \(path): \(unsafe String(cString: strerror(errno)))"
        case .transport(let reason): reason
        case .lineTooLong(let maximum): "the server sent a line of more than \(maximum) bytes"
        }
    }
}
