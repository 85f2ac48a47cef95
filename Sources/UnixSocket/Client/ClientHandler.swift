import NIOCore

/// A client's connection on its event loop.
final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let mailbox: Mailbox
    private var lines: LineSplitter
    private var hasRoom = true

    init(mailbox: Mailbox, maximumLine: Int) {
        self.mailbox = mailbox
        lines = LineSplitter(maximum: maximumLine)
    }

    func channelActive(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lines.append(unwrapInboundIn(data))
        while let piece = lines.next() {
            switch piece {
            case .line(let line): hasRoom = mailbox.deliver(line)
            case .tooLong:
                mailbox.end(.failure(.lineTooLong(maximum: lines.maximum)))
                return context.close(promise: nil)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasRoom { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is MailboxHasRoom:
            hasRoom = true
            context.read()
        case ChannelEvent.inputClosed:
            if let rest = lines.rest() { _ = mailbox.deliver(rest) }
            mailbox.end(.success(nil))
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        mailbox.end(.failure(.transport("\(error)")))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        mailbox.end(.success(nil))
    }
}

/// Sent through the pipeline when a full mailbox has been emptied.
struct MailboxHasRoom: Sendable {}
