import Glibc

/// A client of a Unix socket that sends what no decent client would, and waits in the calling thread.
package final class WireClient {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// - Throws: where nobody listens. Nothing is waited for longer than `patience`.
    package init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestSupportError("no socket: errno \(errno)") }
        var timeout = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < 108 else { throw TestSupportError("\(path) is too long for a socket") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let result = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw TestSupportError("\(path): errno \(errno)") }
    }

    deinit { close(descriptor) }

    package func send(_ octets: [UInt8]) throws {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // With a time-out, no call is begun again by the system (signal(7)).
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw TestSupportError("the peer takes no more: errno \(errno)") }
            rest.removeFirst(count)
        }
    }

    /// Out of band.
    package func send(urgent octet: UInt8) throws {
        let count = unsafe withUnsafeBytes(of: octet) {
            unsafe Glibc.send(descriptor, $0.baseAddress, 1, Int32(MSG_OOB))
        }
        guard count == 1 else { throw TestSupportError("the peer takes nothing out of band: errno \(errno)") }
    }

    package func send(line: String) throws { try send(Array(line.utf8) + [0x0a]) }

    /// The next line without its LF; `nil` where the peer has hung up.
    package func receive() throws -> [UInt8]? {
        while true {
            if let end = received.firstIndex(of: 0x0a) {
                let line = Array(received[..<end])
                received.removeSubrange(...end)
                return line
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count < 0, errno == EINTR { continue }
            if count == 0 || (count < 0 && errno == ECONNRESET) { return nil }
            guard count > 0 else { throw TestSupportError("nothing came: errno \(errno)") }
            received += buffer[..<count]
        }
    }

    /// Says that nothing more will be sent.
    package func closeWriting() { shutdown(descriptor, Int32(SHUT_WR)) }
}
