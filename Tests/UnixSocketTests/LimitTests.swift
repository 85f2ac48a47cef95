import Synchronization
import TestSupport
import Testing
import UnixSocket

@Suite("What a client may take")
struct LimitTests {
    @Test("a line over the limit is answered with the reason, then nothing more is", arguments: [true, false])
    func lineTooLong(isTerminated: Bool) async throws {
        try await withServer({ $0.limits.lineLength = 1000 }, respond: { line, _ in line }) { path, server in
            let client = try await SocketClient.connect(to: path)
            let longest = String(repeating: "x", count: 1000)
            client.send(longest)
            #expect(try await client.text() == longest)
            // Far more than the kernel would take for a reader that has left.
            client.send(
                bytes: [UInt8](repeating: 0x78, count: 2_000_000) + (isTerminated ? Array("\nmore\n".utf8) : []))
            #expect(try await client.text() == refusalLine(.lineTooLong(maximum: 1000)))
            #expect(try await client.text() == nil)
            await client.close()
            try await eventually("the connection is still there") { server.connectionCount == 0 }
        }
    }

    @Test("what was asked before a line over the limit is still answered")
    func answersBeforeTooLong() async throws {
        let latch = Latch()
        let respond: Connection.Responder = { line, _ in
            await latch.pass()
            return line
        }
        try await withServer({ $0.limits.lineLength = 10 }, respond: respond) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send("before")
            client.send("a line over the limit")
            #expect(try await client.text() == refusalLine(.lineTooLong(maximum: 10)))
            latch.open()
            #expect(try await client.text() == "before")
            #expect(try await client.text() == nil)
            await client.close()
        }
    }

    @Test("a refused client is listened to until it leaves, so that it is not cut off before it has read why")
    func listening() async throws {
        let configure: (inout ServerConfiguration) -> Void = {
            $0.limits.lineLength = 10
            $0.limits.lingerTime = .seconds(60)
        }
        try await withServer(configure, respond: { line, _ in line }) { path, server in
            let client = try await SocketClient.connect(to: path)
            client.send("a line over the limit")
            #expect(try await client.text() == refusalLine(.lineTooLong(maximum: 10)))
            #expect(try await client.text() == nil)
            try await Task.sleep(for: .milliseconds(50))
            #expect(server.connectionCount == 1)
            await client.close()
            try await eventually("the connection is still there") { server.connectionCount == 0 }
        }
    }

    @Test("a refused client that stays is disconnected")
    func lingering() async throws {
        let configure: (inout ServerConfiguration) -> Void = {
            $0.limits.lineLength = 10
            $0.limits.lingerTime = .milliseconds(20)
        }
        try await withServer(configure, respond: { line, _ in line }) { path, server in
            let client = try await SocketClient.connect(to: path)
            client.send("a line over the limit")
            _ = try await client.text()
            try await eventually("the connection is still there") { server.connectionCount == 0 }
            await client.close()
        }
    }

    @Test("more connections than allowed are told so; one that leaves makes room", arguments: [true, false])
    func connections(isPerUser: Bool) async throws {
        let configure: (inout ServerConfiguration) -> Void = {
            if isPerUser { $0.limits.connectionsPerUser = 2 } else { $0.limits.connections = 2 }
        }
        let reason: Refusal = isPerUser ? .tooManyConnectionsOfUser(maximum: 2) : .tooManyConnections(maximum: 2)
        try await withServer(configure, respond: { line, _ in line }) { path, server in
            let first = try await SocketClient.connect(to: path)
            let second = try await SocketClient.connect(to: path)
            try await eventually("not both were accepted") { server.connectionCount == 2 }
            let third = try await SocketClient.connect(to: path)
            #expect(try await third.text() == refusalLine(reason))
            #expect(try await third.text() == nil)
            await third.close()
            await first.close()
            try await eventually("one has left") { server.connectionCount == 1 }
            let fourth = try await SocketClient.connect(to: path)
            fourth.send("hello")
            #expect(try await fourth.text() == "hello")
            await fourth.close()
            await second.close()
        }
    }

    /// Runs a server that refuses all clients but one, which is there.
    private func withFullServer(
        _ configure: @escaping (inout ServerConfiguration.Limits) -> Void,
        body: (_ path: String, _ server: SocketServer) async throws -> Void
    ) async throws {
        let configureAll: (inout ServerConfiguration) -> Void = {
            $0.limits.connections = 1
            configure(&$0.limits)
        }
        try await withServer(configureAll, respond: { line, _ in line }) { path, server in
            let first = try await SocketClient.connect(to: path)
            try await eventually("it was not accepted") { server.connectionCount == 1 }
            try await body(path, server)
            await first.close()
        }
    }

    private let tooMany = Array(refusalLine(.tooManyConnections(maximum: 1)).utf8)

    @Test("a client for whom there is no room may write before it reads why, and is cut off by nothing that it wrote")
    func writingFirst() async throws {
        try await withFullServer({ $0.lingerTime = patience * 2 }) { path, _ in
            let client = try WireClient(path)
            for _ in 0..<100 { try client.send(line: "a request") }
            #expect(try client.receive() == tooMany)
            #expect(try client.receive() == nil)
            for _ in 0..<100 { try client.send(line: "a request") }
        }
    }

    @Test(
        "a client for whom there is no room is listened to for a while, for one line, and only so many of them at once",
        arguments: [
            { $0.lingerTime = .milliseconds(20) }, { $0.lineLength = 1000 }, { $0.lingeringRefusals = 0 },
        ] as [@Sendable (inout ServerConfiguration.Limits) -> Void])
    func boundedListening(_ bound: @escaping @Sendable (inout ServerConfiguration.Limits) -> Void) async throws {
        let configure: (inout ServerConfiguration.Limits) -> Void = {
            $0.lingerTime = patience * 2
            $0.lineLength = 1 << 30
            bound(&$0)
        }
        try await withFullServer(configure) { path, server in
            let client = try WireClient(path)
            #expect(try client.receive() == tooMany)
            let octets = [UInt8](repeating: 0x78, count: 100)
            try await eventually("it is listened to for ever") { (try? client.send(octets)) == nil }
            try await eventually("its place is not given back") { server.lingeringCount == 0 }
        }
    }

    @Test("a client for whom there was no room makes room for the next to be listened to when it leaves")
    func lingeringPlaces() async throws {
        let configure: (inout ServerConfiguration.Limits) -> Void = {
            $0.lingerTime = patience * 2
            $0.lineLength = 1 << 30
            $0.lingeringRefusals = 1
        }
        try await withFullServer(configure) { path, server in
            for _ in 0..<3 {
                let client = try WireClient(path)
                #expect(try client.receive() == tooMany)
                let other = try WireClient(path)
                #expect(try other.receive() == tooMany)
                try await eventually("the second is listened to") { (try? other.send([0x78])) == nil }
                try client.send([0x78])
                client.closeWriting()
                try await eventually("it has left") { server.lingeringCount == 0 }
            }
        }
    }

    @Test("a client that reads slowly is answered no faster than it reads, and all in the end")
    func slowReader() async throws {
        let answered = Counter()
        let respond: Connection.Responder = { _, _ in
            answered.add()
            return [UInt8](repeating: 0x78, count: 65_536)
        }
        let configure: (inout ServerConfiguration) -> Void = {
            $0.limits.linesInFlight = 4
            $0.limits.unsentBytes = 262_144
        }
        try await withServer(configure, respond: respond) { path, _ in
            let client = try await SocketClient.connect(to: path)
            for _ in 0..<500 { client.send("?") }
            // The client's own buffer, the kernel's, the server's and what is in flight: some thirty answers.
            try await eventually("too few lines were answered") { answered.value >= 16 }
            try await settles { answered.value }
            #expect(answered.value <= 60)
            for _ in 0..<500 { #expect(try await client.receive()?.count == 65_536) }
            await client.close()
        }
    }

    @Test("a client that takes nothing of what it asked for is disconnected")
    func stalledReader() async throws {
        let respond: Connection.Responder = { _, _ in [UInt8](repeating: 0x78, count: 65_536) }
        try await withServer({ $0.limits.stallTime = .milliseconds(50) }, respond: respond) { path, server in
            let client = try await SocketClient.connect(to: path)
            for _ in 0..<100 { client.send("?") }
            try await eventually("it was not accepted") { server.connectionCount == 1 }
            try await eventually("the connection is still there") { server.connectionCount == 0 }
            await client.close()
        }
    }

    @Test("a line that does not end is not waited for, though what came before is answered; one that has not begun is")
    func halfLine() async throws {
        let latch = Latch()
        let respond: Connection.Responder = { line, _ in
            if line.first == UInt8(ascii: "w") { await latch.pass() }
            return line
        }
        try await withServer({ $0.limits.lineTime = .milliseconds(200) }, respond: respond) { path, server in
            let idle = try await SocketClient.connect(to: path)
            let half = try await SocketClient.connect(to: path)
            try await eventually("not both were accepted") { server.connectionCount == 2 }
            half.send(bytes: Array("whole\nhal".utf8))
            try await eventually("the line was not taken") { latch.waiting == 1 }
            try await Task.sleep(for: .milliseconds(400))
            half.send(bytes: Array("f\n".utf8))
            latch.open()
            #expect(try await half.text() == "whole")
            #expect(try await half.text() == nil)
            try await eventually("the connection is still there") { server.connectionCount == 1 }
            idle.send("hello")
            #expect(try await idle.text() == "hello")
            await idle.close()
            await half.close()
        }
    }

    @Test("a line that waits for its turn is not late")
    func waitingIsNotLate() async throws {
        let latch = Latch()
        let respond: Connection.Responder = { line, _ in
            await latch.pass()
            return line
        }
        let configure: (inout ServerConfiguration) -> Void = {
            $0.limits.linesInFlight = 1
            $0.limits.lineTime = .milliseconds(500)
        }
        try await withServer(configure, respond: respond) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send(bytes: Array("one\ntw".utf8))
            try await eventually("the line was not taken") { latch.waiting == 1 }
            // Longer than a line may take: nothing may come of it.
            try await Task.sleep(for: .milliseconds(700))
            client.send(bytes: Array("o\n".utf8))
            latch.open()
            #expect(try await client.text() == "one")
            #expect(try await client.text() == "two")
            await client.close()
        }
    }

    /// Waits until a number has stayed the same for a while.
    private func settles(_ number: () -> Int) async throws {
        var (last, since) = (number(), ContinuousClock.now)
        while ContinuousClock.now - since < .milliseconds(300) {
            try await Task.sleep(for: .milliseconds(5))
            if number() != last { (last, since) = (number(), ContinuousClock.now) }
        }
    }

    @Test("long lines wait for room, short ones do not, and all are answered")
    func lineMemory() async throws {
        let (clientCount, size, limit) = (40, 200_000, 1 << 20)
        let configure: (inout ServerConfiguration) -> Void = {
            $0.limits.lineMemory = limit
            $0.limits.lineTime = patience
        }
        try await withServer(configure, respond: { line, _ in Array("\(line.count)".utf8) }) { path, server in
            var clients: [SocketClient] = []
            for _ in 0..<clientCount {
                let client = try await SocketClient.connect(to: path)
                client.send(bytes: [UInt8](repeating: 0x78, count: size))
                clients.append(client)
            }
            try await eventually("the room is not used") { server.lineBytes >= limit }
            let short = try await SocketClient.connect(to: path)
            var most = 0
            for _ in 0..<100 {
                short.send("short")
                #expect(try await short.text() == "5")
                most = max(most, server.lineBytes)
            }
            // One line at its full length beside, and of each what it may have and what the last read brought, which is 64 KiB
            // at most. All that was sent is 8 MB.
            #expect(most <= limit + size + clientCount * (80 << 10))
            await short.close()
            for client in clients { client.send(bytes: [0x0A]) }
            for client in clients {
                #expect(try await client.text() == "\(size)")
                await client.close()
            }
            try await eventually("the room is not given back") { server.lineBytes == 0 }
        }
    }
}
