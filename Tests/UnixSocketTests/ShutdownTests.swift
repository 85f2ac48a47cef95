import Logging
import Synchronization
import TestSupport
import Testing
import UnixSocket

@Suite("Shutting down")
struct ShutdownTests {
    /// Answers each line once its latch is open: that of a line `w` is `witness`.
    private func echo(_ latch: Latch, _ witness: Latch) -> Connection.Responder {
        { line, _ in
            await (line == [UInt8(ascii: "w")] ? witness : latch).pass()
            return line
        }
    }

    /// Begins a shutdown that lasts for ever unless the connections end, and returns when all of them know.
    private func beginShutdown(of server: SocketServer, _ witness: SocketClient, _ latch: Latch) async throws {
        witness.send("w")
        try await eventually("the witness's line was not taken") { latch.waiting == 1 }
        server.beginShutdown(within: .seconds(1_000_000))
        // On the one event loop, this answer comes after everything that the shutdown asked for.
        latch.open()
        #expect(try await witness.text() == "w")
        #expect(try await witness.text() == nil)
        await witness.close()
    }

    @Test("answers what is in flight, and what comes meanwhile, and closes every connection")
    func drain() async throws {
        let (latch, witnessLatch) = (Latch(), Latch())
        try await withServer(respond: echo(latch, witnessLatch)) { path, server in
            let witness = try await SocketClient.connect(to: path)
            let idle = try await SocketClient.connect(to: path)
            let half = try await SocketClient.connect(to: path)
            let busy = try await SocketClient.connect(to: path)
            half.send(bytes: Array("hal".utf8))
            busy.send(bytes: Array("one\ntw".utf8))
            try await eventually("the line was not taken") { latch.waiting == 1 }
            try await beginShutdown(of: server, witness, witnessLatch)
            #expect(try await idle.text() == nil)
            #expect(try await half.text() == nil)
            await #expect(throws: SocketError.self) { _ = try await SocketClient.connect(to: path) }
            busy.send(bytes: Array("o\n".utf8))
            try await eventually("what is sent while others are in flight was not taken") { latch.waiting == 2 }
            latch.open()
            #expect(try await [busy.text(), busy.text()].compactMap(\.self).sorted() == ["one", "two"])
            #expect(try await busy.text() == nil)
            for client in [idle, half, busy] { await client.close() }
        }
    }

    @Test("takes no more lines once it has answered what came before it, and still lets the client read that")
    func lateLines() async throws {
        let (latch, witnessLatch, answered) = (Latch(), Latch(), Counter())
        let respond: Connection.Responder = { line, _ in
            await (line == [UInt8(ascii: "w")] ? witnessLatch : latch).pass()
            answered.add()
            return line
        }
        try await withServer({ $0.limits.linesInFlight = 1 }, respond: respond) { path, server in
            let witness = try await SocketClient.connect(to: path)
            let client = try WireClient(path)
            try client.send(line: "one")
            try await eventually("the line was not taken") { latch.waiting == 1 }
            try await beginShutdown(of: server, witness, witnessLatch)
            try client.send([UInt8](repeating: 0x0A, count: 100_000))
            latch.open()
            try await eventually("the line was not answered") { answered.value >= 2 }
            // More than the kernel takes for one who does not read.
            try? client.send([UInt8](repeating: 0x0A, count: 2_000_000))
            #expect(try client.receive() == Array("one".utf8))
            #expect(try client.receive() == nil)
            #expect(answered.value == 2)
        }
    }

    @Test("answers every line that came before it, though no more than one at a time is taken", arguments: [1, 2, 10])
    func backlog(_ count: Int) async throws {
        let (latch, witnessLatch) = (Latch(), Latch())
        let respond = echo(latch, witnessLatch)
        try await withServer({ $0.limits.linesInFlight = 1 }, respond: respond) { path, server in
            let witness = try await SocketClient.connect(to: path)
            let client = try await SocketClient.connect(to: path)
            // Some wait in the server, some in the kernel.
            let padding = String(repeating: " ", count: 5000)
            client.send(bytes: (1...count).flatMap { Array("\($0)\(padding)\n".utf8) })
            try await eventually("the first line was not taken") { latch.waiting == 1 }
            try await beginShutdown(of: server, witness, witnessLatch)
            client.send("late")
            latch.open()
            for number in 1...count {
                #expect(try await client.text() == "\(number)" + padding)
            }
            #expect(try await client.text() == nil)
            await client.close()
        }
    }

    @Test("does not wait for what is never read: an octet sent out of band")
    func outOfBand() async throws {
        let (latch, witnessLatch) = (Latch(), Latch())
        let respond = echo(latch, witnessLatch)
        try await withServer({ $0.limits.linesInFlight = 1 }, respond: respond) { path, server in
            let witness = try await SocketClient.connect(to: path)
            let client = try WireClient(path)
            try client.send(line: "one")
            try await eventually("the line was not taken") { latch.waiting == 1 }
            try client.send(line: "two")
            try client.send(urgent: 0x21)
            try await beginShutdown(of: server, witness, witnessLatch)
            latch.open()
            try await eventually("the connection is still there") { server.connectionCount == 0 }
            #expect(try client.receive() == Array("one".utf8))
            #expect(try client.receive() == Array("two".utf8))
            #expect(try client.receive() == nil)
        }
    }

    @Test("answers what a client sent that reads none of its answers until then")
    func deafClient() async throws {
        let answer = [UInt8](repeating: 0x78, count: 65_536)
        let configure: (inout ServerConfiguration) -> Void = {
            $0.limits.unsentBytes = 65_536
            $0.limits.stallTime = patience
        }
        let (answered, witnessLatch) = (Counter(), Latch())
        let respond: Connection.Responder = { line, _ in
            if line == [UInt8(ascii: "w")] {
                await witnessLatch.pass()
                return line
            }
            answered.add()
            return answer
        }
        try await withServer(configure, respond: respond) { path, server in
            let witness = try await SocketClient.connect(to: path)
            let client = try await SocketClient.connect(to: path)
            let count = 200
            let padding = String(repeating: " ", count: 500)
            client.send(bytes: (1...count).flatMap { Array("\($0)\(padding)\n".utf8) })
            try await eventually("nothing was answered") { answered.value > 0 }
            try await beginShutdown(of: server, witness, witnessLatch)
            #expect(answered.value < count)
            for _ in 1...count { #expect(try await client.receive() == answer) }
            #expect(try await client.text() == nil)
            await client.close()
        }
    }

    @Test("ends though a client asks again with every answer")
    func endlessClient() async throws {
        let witnessLatch = Latch()
        // Slower than the client, so that there is always something to take.
        let respond: Connection.Responder = { line, _ in
            if line == [UInt8(ascii: "w")] { await witnessLatch.pass() }
            try? await Task.sleep(for: .milliseconds(1))
            return line
        }
        try await withServer(respond: respond) { path, server in
            let (window, answers) = (256, Counter())
            let witness = try await SocketClient.connect(to: path)
            let client = try await SocketClient.connect(to: path)
            for _ in 0..<window { client.send("again") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while try await client.receive() != nil {
                        client.send("again")
                        answers.add()
                    }
                }
                try await eventually("it does not ask") { answers.value > 1000 }
                try await beginShutdown(of: server, witness, witnessLatch)
                let before = answers.value
                try await eventually("the connection is still there") { server.connectionCount == 0 }
                try await group.waitForAll()
                #expect(answers.value - before <= 2 * window)
                await client.close()
            }
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
                    // Its answer could still be sent before the connection is closed.
                    return Task.isCancelled ? nil : line
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

    @Test("who had connected to a server that was shut down before it ran is answered")
    func waitedForRun() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try SocketServer(ServerConfiguration(path: path), log: log) { _, _ in [] }
        let client = try WireClient(path)
        try client.send(line: "one")
        server.beginShutdown(within: .seconds(1_000_000))
        try await server.run { line, _ in line }
        #expect(try client.receive() == Array("one".utf8))
        #expect(try client.receive() == nil)
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
