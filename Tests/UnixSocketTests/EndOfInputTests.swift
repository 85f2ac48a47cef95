import Synchronization
import Testing
import UnixSocket

@Suite("The end of a connection")
struct EndOfInputTests {
    @Test("a client that has said all is still answered, a line without LF too, and then the server closes")
    func halfClose() async throws {
        let latch = Latch()
        let gone = Counter()
        let respond: Connection.Responder = { line, connection in
            await latch.pass()
            if connection.isGone || Task.isCancelled { gone.add() }
            return line
        }
        try await withServer(respond: respond) { path, server in
            let client = try await SocketClient.connect(to: path)
            client.send(bytes: Array("one\ntwo".utf8))
            client.finishSending()
            try await eventually("the rest was not taken for a line") { latch.waiting == 2 }
            latch.open()
            #expect(Set([try await client.text(), try await client.text()]) == ["one", "two"])
            #expect(try await client.text() == nil)
            #expect(gone.value == 0)
            try await eventually("the connection is still there") { server.connectionCount == 0 }
        }
    }

    @Test(
        "a client that has said more than is taken at once is answered all of it after its end", arguments: [0, 1, 500])
    func halfCloseBehindLimit(count: Int) async throws {
        try await withServer({ $0.limits.linesInFlight = 2 }, respond: { line, _ in line }) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send(bytes: (0..<count).flatMap { Array("\($0)\n".utf8) })
            client.finishSending()
            var answers = 0
            while try await client.receive() != nil { answers += 1 }
            #expect(answers == count)
        }
    }

    @Test("a client that has said all and reads slowly is answered all of it")
    func halfCloseOfSlowReader() async throws {
        let answer = [UInt8](repeating: 0x78, count: 300_000)
        try await withServer({ $0.limits.linesInFlight = 1 }, respond: { _, _ in answer }) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send(bytes: [UInt8](repeating: 0x0A, count: 60))
            client.finishSending()
            var answers = 0
            while let line = try await client.receive() { answers += line == answer ? 1 : 0 }
            #expect(answers == 60)
        }
    }

    @Test("a client that hangs up has what it asked cancelled, also while nothing more is read", arguments: [1, 2, 32])
    func hangUp(linesInFlight: Int) async throws {
        let started = Counter()
        let cancelled = Counter()
        let respond: Connection.Responder = { line, connection in
            started.add()
            try? await Task.sleep(for: .seconds(3600))
            if Task.isCancelled && connection.isGone { cancelled.add() }
            return line
        }
        try await withServer({ $0.limits.linesInFlight = linesInFlight }, respond: respond) { path, server in
            let client = try await SocketClient.connect(to: path)
            client.send(bytes: Array("one\ntwo\nthree\n".utf8))
            let running = min(3, linesInFlight)
            try await eventually("not all lines were taken") { started.value == running }
            await client.close()
            try await eventually("not all were cancelled") { cancelled.value == running }
            try await eventually("the connection is still there") { server.connectionCount == 0 }
            #expect(started.value == running)
        }
    }

    @Test("a hang-up after the end of input is one all the same")
    func hangUpAfterHalfClose() async throws {
        let latch = Latch()
        let cancelled = Counter()
        let respond: Connection.Responder = { line, _ in
            await latch.pass()
            if Task.isCancelled { cancelled.add() }
            return line
        }
        try await withServer(respond: respond) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send("one")
            client.finishSending()
            try await eventually("the line was not taken") { latch.waiting == 1 }
            await client.close()
            try await eventually("it was not cancelled") { cancelled.value == 1 }
        }
    }

    @Test("others are not touched by a hang-up")
    func othersLive() async throws {
        let latch = Latch()
        let respond: Connection.Responder = { line, _ in
            if line.isEmpty { await latch.pass() }
            return Task.isCancelled ? nil : line + [0x21]
        }
        try await withServer(respond: respond) { path, _ in
            let leaving = try await SocketClient.connect(to: path)
            let staying = try await SocketClient.connect(to: path)
            leaving.send("")
            staying.send("")
            try await eventually("not both were taken") { latch.waiting == 2 }
            await leaving.close()
            try await eventually("one goes on") { latch.waiting == 1 }
            latch.open()
            #expect(try await staying.text() == "!")
            await staying.close()
        }
    }
}
