import NIOCore
import Synchronization

/// A client's connection, as those see it who answer its lines.
package final class Connection: Sendable {
    /// Answers one line, both without LF; `nil` answers nothing. Its task is cancelled when the client is gone.
    package typealias Responder = @Sendable (_ line: [UInt8], _ connection: Connection) async -> [UInt8]?

    /// Counts up from 1, of one server.
    package let id: UInt64
    package let peer: PeerCredentials

    let inbox: Inbox
    private let gone = Atomic(false)
    private let handler: NIOLoopBoundBox<ConnectionHandler?>

    /// To be called on the connection's event loop.
    init(id: UInt64, peer: PeerCredentials, limits: ServerConfiguration.Limits, eventLoop: any EventLoop) {
        self.id = id
        self.peer = peer
        inbox = Inbox(maximumLanes: limits.linesInFlight)
        handler = NIOLoopBoundBox(nil, eventLoop: eventLoop)
    }

    /// Whether the client has hung up or could not be written to. The end of its input alone does not make it gone.
    package var isGone: Bool { gone.load(ordering: .relaxed) }

    /// Answers the connection's lines until it has ended.
    func serve(_ respond: @escaping Responder) async {
        await withDiscardingTaskGroup { group in
            while await inbox.laneWanted() {
                group.addTask {
                    while let line = await self.inbox.next() {
                        self.complete(await respond(line.bytes, self), to: line)
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// Has what was sent until now answered, then closes.
    func drain() {
        handler.eventLoop.execute { self.handler.value?.drain() }
    }

    /// Closes at once.
    func abort() {
        handler.eventLoop.execute { self.handler.value?.abort() }
    }

    private func complete(_ response: [UInt8]?, to line: Line) {
        handler.eventLoop.execute { self.handler.value?.complete(response, to: line) }
    }

    /// On the event loop.
    func attach(_ handler: ConnectionHandler) { self.handler.value = handler }

    /// On the event loop: nothing can be sent any more.
    func detach() {
        gone.store(true, ordering: .relaxed)
        handler.value = nil
        inbox.end()
    }
}
