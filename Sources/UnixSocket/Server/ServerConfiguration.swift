/// Where a server listens and what it lets a peer take.
package struct ServerConfiguration: Sendable {
    /// At most 107 bytes.
    package var path: String
    /// The permissions of the socket's file: who may write to it may connect.
    package var mode: UInt32 = 0o660
    /// Of threads that move bytes.
    package var eventLoops = 1
    package var limits = Limits()

    package init(path: String) { self.path = path }

    package struct Limits: Hashable, Sendable {
        /// The most bytes that a line may have, its LF not counted.
        package var lineLength = 262_144
        package var connections = 4096
        package var connectionsPerUser = 1024
        /// The most lines of one connection that are being answered; the rest wait, at last in the client.
        package var linesInFlight = 32
        /// The bytes that begun and unanswered lines of all connections together may have; 16 KiB of each connection are beside.
        package var lineMemory = 32 << 20
        /// The most bytes of answers that wait for one client before no more of its lines are read.
        package var unsentBytes = 262_144
        /// How long a line may take from its first byte to its LF.
        package var lineTime = Duration.seconds(30)
        /// How long a client may take none of what is sent to it.
        package var stallTime = Duration.seconds(30)
        /// How long a refused client is listened to, so that it can read why.
        package var lingerTime = Duration.seconds(1)
        /// The most clients that are listened to though there is no room for their connections; what one of them sends may be as
        /// long as a line. Each takes a descriptor.
        package var lingeringRefusals = 64

        package init() {}
    }
}

/// Why a connection is closed by the server; the client is told in one line.
package enum Refusal: Hashable, Sendable {
    case lineTooLong(maximum: Int)
    case tooManyConnections(maximum: Int)
    /// Of one user.
    case tooManyConnectionsOfUser(maximum: Int)
}
