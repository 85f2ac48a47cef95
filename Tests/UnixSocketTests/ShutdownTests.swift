import Logging
import Synchronization
import Testing
import UnixSocket

@Suite("Shutting down")
struct ShutdownTests {
    @Test("answers what is in flight, takes no more, closes every connection")
    func drain() async throws {
        let latch = Latch()
        let taken = Counter()
        let respond: Connection.Responder = { line, _ in
            taken.add()
            await latch.pass()
            return line
        }
        try await withServer(respond: respond) { path, server in
            let idle = try await SocketClient.connect(to: path)
            let busy = try await SocketClient.connect(to: path)
            busy.send("one")
            try await eventually("the line was not taken") { latch.waiting == 1 }
            server.beginShutdown(within: .seconds(60))
            #expect(try await idle.text() == nil)
            busy.send("two")
            await #expect(throws: SocketError.self) { _ = try await SocketClient.connect(to: path) }
            latch.open()
            #expect(try await busy.text() == "one")
            #expect(try await busy.text() == nil)
            #expect(taken.value == 1)
            await idle.close()
            await busy.close()
        }
    }

    @Test("cancels what is not answered in time")
    func deadline() async throws {
        let latch = Latch()
        let cancelled = Counter()
        let respond: Connection.Responder = { line, _ in
            await latch.pass()
            if Task.isCancelled { cancelled.add() }
            return line
        }
        try await withServer(respond: respond) { path, server in
            let client = try await SocketClient.connect(to: path)
            client.send("one")
            try await eventually("the line was not taken") { latch.waiting == 1 }
            server.beginShutdown(within: .milliseconds(20))
            #expect(try await client.text() == nil)
            try await eventually("it was not cancelled") { cancelled.value == 1 }
            await client.close()
        }
    }

    @Test("a cancelled run ends, its connections closed")
    func cancellation() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try SocketServer(ServerConfiguration(path: path), log: log) { _, _ in [] }
        let latch = Latch()
        let client = try await SocketClient.connect(to: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.run { line, _ in
                    await latch.pass()
                    return line
                }
            }
            client.send("one")
            try await eventually("the line was not taken") { latch.waiting == 1 }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(try await client.text() == nil)
        #expect(server.connectionCount == 0)
    }

    @Test("a server that was shut down before it ran ends at once")
    func beforeRun() async throws {
        let folder = try TemporaryFolder()
        let server = try SocketServer(ServerConfiguration(path: folder.path + "/s"), log: Logger(label: "test")) {
            _, _ in []
        }
        server.beginShutdown(within: .seconds(60))
        try await server.run { line, _ in line }
    }
}
