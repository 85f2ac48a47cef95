import Logging
import Synchronization
import Testing
import UnixSocket

@Suite("Shutting down")
struct ShutdownTests {
    @Test("answers what is in flight and what has been sent, and closes every connection")
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
            try await eventually("what is sent while others are in flight was not taken") { latch.waiting == 2 }
            await #expect(throws: SocketError.self) { _ = try await SocketClient.connect(to: path) }
            latch.open()
            #expect(try await [busy.text(), busy.text()].compactMap(\.self).sorted() == ["one", "two"])
            #expect(try await busy.text() == nil)
            #expect(taken.value == 2)
            await idle.close()
            await busy.close()
        }
    }

    @Test("answers every line that came before it, though no more than one at a time is taken", arguments: [1, 2, 10])
    func backlog(_ count: Int) async throws {
        let latch = Latch()
        let respond: Connection.Responder = { line, _ in
            await latch.pass()
            return line
        }
        try await withServer({ $0.limits.linesInFlight = 1 }, respond: respond) { path, server in
            let client = try await SocketClient.connect(to: path)
            // Some wait in the server, some in the kernel.
            let padding = String(repeating: " ", count: 5000)
            client.send(bytes: (1...count).flatMap { Array("\($0)\(padding)\n".utf8) })
            try await eventually("the first line was not taken") { latch.waiting == 1 }
            server.beginShutdown(within: .seconds(60))
            latch.open()
            for number in 1...count {
                #expect(try await client.text() == "\(number)" + padding)
            }
            #expect(try await client.text() == nil)
            await client.close()
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
