import Glibc
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Listens on a Unix stream socket and has every line that comes answered with a line.
///
/// A connection's lines are answered side by side, each by a task of its own, and their answers sent as they come. What
/// limits allow is bounded; what exceeds them is told why and disconnected.
package final class SocketServer: Sendable {
    private struct State {
        var connections: [UInt64: Connection] = [:]
        var lastID: UInt64 = 0
        var isShuttingDown = false
        /// Nobody is accepted any more.
        var isClosed = false
        /// The event loops take no more work.
        var hasEnded = false
        var listener: (any Channel)?
    }

    private let configuration: ServerConfiguration
    private let refusal: @Sendable (Refusal, PeerCredentials) -> [UInt8]
    private let log: Logger
    private let file: SocketFile
    private let eventLoops: MultiThreadedEventLoopGroup
    private let count: ConnectionCount
    private let memory: LineMemory
    private let state = Mutex(State())
    private let accepted: AsyncStream<Connection>
    private let acceptedEnd: AsyncStream<Connection>.Continuation

    /// Clients that wait to be accepted; the kernel allows no more than net.core.somaxconn.
    private static let backlog: Int32 = 4096

    /// Throws where the path is too long, or taken by a server that lives or by what is no socket.
    package static func checkFree(_ path: String) throws(SocketError) {
        try SocketFile.check(path)
        try SocketFile.checkFree(path)
    }

    /// Listens from now on; clients that connect wait until the server runs, which it has to.
    ///
    /// - Parameter refusal: the line, without LF, that a client is told before it is disconnected.
    /// - Throws: where the path is too long or taken.
    package init(
        _ configuration: ServerConfiguration, log: Logger,
        refusal: @escaping @Sendable (Refusal, PeerCredentials) -> [UInt8]
    ) throws(SocketError) {
        file = try SocketFile(path: configuration.path, mode: configuration.mode, backlog: Self.backlog)
        self.configuration = configuration
        self.refusal = refusal
        self.log = log
        eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.eventLoops))
        count = ConnectionCount(limits: configuration.limits)
        memory = LineMemory(limit: configuration.limits.lineMemory)
        (accepted, acceptedEnd) = AsyncStream.makeStream()
    }

    /// Of lines that have begun or are being answered.
    package var lineBytes: Int { memory.bytes }

    /// Clients that were refused and are still listened to.
    package var lingeringCount: Int { count.lingering }

    /// How many connections there are; those that are refused are none.
    package var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Serves until a shutdown has ended; to be called once. A cancelled task shuts down without grace.
    ///
    /// - Throws: where the server stops listening without having been asked to.
    package func run(_ respond: @escaping Connection.Responder) async throws(SocketError) {
        let failure = await listen()
        if failure != nil { beginShutdown(within: .zero) }
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await connection in accepted {
                    group.addTask { await connection.serve(respond) }
                }
            }
        } onCancel: {
            beginShutdown(within: .zero)
        }
        state.withLock { $0.hasEnded = true }
        try? await eventLoops.shutdownGracefully()
        if let failure { throw failure }
    }

    /// Stops listening, lets what has been sent be answered, and then has `run` return: a connection is closed as soon as all is
    /// answered that had been sent by now, whatever was sent later; that of a client who had connected and was not accepted yet,
    /// too. What is not answered in time is cancelled and its connection closed. Called again, it can only shorten the time.
    package func beginShutdown(within time: Duration) {
        let (connections, listener, isFirst) = state.withLock { state in
            defer { state.isShuttingDown = true }
            return (Array(state.connections.values), state.listener, !state.isShuttingDown)
        }
        if isFirst { file.remove() }
        guard time > .zero else {
            stopAccepting()
            return connections.forEach { $0.abort() }
        }
        connections.forEach { $0.drain() }
        // Without a listener, it is about to begin to listen.
        if isFirst, let listener { acceptRest(of: listener) }
        state.withLock { state in
            guard !state.hasEnded else { return }
            eventLoops.next().scheduleTask(in: TimeAmount(time)) {
                self.beginShutdown(within: .zero)
            }
        }
    }

    /// Accepts those who have connected by now, nobody being able to connect any more, and then nobody.
    private func acceptRest(of listener: any Channel) {
        listener.eventLoop.execute {
            // What the event loops are at may be a client that has just been accepted.
            let loops = self.eventLoops.makeIterator().map { $0.submit {} }
            let clients = Door(listener, self.eventLoops, welcome: self.accept).acceptAll()
            EventLoopFuture.andAllComplete(loops + clients, on: listener.eventLoop).whenComplete { _ in
                self.stopAccepting()
            }
        }
    }

    private func stopAccepting() {
        let listener = state.withLock { state in
            defer { (state.isClosed, state.listener) = (true, nil) }
            return state.listener
        }
        listener?.close(promise: nil)
        acceptedEnd.finish()
    }

    // MARK: Accepting

    /// Begins to accept. A lack of descriptors is waited out; any other failure of the listening socket ends the server.
    private func listen() async -> SocketError? {
        let bootstrap = ServerBootstrap(group: eventLoops)
            .serverChannelInitializer { [log] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(AcceptPause(log: log))
                    // NIO has said 128, whatever options are given for a socket that is bound.
                    _ = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                        Glibc.listen($0, Self.backlog)
                    }
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
            }
        do {
            let listener = try await bootstrap.withBoundSocket(file.descriptor).get()
            let (isLate, isClosed) = state.withLock { state in
                state.listener = state.isClosed ? nil : listener
                return (state.isShuttingDown, state.isClosed)
            }
            if isClosed {
                listener.close(promise: nil)
            } else if isLate {
                acceptRest(of: listener)
            }
            listener.closeFuture.whenComplete { _ in self.stoppedListening() }
            return nil
        } catch {
            return .transport("cannot listen on \(configuration.path): \(error)")
        }
    }

    private func stoppedListening() {
        guard !state.withLock({ $0.isShuttingDown }) else { return }
        log.critical("the socket stopped listening", metadata: ["path": "\(configuration.path)"])
        beginShutdown(within: .seconds(10))
    }

    /// On the connection's event loop, before it is active.
    private func accept(_ channel: any Channel) throws {
        try setOptions(of: channel)
        let pipeline = channel.pipeline.syncOperations
        let credentials = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { socket in
            // NIO accepts without it; a program that this process starts must not keep a connection open.
            _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
            return PeerCredentials(socket: socket)
        }
        guard case let peer?? = credentials else { throw SocketError.transport("a peer without credentials") }
        if let reason = count.enter(peer.uid) {
            return try pipeline.addHandler(refusing(peer, reason))
        }
        guard let connection = register(peer, on: channel.eventLoop) else {
            count.leave(peer.uid)
            throw ChannelError.ioOnClosedChannel
        }
        let handler = ConnectionHandler(
            connection: connection, limits: configuration.limits, memory: memory,
            refusal: { self.refusal($0, peer) },
            onEnd: { self.forget(connection) })
        try pipeline.addHandler(handler)
        acceptedEnd.yield(connection)
        if state.withLock(\.isShuttingDown) { connection.drain() }
    }

    private func setOptions(of channel: any Channel) throws {
        guard let options = channel.syncOptions else { return }
        let unsentBytes = configuration.limits.unsentBytes
        try options.setOption(.autoRead, value: false)
        try options.setOption(.allowRemoteHalfClosure, value: true)
        try options.setOption(
            .writeBufferWaterMark, value: .init(low: unsentBytes / 2, high: max(1, unsentBytes)))
        try options.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 2048, maximum: 65_536))
    }

    /// A refused connection is beside those that are allowed: it may only take little, and not for long.
    private func refusing(_ peer: PeerCredentials, _ reason: Refusal) -> RefusingHandler {
        let limits = configuration.limits
        let lingers = count.enterLingering()
        return RefusingHandler(
            line: refusal(reason, peer), listeningFor: lingers ? limits.lingerTime : nil, bytes: limits.lineLength
        ) { [count] in
            if lingers { count.leaveLingering() }
        }
    }

    /// `nil` where nobody is accepted any more.
    private func register(_ peer: PeerCredentials, on eventLoop: any EventLoop) -> Connection? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.lastID += 1
            let connection = Connection(
                id: state.lastID, peer: peer, limits: configuration.limits, eventLoop: eventLoop)
            state.connections[connection.id] = connection
            return connection
        }
    }

    private func forget(_ connection: Connection) {
        state.withLock { $0.connections[connection.id] = nil }
        count.leave(connection.peer.uid)
    }
}
