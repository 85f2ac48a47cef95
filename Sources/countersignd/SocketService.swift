import Authority
import Configuration
import JSONRPC
import Logging
import ServiceLifecycle
import SigningService
import Timekeeping
import UnixSocket

/// The socket with the router behind it, as something that starts, drains and stops.
struct SocketService: Service {
    private let server: SocketServer
    private let router: Router<ServicePolicy>
    private let drainTime: Duration

    /// - Throws: where the socket's place is taken or not to be had.
    init(
        _ configuration: ServiceConfiguration, _ router: Router<ServicePolicy>, _ logger: Logger
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
            router.refusal(.invalidRequest(refusal.reason), to: Requester(peer))
        }
        self.router = router
        drainTime = .seconds(limits.drainTimeout.seconds)
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.run { line, connection in
                await router.respond(to: line, from: Requester(connection.peer))
            }
        } onGracefulShutdown: {
            server.beginShutdown(within: drainTime)
        }
    }
}

extension Requester {
    fileprivate init(_ peer: PeerCredentials) {
        self.init(uid: peer.uid, gid: peer.gid, pid: peer.pid)
    }
}

extension Refusal {
    fileprivate var reason: String {
        switch self {
        case .lineTooLong(let maximum): "a line of more than \(maximum) bytes"
        case .tooManyConnections(let maximum): "there are \(maximum) connections already"
        case .tooManyConnectionsOfUser(let maximum): "you have \(maximum) connections already"
        }
    }
}
