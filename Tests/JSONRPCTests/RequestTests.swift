import JSONRPC
import Testing

@Suite("The request envelope")
struct RequestTests {
    private func request(_ text: String) throws -> Request { try Request(JSONValue(parsing: Array(text.utf8))) }

    @Test(
        "reads requests and notifications",
        arguments: [
            (#"{"jsonrpc":"2.0","id":1,"method":"m"}"#, Request(id: .integer(1), method: "m")),
            (#"{"method":"","id":"","jsonrpc":"2.0"}"#, Request(id: .string(""), method: "")),
            (
                #"{"jsonrpc":"2.0","id":null,"method":"m","params":{}}"#,
                Request(id: .null, method: "m", params: .named(JSONObject()))
            ),
            (#"{"jsonrpc":"2.0","method":"m","params":[1]}"#, Request(id: nil, method: "m", params: .positional([1]))),
            (#"{"jsonrpc":"2.0","id":-9007199254740992,"method":"m"}"#, Request(id: .integer(-(1 << 53)), method: "m")),
        ])
    func valid(text: String, expected: Request) throws {
        let parsed = try request(text)
        #expect(parsed == expected)
        #expect(try Request(JSONValue(parsing: parsed.encoded())) == expected)
    }

    @Test(
        "refuses any other object, with its id where that can be read",
        arguments: [
            (#"1"#, .null), (#"[]"#, .null), (#"{}"#, .null), (#"{"id":5}"#, .integer(5)),
            (#"{"jsonrpc":"1.0","id":5,"method":"m"}"#, .integer(5)),
            (#"{"jsonrpc":2.0,"id":5,"method":"m"}"#, .integer(5)),
            (#"{"jsonrpc":"2.0","id":"a"}"#, .string("a")), (#"{"jsonrpc":"2.0","id":5,"method":1}"#, .integer(5)),
            (#"{"jsonrpc":"2.0","id":5,"method":"m","params":null}"#, .integer(5)),
            (#"{"jsonrpc":"2.0","id":5,"method":"m","params":"x"}"#, .integer(5)),
            (#"{"jsonrpc":"2.0","id":5,"method":"m","extra":1}"#, .integer(5)),
            (#"{"jsonrpc":"2.0","Id":5,"method":"m"}"#, .null), (#"{"jsonrpc":"2.0","id":true,"method":"m"}"#, .null),
            (#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, .null), (#"{"jsonrpc":"2.0","id":1.0,"method":"m"}"#, .null),
            (#"{"jsonrpc":"2.0","id":9007199254740993,"method":"m"}"#, .null),
            (#"{"jsonrpc":"2.0","id":{},"method":"m"}"#, .null),
            (#"{"jsonrpc":"2.0","id":[1],"method":"m"}"#, .null),
            (#"{"jsonrpc":"2.0","id":-9223372036854775808,"method":"m"}"#, .null),
        ] as [(String, RequestID)])
    func invalid(text: String, id: RequestID) {
        #expect { try request(text) } throws: { ($0 as? InvalidRequest)?.id == id }
    }

    @Test(
        "a client reads results and errors, and refuses what is neither",
        arguments: [
            (#"{"jsonrpc":"2.0","id":1,"result":null}"#, true),
            (#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}}"#, true),
            (#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m","data":[]}}"#, true),
            (#"{"jsonrpc":"2.0","id":1}"#, false),
            (#"{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"m"}}"#, false),
            (#"{"id":1,"result":1}"#, false),
            (#"{"jsonrpc":"2.0","result":1}"#, false), (#"{"jsonrpc":"2.0","id":1,"result":1,"x":1}"#, false),
            ("[]", false), ("", false),
            (#"{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"m"}}"#, false),
            (#"{"jsonrpc":"2.0","id":1,"error":1}"#, false),
            (#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m","x":1}}"#, false),
        ])
    func responses(text: String, isValid: Bool) {
        let outcome = Result { () throws(InvalidResponse) in try Response(parsing: Array(text.utf8)) }
        #expect(((try? outcome.get()) != nil) == isValid)
    }

    @Test("a client reads the answer to a batch, whole or refused")
    func batches() throws {
        let both =
            #"[{"jsonrpc":"2.0","id":2,"result":true},{"jsonrpc":"2.0","id":1,"error":{"code":404,"message":"m"}}]"#
        let responses = try Response.batch(parsing: Array(both.utf8))
        #expect(responses.map(\.id) == [.integer(2), .integer(1)])
        #expect(try responses[0].outcome.get() == true)
        #expect(throws: ResponseError(code: 404, message: "m", data: nil)) { try responses[1].outcome.get() }
        let refused = #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"m"}}"#
        #expect(try Response.batch(parsing: Array(refused.utf8)).count == 1)
        #expect(throws: InvalidResponse.self) { try Response.batch(parsing: Array("[]".utf8)) }
    }
}
