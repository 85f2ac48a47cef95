import NIOCore

/// Cuts a stream of bytes into lines that end with LF. Holds no more than the longest line and what one read brought.
struct LineSplitter {
    enum Piece: Equatable {
        /// Without its LF. A CR before it is left as it is.
        case line([UInt8])
        /// More bytes than allowed came without an LF between; nothing behind them can be told apart any more.
        case tooLong
    }

    /// The most bytes that a line may have, its LF not counted.
    let maximum: Int
    private var received = ByteBuffer()
    /// How many of the received bytes are known to hold no LF.
    private var searched = 0

    init(maximum: Int) { self.maximum = maximum }

    /// Whether a line has begun and not ended, or one has ended and not been taken.
    var isEmpty: Bool { received.readableBytes == 0 }

    /// Of what has come and not been taken.
    var count: Int { received.readableBytes }

    mutating func append(_ bytes: ByteBuffer) {
        if isEmpty {
            received = bytes
        } else {
            received.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole line, or that there will never be one; `nil` until more bytes come.
    mutating func next() -> Piece? {
        let unsearched = received.readableBytesView.dropFirst(searched)
        guard let end = unsearched.firstIndex(of: UInt8(ascii: "\n")) else {
            searched = received.readableBytes
            return searched > maximum ? .tooLong : nil
        }
        let length = searched + unsearched.distance(from: unsearched.startIndex, to: end)
        guard length <= maximum, let line = received.readBytes(length: length) else { return .tooLong }
        received.moveReaderIndex(forwardBy: 1)
        searched = 0
        if isEmpty { received = ByteBuffer() }
        return .line(line)
    }

    /// What stands behind the last LF, at the end of the stream; `nil` where that is nothing.
    mutating func rest() -> [UInt8]? {
        defer { drop() }
        return isEmpty ? nil : received.readBytes(length: received.readableBytes)
    }

    /// Forgets what has come and not been taken.
    mutating func drop() {
        received = ByteBuffer()
        searched = 0
    }
}
