import Authority
import Configuration
import JSONRPC
import Logging
import ServiceLifecycle
import SigningAPI
import SigningService
import Timekeeping
import UnixSocket

/// The socket with the router behind it, as something that starts, drains and stops.
struct SocketService: Service {
    private let server: SocketServer
    private let router: Router<ServicePolicy>
    private let keys: SigningKeys
    private let drainTime: Duration
    /// What tokens get to let go of their sessions when the time to drain is up.
    static let grace = Duration.seconds(2)

    /// - Throws: where the socket's place is taken or not to be had.
    init(
        _ configuration: ServiceConfiguration, _ router: Router<ServicePolicy>, _ keys: SigningKeys, _ logger: Logger
    ) throws(SocketError) {
        let limits = configuration.limits
        var server = ServerConfiguration(path: configuration.socket.path)
        server.mode = UInt32(configuration.socket.mode)
        server.limits.lineLength = configuration.socket.maximumLineBytes
        server.limits.connections = limits.connections
        server.limits.connectionsPerUser = limits.connectionsPerUser
        server.limits.lineTime = .seconds(limits.lineTimeout.seconds)
        server.limits.stallTime = .seconds(limits.writeTimeout.seconds)
        self.server = try SocketServer(server, log: logger) { refusal, peer in
            router.refusal(refusal, to: Requester(peer))
        }
        self.router = router
        self.keys = keys
        drainTime = .seconds(limits.drainTimeout.seconds)
    }

    func run() async throws {
        defer { router.policy.endDrain() }
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await endCalls() }
                try await server.run { line, connection in
                    await router.respond(to: line, from: Requester(connection.peer))
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            router.policy.beginDrain()
            server.beginShutdown(within: drainTime)
        }
    }

    /// When the time to drain is up, whoever waits for a token's answer is told that none came: cancelling alone would leave
    /// them waiting for as long as one call may take.
    private func endCalls() async {
        do {
            try await gracefulShutdown()
            try await Task.sleep(for: drainTime)
        } catch {
            return
        }
        await keys.close(within: Self.grace)
    }
}

extension Requester {
    fileprivate init(_ peer: PeerCredentials) {
        self.init(uid: peer.uid, gid: peer.gid, pid: peer.pid, groups: peer.groups)
    }
}

extension Router<ServicePolicy> {
    fileprivate func refusal(_ refusal: Refusal, to requester: Requester) -> [UInt8] {
        switch refusal {
        case .lineTooLong(let maximum):
            self.refusal(.invalidRequest("a line of more than \(maximum) bytes"), to: requester)
        case .tooManyConnections(let maximum): policy.refusal(.tooManyConnections(ofAll: maximum), to: requester)
        case .tooManyConnectionsOfUser(let maximum): policy.refusal(.tooManyConnections(ofUser: maximum), to: requester)
        }
    }
}
