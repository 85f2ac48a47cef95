import NIOCore

/// Tells a client why it is not served, and closes once the client has had time to read that: closed with bytes of its own unread,
/// its next write would fail before it had read a thing.
final class RefusingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let line: [UInt8]
    private let time: TimeAmount?
    /// How many more bytes of the client are read and forgotten.
    private var bytesLeft: Int
    private var end: Scheduled<Void>?
    private var onEnd: (() -> Void)?

    /// - Parameters:
    ///   - line: without LF.
    ///   - time: how long the client is listened to; `nil` closes at once.
    ///   - bytes: how much of it is listened to.
    ///   - onEnd: called once, when the connection is no more.
    init(line: [UInt8], listeningFor time: Duration?, bytes: Int, onEnd: @escaping () -> Void) {
        self.line = line
        self.time = time.map { TimeAmount($0) }
        bytesLeft = bytes
        self.onEnd = onEnd
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: line + [UInt8(ascii: "\n")])), promise: nil)
        guard let time else { return context.close(promise: nil) }
        end = context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytesLeft -= unwrapInboundIn(data).readableBytes
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if bytesLeft > 0 { context.read() } else { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { leave() }

    /// A channel that never became active does not become inactive either.
    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        end?.cancel()
        onEnd?()
        onEnd = nil
    }
}
