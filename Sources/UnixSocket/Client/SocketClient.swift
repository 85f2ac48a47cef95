internal import CLinux
import Glibc
import NIOCore
import NIOPosix

/// A connection to a Unix stream socket that speaks in lines.
///
/// Any number of tasks may send and receive; whoever pipelines matches answers to questions itself. All clients of a
/// process share one event loop.
package final class SocketClient: Sendable {
    private static let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let channel: any Channel
    private let mailbox: Mailbox

    private init(channel: any Channel, mailbox: Mailbox) {
        self.channel = channel
        self.mailbox = mailbox
    }

    deinit { channel.close(promise: nil) }

    /// - Parameters:
    ///   - path: of at most 107 bytes.
    ///   - maximumLine: the most bytes that a line of the server's may have.
    package static func connect(to path: String, maximumLine: Int = 16_777_216) async throws(SocketError)
        -> SocketClient
    {
        try SocketFile.check(path)
        let mailbox = Mailbox()
        let bootstrap = ClientBootstrap(group: eventLoops)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ClientHandler(mailbox: mailbox, maximumLine: maximumLine)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            let channel = try await bootstrap.withConnectedSocket(try await connect(path)).get()
            return SocketClient(channel: channel, mailbox: mailbox)
        } catch let error as SocketError {
            throw error
        } catch {
            throw .transport("\(error)")
        }
    }

    /// A connected socket. Where more clients wait than the server has room for, waits with them for a while.
    private static func connect(_ path: String) async throws(SocketError) -> NIOBSDSocket.Handle {
        var attempt = 0
        while true {
            attempt += 1
            var descriptor: NIOBSDSocket.Handle = -1
            let failure = unsafe countersign_connect(path, &descriptor)
            if failure == 0 { return descriptor }
            guard failure == EAGAIN, attempt < 500 else {
                throw .system(call: "connect", path: path, errno: failure)
            }
            do { try await Task.sleep(for: .milliseconds(10)) } catch {
                throw .system(call: "connect", path: path, errno: ECANCELED)
            }
        }
    }

    /// Runs tasks on the clients' event loop, where sending and receiving change no threads. They must never block it.
    package static let executor: any TaskExecutor = EventLoopExecutor(eventLoops.next())

    /// Queues a line, to which an LF is added. Where the connection is no more, receiving will tell.
    package func send(line: [UInt8]) {
        var buffer = channel.allocator.buffer(capacity: line.count + 1)
        buffer.writeBytes(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        channel.writeAndFlush(buffer, promise: nil)
    }

    /// Queues bytes as they are, be they a part of a line or many lines.
    package func send(bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Says that nothing more will be sent; answers still come.
    package func finishSending() {
        channel.writeAndFlush(ByteBuffer()).whenSuccess { [channel] in channel.close(mode: .output, promise: nil) }
    }

    /// The next line, without its LF; `nil` at the end of what the server sends. Closing ends the wait; cancelling does not.
    package func receive() async throws(SocketError) -> [UInt8]? {
        try await mailbox.receive { channel.pipeline.fireUserInboundEventTriggered(MailboxHasRoom()) }.get()
    }

    /// Hangs up: whoever receives gets `nil`.
    package func close() async {
        try? await channel.close()
    }
}
