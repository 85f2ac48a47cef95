import Glibc
import Synchronization
import Testing
import UnixSocket

@Suite("The socket server")
struct ServerTests {
    private let echo: Connection.Responder = { line, _ in line }

    @Test("answers a line with a line, and an empty one too")
    func lines() async throws {
        try await withServer(respond: { line, _ in line + Array("!".utf8) }) { path, _ in
            let client = try await SocketClient.connect(to: path)
            for text in ["one", "", "three\r", String(repeating: "x", count: 200_000)] {
                client.send(text)
                #expect(try await client.text() == text + "!")
            }
            await client.close()
        }
    }

    @Test("knows its peer from the kernel")
    func credentials() async throws {
        let respond: Connection.Responder = { _, connection in
            Array("\(connection.peer.uid) \(connection.peer.gid) \(connection.peer.pid) \(connection.isGone)".utf8)
        }
        try await withServer(respond: respond) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send("?")
            #expect(try await client.text() == "\(getuid()) \(getgid()) \(getpid()) false")
            await client.close()
        }
    }

    @Test("takes many lines from one write, so many at a time as it is allowed")
    func pipelining() async throws {
        let running = Counter()
        let respond: Connection.Responder = { line, _ in
            running.add()
            await Task.yield()
            running.add(-1)
            return line
        }
        try await withServer({ $0.limits.linesInFlight = 8 }, respond: respond) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send(bytes: (0..<3000).flatMap { Array("\($0)\n".utf8) })
            var answers: Set<String> = []
            for _ in 0..<3000 { answers.insert(try #require(try await client.text())) }
            #expect(answers == Set((0..<3000).map(String.init)))
            #expect((2...8).contains(running.peak))
            await client.close()
        }
    }

    @Test("answers in the order in which answers come, not lines")
    func outOfOrder() async throws {
        let latch = Latch()
        let respond: Connection.Responder = { line, _ in
            if line == Array("slow".utf8) { await latch.pass() }
            return line
        }
        try await withServer(respond: respond) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send("slow")
            client.send("fast")
            #expect(try await client.text() == "fast")
            latch.open()
            #expect(try await client.text() == "slow")
            await client.close()
        }
    }

    @Test("sends nothing where there is no answer")
    func silence() async throws {
        try await withServer(respond: { line, _ in line.isEmpty ? nil : line }) { path, _ in
            let client = try await SocketClient.connect(to: path)
            for _ in 0..<100 { client.send("") }
            client.send("end")
            #expect(try await client.text() == "end")
            await client.close()
        }
    }

    @Test("serves a hundred clients side by side, each with its own answers")
    func manyClients() async throws {
        try await withServer(respond: echo) { path, server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let client = try await SocketClient.connect(to: path)
                        for round in 0..<20 { client.send("\(number) \(round)") }
                        var answers: Set<String> = []
                        for _ in 0..<20 { answers.insert(try #require(try await client.text())) }
                        #expect(answers == Set((0..<20).map { "\(number) \($0)" }))
                        await client.close()
                    }
                }
                try await group.waitForAll()
            }
            try await eventually("closed connections are still counted") { server.connectionCount == 0 }
        }
    }

    @Test("lets a thousand connections idle, and still answers")
    func idle() async throws {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 8192))
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        try await withServer(respond: echo) { path, server in
            var clients: [SocketClient] = []
            for _ in 0..<1000 { clients.append(try await SocketClient.connect(to: path)) }
            try await eventually("not all were accepted") { server.connectionCount == 1000 }
            for client in [clients[0], clients[500], clients[999]] {
                client.send("awake")
                #expect(try await client.text() == "awake")
            }
            for client in clients { await client.close() }
            try await eventually("closed connections are still counted") { server.connectionCount == 0 }
        }
    }

    @Test("survives bytes that are no text")
    func garbage() async throws {
        var generator = SystemRandomNumberGenerator()
        let garbage = (0..<50_000).map { _ in UInt8.random(in: .min ... .max, using: &generator) } + [0x0A]
        let count = garbage.count { $0 == 0x0A }
        try await withServer(respond: echo) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send(bytes: garbage)
            var answers: [[UInt8]] = []
            for _ in 0..<count { answers.append(try #require(try await client.receive())) }
            #expect(answers.reduce(count) { $0 + $1.count } == garbage.count)
            await client.close()
        }
    }
}
