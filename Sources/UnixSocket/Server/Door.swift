import Glibc
import NIOCore
import NIOPosix

/// Accepts whoever waits at a listening socket, as NIO would if it went on listening.
struct Door {
    private let listener: any Channel
    private let eventLoops: MultiThreadedEventLoopGroup
    private let welcome: @Sendable (any Channel) throws -> Void

    /// - Parameter welcome: called for each client on its event loop, before its channel is active.
    init(
        _ listener: any Channel, _ eventLoops: MultiThreadedEventLoopGroup,
        welcome: @escaping @Sendable (any Channel) throws -> Void
    ) {
        self.listener = listener
        self.eventLoops = eventLoops
        self.welcome = welcome
    }

    /// On the listener's event loop.
    ///
    /// - Returns: of each client, that it is welcome or gone.
    func acceptAll() -> [EventLoopFuture<Void>] {
        var clients: [EventLoopFuture<Void>] = []
        // For want of a descriptor, too: who is left is turned away.
        while let socket = next() {
            let client = ClientBootstrap(group: eventLoops)
                .channelInitializer { [welcome] channel in
                    channel.eventLoop.makeCompletedFuture { try welcome(channel) }
                }
                .withConnectedSocket(socket)
            clients.append(client.map { _ in })
        }
        return clients
    }

    private func next() -> NIOBSDSocket.Handle? {
        let pipeline = listener.pipeline.syncOperations
        let socket = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { listening in
            while true {
                // Does not block, as the listening socket does not.
                let socket = accept(listening, nil, nil)
                if socket >= 0 || errno != EINTR { return socket }
            }
        }
        guard let socket, socket >= 0 else { return nil }
        return socket
    }
}
