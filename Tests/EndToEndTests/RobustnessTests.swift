import JSONRPC
import TestSupport
import Testing

/// Clients that do what no decent client would, and those that do what few do.
@Suite("clients of every kind")
struct RobustnessTests {
    private static let status = #"{"jsonrpc":"2.0","id":1,"method":"getStatus"}"#

    /// That the daemon serves on: asked over a connection of its own.
    private func expectServing(_ bed: TestBed) throws {
        #expect(try bed.daemon.connect().call("signCertificate", bed.params()).get()["certificate"] != nil)
    }

    @Test("garbage is answered with errors, or its sender is cut off, and the daemon serves on")
    func garbage() async throws {
        let bed = try await TestBed.shared()
        var seeded = SystemRandomNumberGenerator()
        for _ in 1...20 {
            let client = try bed.daemon.connect()
            let count = Int.random(in: 1...4000, using: &seeded)
            let octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &seeded) }
            // Never an empty line, which is no request.
            try client.send([0xff] + octets + [0x0a])
            let answer = try client.response()
            let code = if case .failure(let error) = answer.outcome { error.code } else { Int64(0) }
            #expect(code == -32700, "\(octets)")
        }
        try expectServing(bed)
    }

    @Test("a line in pieces is one line, and half a line is none")
    func pieces() async throws {
        let bed = try await TestBed.shared()
        let client = try bed.daemon.connect()
        let half = try bed.daemon.connect()
        try half.send(ascii: "{\"jsonrpc\":\"2.0\",\"id\":1,")
        for piece in Self.status { try client.send(ascii: String(piece)) }
        try client.send(ascii: "\n")
        #expect(try client.response().outcome.get()["state"]?.string == "ok")
        half.closeWriting()
        // Either an error for the half, or nothing; then the end.
        if let line = try half.receive() { try expect(Response(parsing: line).outcome, .parse) }
        #expect(try half.receive() == nil)
    }

    @Test("three hundred connections that say nothing hinder nobody")
    func idle() async throws {
        let bed = try await TestBed.shared()
        let idle = try (1...300).map { _ in try bed.daemon.connect() }
        try expectServing(bed)
        #expect(try idle[299].call("getStatus", [:]).get()["state"]?.string == "ok")
    }

    @Test("a client that closes its writing half after its last line receives all that it asked for")
    func halfClosed() async throws {
        let bed = try await TestBed.shared()
        let client = try bed.daemon.connect()
        for id in 1...5 { try client.send(bed.line(id: Int64(id), by: "rsa4096")) }
        client.closeWriting()
        var ids: Set<RequestID> = []
        for _ in 1...5 {
            let response = try client.response()
            #expect(try response.outcome.get()["certificate"] != nil)
            ids.insert(response.id)
        }
        #expect(ids == Set((1...5).map { .integer($0) }))
        #expect(try client.receive() == nil)
    }

    @Test("clients that hang up with requests under way hinder nobody, and leave nothing open")
    func hangingUp() async throws {
        let bed = try await TestBed.shared()
        for _ in 1...10 {
            let client = try bed.daemon.connect()
            for id in 1...4 { try client.send(bed.line(id: Int64(id))) }
        }
        try expectServing(bed)
        let open = try poll {
            let count = try bed.daemon.connect().call("getStatus", [:]).get()["journal"]?["openIntents"]?.integer
            return count == 0 ? count : nil
        }
        #expect(open == 0)
    }

    @Test("ids come back as they were, each with its own answer")
    func identifiers() async throws {
        let bed = try await TestBed.shared()
        let client = try bed.daemon.connect()
        let ids: [RequestID] = [.string(""), .string("1"), .integer(1), .integer(-(1 << 53)), .null, .string("é\u{0}")]
        for (index, id) in ids.enumerated() {
            let (method, params): (String, JSONValue) =
                index % 2 == 0 ? ("signCertificate", bed.params("P-256", by: "rsa4096")) : ("getStatus", [:])
            try client.send(Request.encoded(id: id, method: method, params: params) + [0x0a])
        }
        var signed: Set<RequestID> = []
        var answered: Set<RequestID> = []
        for _ in ids {
            let response = try client.response()
            answered.insert(response.id)
            if try response.outcome.get()["certificate"] != nil { signed.insert(response.id) }
        }
        #expect(answered == Set(ids))
        #expect(signed == [ids[0], ids[2], ids[4]])
    }

    @Test("a batch is one line of answers, one for each request that wants one, errors among them")
    func batch() async throws {
        let bed = try await TestBed.shared()
        let client = try bed.daemon.connect()
        let signing = String(decoding: bed.line(id: 2).dropLast(), as: UTF8.self)
        try client.send(
            line: "[\(Self.status),\(signing),5,{\"jsonrpc\":\"2.0\",\"method\":\"getStatus\"},"
                + "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"no\"}]")
        let responses = try Response.batch(parsing: try #require(try client.receive()))
        let outcomes = Dictionary(uniqueKeysWithValues: responses.map { ($0.id, $0.outcome) })
        #expect(outcomes.count == 4)
        #expect(try outcomes[.integer(1)]?.get()["state"]?.string == "ok")
        #expect(try outcomes[.integer(2)]?.get()["certificate"] != nil)
        try expect(#require(outcomes[.integer(3)]), .noSuchMethod)
        try expect(#require(outcomes[.null]), .notARequest)
    }

    @Test("notifications are not answered, and one that would sign signs nothing")
    func notifications() async throws {
        let bed = try await TestBed.shared()
        var configuration = try TestConfiguration(["p256"])
        configuration.limits = "{ requestsInFlightPerUser: 2 }"
        try configuration.write(bed.tree)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        try client.send(Request.encoded(id: nil, method: "signCertificate", params: bed.params()) + [0x0a])
        try client.send(line: #"{"jsonrpc":"2.0","method":"getStatus"}"#)
        try client.send(line: #"{"jsonrpc":"2.0","method":"noSuchMethod"}"#)
        try client.send(line: #"[{"jsonrpc":"2.0","method":"listProfiles"}]"#)
        client.closeWriting()
        #expect(try client.receive() == nil)
        #expect(try daemon.stop().status == 0)
        let record = try RecordTests.Record(configuration.journal)
        #expect(record.intents.isEmpty)
    }
}

extension WireClient {
    func send(ascii text: String) throws { try send(Array(text.utf8)) }
}
