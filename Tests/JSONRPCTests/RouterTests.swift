import JSONRPC
import Synchronization
import Testing

/// A service that knows one peer, lets `limit` requests be in flight, and numbers its requests.
private final class TestPolicy: RoutingPolicy {
    struct Context {
        let number: Int
        let peer: String
    }
    struct State {
        var requests = 0
        var inFlight = 0
        var peak = 0
        var events: [String] = []
    }

    let state = Mutex(State())
    let limit: Int

    init(limit: Int = 100) { self.limit = limit }

    func makeContext(for peer: String) -> Context {
        Context(
            number: state.withLock {
                $0.requests += 1
                return $0.requests
            }, peer: peer)
    }

    func admit(_ request: Request, in context: Context) throws(ErrorObject) -> Permit {
        guard context.peer == "friend" else { throw ErrorObject(code: 401, message: "Unauthorized") }
        let admitted = state.withLock { state in
            guard state.inFlight < limit else { return false }
            state.inFlight += 1
            state.peak = max(state.peak, state.inFlight)
            return true
        }
        guard admitted else { throw ErrorObject(code: 429, message: "RateLimitExceeded") }
        return Permit { self.state.withLock { $0.inFlight -= 1 } }
    }

    func errorObject(for fault: Fault, in context: Context) -> ErrorObject {
        ErrorObject(
            code: fault.code, message: fault.message, data: ["reqId": .string("req-\(context.number)")] as JSONValue)
    }

    func report(_ event: RoutingEvent, in context: Context) {
        state.withLock { state in
            switch event {
            case .droppedNotification(let method): state.events.append("dropped \(method)")
            case .answered(let method, let error): state.events.append("\(method ?? "-") \(error?.code ?? 0)")
            }
        }
    }
}

/// Opens once as many have come as it waits for.
private actor Gate {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(for count: Int) { missing = count }

    func pass() async {
        missing -= 1
        guard missing > 0 else {
            waiting.forEach { $0.resume() }
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}

@Suite("The router")
struct RouterTests {
    private let policy = TestPolicy()

    private func router(_ policy: TestPolicy, _ extra: [Method<TestPolicy.Context>] = []) -> Router<TestPolicy> {
        Router(
            policy: policy,
            methods: [
                Method("echo", effect: .none) { params, _ in params },
                Method("sign", effect: .signing) { params, _ in ["signed": .object(params)] as JSONValue },
                Method("fail", effect: .none) { (_, _) throws(ErrorObject) in
                    throw ErrorObject(code: 404, message: "NotFound")
                },
            ] + extra)
    }

    private func answer(_ text: String, from peer: String = "friend") async throws -> JSONValue? {
        guard let line = await router(policy).respond(to: Array(text.utf8), from: peer) else { return nil }
        return try JSONValue(parsing: line)
    }

    @Test(
        "checks in the contract's order: JSON, envelope, peer, method, params",
        arguments: [
            ("{", "stranger", -32700, nil), ("", "friend", -32700, nil), ("\u{FEFF}{}", "friend", -32700, nil),
            ("1", "stranger", -32600, nil), (#"{"jsonrpc":"2.0","id":7,"method":"echo","x":1}"#, "stranger", -32600, 7),
            (#"{"jsonrpc":"2.0","id":7,"method":"nope","params":[1]}"#, "stranger", 401, 7),
            (#"{"jsonrpc":"2.0","id":7,"method":"nope","params":[1]}"#, "friend", -32601, 7),
            (#"{"jsonrpc":"2.0","id":7,"method":"echo","params":[1]}"#, "friend", -32602, 7),
            (#"{"jsonrpc":"2.0","id":7,"method":"fail"}"#, "friend", 404, 7), ("[]", "friend", -32600, nil),
            (#"{"jsonrpc":"2.0","id":true,"method":"echo"}"#, "friend", -32600, nil),
            (#"{"jsonrpc":"2.0","id":7,"method":"Echo"}"#, "friend", -32601, 7),
        ] as [(String, String, Int64, JSONValue)])
    func order(text: String, peer: String, code: Int64, id: JSONValue) async throws {
        let response = try #require(try await answer(text, from: peer))
        #expect(response["error"]?["code"]?.integer == code)
        #expect(response["id"] == id)
        #expect(response["jsonrpc"] == "2.0")
        if code < 0 { #expect(response["error"]?["data"]?["reqId"] == "req-1") }
        #expect(policy.state.withLock { $0.inFlight } == 0)
    }

    @Test("answers with the request's id and the method's result; absent params are an empty object")
    func results() async throws {
        #expect(
            try await answer(#"{"jsonrpc":"2.0","id":"a","method":"echo","params":{"x":[1]}}"#)
                == ["jsonrpc": "2.0", "id": "a", "result": ["x": [1]]])
        #expect(
            try await answer(#"{"jsonrpc":"2.0","id":null,"method":"sign"}"#)
                == ["jsonrpc": "2.0", "id": nil, "result": ["signed": [:]]])
        #expect(policy.state.withLock { $0.events } == ["echo 0", "sign 0"])
    }

    @Test(
        "never answers a notification, and never runs one that would sign",
        arguments: [
            (#"{"jsonrpc":"2.0","method":"echo"}"#, "echo 0"), (#"{"jsonrpc":"2.0","method":"nope"}"#, "nope -32601"),
            (#"{"jsonrpc":"2.0","method":"echo","params":[1]}"#, "echo -32602"),
            (#"{"jsonrpc":"2.0","method":"sign"}"#, "dropped sign"),
            (#"[{"jsonrpc":"2.0","method":"sign"}]"#, "dropped sign"),
        ])
    func notifications(text: String, event: String) async throws {
        #expect(try await answer(text) == nil)
        #expect(policy.state.withLock { $0.events } == [event])
    }

    @Test("answers a batch in one array, its faulty members with errors of their own, its notifications not at all")
    func batch() async throws {
        let text = """
            [{"jsonrpc":"2.0","id":1,"method":"echo"}, 1, {"jsonrpc":"2.0","method":"echo"}, \
            {"jsonrpc":"2.0","id":2,"method":"nope"}, [], {"jsonrpc":"2.0","method":"sign"}]
            """
        let line = try #require(await router(policy).respond(to: Array(text.utf8), from: "friend"))
        let responses = try #require(try JSONValue(parsing: line).array)
        let codes = responses.map { ($0["error"]?["code"]?.integer ?? 0, $0["id"]) }.sorted { $0.0 < $1.0 }
        #expect(codes.map(\.0) == [-32601, -32600, -32600, 0])
        #expect(codes.map(\.1) == [2, nil, nil, 1] as [JSONValue])
        let identifiers = Set(responses.compactMap { $0["error"]?["data"]?["reqId"] })
        #expect(identifiers.count == 3)
    }

    @Test("takes a batch of sixteen and refuses one of seventeen whole")
    func batchLimit() async throws {
        func text(_ count: Int) -> String {
            "[" + (1...count).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"echo"}"# }.joined(separator: ",") + "]"
        }
        #expect(try await answer(text(16))?.array?.count == 16)
        let refused = try await answer(text(17))
        #expect(refused?["error"]?["code"] == -32600)
        #expect(refused?["id"] == JSONValue.null)
        #expect(policy.state.withLock { $0.events.count } == 17)
    }

    @Test("runs a batch's members side by side")
    func batchIsConcurrent() async throws {
        let gate = Gate(for: 16)
        let meet = Method<TestPolicy.Context>("meet", effect: .none) { _, _ in
            await gate.pass()
            return true
        }
        let text = "[" + (1...16).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"meet"}"# }.joined(separator: ",") + "]"
        let line = try #require(await router(policy, [meet]).respond(to: Array(text.utf8), from: "friend"))
        #expect(try JSONValue(parsing: line).array?.count == 16)
        #expect(policy.state.withLock { $0.peak } == 16)
        #expect(policy.state.withLock { $0.inFlight } == 0)
    }

    @Test("holds a permit as long as its request runs, and gives it back")
    func permits() async throws {
        let policy = TestPolicy(limit: 1)
        let (entered, leave) = (Gate(for: 2), Gate(for: 2))
        let wait = Method<TestPolicy.Context>("wait", effect: .none) { _, _ in
            await entered.pass()
            await leave.pass()
            return true
        }
        let router = router(policy, [wait])
        async let first = router.respond(to: Array(#"{"jsonrpc":"2.0","id":1,"method":"wait"}"#.utf8), from: "friend")
        await entered.pass()
        let second = await router.respond(to: Array(#"{"jsonrpc":"2.0","id":2,"method":"echo"}"#.utf8), from: "friend")
        #expect(try JSONValue(parsing: try #require(second))["error"]?["code"] == 429)
        await leave.pass()
        #expect(try JSONValue(parsing: try #require(await first))["result"] == true)
        let third = await router.respond(to: Array(#"{"jsonrpc":"2.0","id":3,"method":"echo"}"#.utf8), from: "friend")
        #expect(try JSONValue(parsing: try #require(third))["result"] == [:])
    }

    @Test("words a refusal for what never became a request")
    func refusal() throws {
        let line = router(policy).refusal(.invalidRequest("a line of more than 10 bytes"), to: "friend")
        let response = try JSONValue(parsing: line)
        #expect(response["error"]?["code"] == -32600)
        #expect(response["id"] == JSONValue.null)
        #expect(response["error"]?["data"]?["reqId"] == "req-1")
    }
}
