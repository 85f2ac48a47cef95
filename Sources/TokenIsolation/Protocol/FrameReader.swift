import Glibc

/// Reads messages off a socket, in a thread that may wait for them.
struct FrameReader: ~Copyable {
    private let descriptor: Int32
    private var chunk = [UInt8](repeating: 0, count: 64 << 10)
    private var buffer: [UInt8] = []
    private var start = 0

    /// - Parameter descriptor: stays its owner's.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Waits for the next one; `nil` where the other side has said all that it will, or is gone.
    mutating func next() throws(MalformedFrame) -> Frame? {
        guard try fill(upTo: Frame.headerLength) else { return nil }
        var header = buffer[start..<start + 4]
        let length = Int(try header.takeNumber(UInt32.self))
        guard length >= 1, length <= Frame.longest else { throw MalformedFrame("a message of \(length) octets") }
        guard try fill(upTo: 4 + length) else { return nil }
        let frame = Frame(kind: buffer[start + 4], payload: Array(buffer[start + 5..<start + 4 + length]))
        start += 4 + length
        return frame
    }

    /// - Returns: whether there are so many octets now; not where the socket ended.
    private mutating func fill(upTo count: Int) throws(MalformedFrame) -> Bool {
        guard buffer.count - start < count else { return true }
        buffer.removeFirst(start)
        start = 0
        let descriptor = descriptor
        while buffer.count < count {
            let received = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if received < 0, errno == EINTR { continue }
            // A socket that is broken has ended, too.
            guard received > 0 else { return false }
            buffer += chunk[..<received]
        }
        return true
    }
}
