import Logging
import NIOCore

/// Stops accepting for a moment when the process or the system has no descriptor left. The clients wait in the kernel;
/// trying again at once would fail at once, and take a whole core to do so.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let length = TimeAmount.milliseconds(250)

    private let log: Logger

    init(log: Logger) { self.log = log }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        log.warning("no connection can be accepted for now", metadata: ["error": "\(error)"])
        guard let options = context.channel.syncOptions else { return }
        try? options.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.length) {
            // Fails where the channel has been closed meanwhile: then there is nothing left to accept.
            try? options.setOption(.autoRead, value: true)
        }
    }
}
