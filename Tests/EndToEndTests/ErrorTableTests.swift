import JSONRPC
import TestSupport
import Testing

/// The rows of docs/api.md's error table that a daemon without peculiarities can show.
@Suite("the error table, over the socket")
struct ErrorTableTests {
    @Test(
        "what is no JSON is a −32700 without an id",
        arguments: [
            " ", "{", "nonsense", #"{"jsonrpc":"2.0","id":1,"method":"getStatus",}"#, "\u{feff}{}",
            #"{"jsonrpc":"2.0","id":1,"id":2,"method":"getStatus"}"#, String(repeating: "[", count: 17), "[1 2]",
            #"{"jsonrpc":"2.0","id":1,"method":"getStatus"} x"#, "'",
        ])
    func notJSON(_ line: String) async throws {
        let client = try await TestBed.shared().daemon.connect()
        try client.send(line: line)
        let response = try client.response()
        #expect(response.id == .null)
        try expect(response.outcome, .parse)
    }

    @Test(
        "what is no request is a −32600, with its id where it has a valid one",
        arguments: [
            ("1", RequestID.null), ("[]", .null), (#"{"id":7,"method":"getStatus"}"#, .integer(7)),
            (#"{"jsonrpc":"1.0","id":"a","method":"getStatus"}"#, .string("a")),
            (#"{"jsonrpc":"2.0","id":1}"#, .integer(1)), (#"{"jsonrpc":"2.0","id":1,"method":2}"#, .integer(1)),
            (#"{"jsonrpc":"2.0","id":1.5,"method":"getStatus"}"#, .null),
            (#"{"jsonrpc":"2.0","id":[1],"method":"getStatus"}"#, .null),
            (#"{"jsonrpc":"2.0","id":9007199254740993,"method":"getStatus"}"#, .null),
            (#"{"jsonrpc":"2.0","id":1,"method":"getStatus","params":"x"}"#, .integer(1)),
            (#"{"jsonrpc":"2.0","id":1,"method":"getStatus","extra":1}"#, .integer(1)),
            (
                "["
                    + Array(repeating: #"{"jsonrpc":"2.0","id":1,"method":"getStatus"}"#, count: 17).joined(
                        separator: ",")
                    + "]", .null
            ),
        ])
    func notARequest(_ line: String, _ id: RequestID) async throws {
        let client = try await TestBed.shared().daemon.connect()
        try client.send(line: line)
        let response = try client.response()
        #expect(response.id == id)
        try expect(response.outcome, .notARequest)
    }

    @Test("a line over the limit is answered, and the connection is closed")
    func lineOverLimit() async throws {
        let client = try await TestBed.shared().daemon.connect()
        try client.send([UInt8](repeating: UInt8(ascii: " "), count: 256 << 10 + 1))
        try expect(client.response().outcome, .notARequest)
        #expect(try client.receive() == nil)
    }

    @Test("a method that is not there is a −32601, whatever its params", arguments: ["", "getstatus", "rpc.discover"])
    func noSuchMethod(_ method: String) async throws {
        let client = try await TestBed.shared().daemon.connect()
        try expect(client.call(method, [:]), .noSuchMethod)
        try expect(client.call(method, [1]), .noSuchMethod)
    }

    @Test(
        "params of the wrong shape are a −32602 that names every member that is wrong",
        arguments: [
            ("signCertificate", "{}", ["profileId", "csr", "ttl"]),
            ("signCertificate", #"{"profileId":"web","csr":"","ttl":90}"#, ["profileId", "csr", "ttl"]),
            // Wrong params come before a profile that is not there.
            ("signCertificate", #"{"profileId":"11111111-1111-4111-8111-111111111111","csr":"x","ttl":"1"}"#, ["ttl"]),
            (
                "signCertificate", #"{"profileId":"$PROFILE:p256","csr":"$CSR:P-256","ttl":"1d","notAfter":"soon"}"#,
                ["notAfter"]
            ),
            ("signCertificate", #"{"profileId":"$PROFILE:p256","csr":"$CSR:P-256","ttl":"1d","ca":1}"#, ["ca"]),
            ("signIntermediateCa", #"{"caId":"p256","csr":"x"}"#, ["notAfter"]),
            (
                "signIntermediateCa",
                #"{"caId":1,"csr":"x","notAfter":"2027-01-01T00:00:00Z","maxPathLength":-2}"#,
                ["caId", "maxPathLength"]
            ),
            ("getStatus", #"{"verbose":true}"#, ["verbose"]), ("listProfiles", #"{"a":1,"b":2}"#, ["a", "b"]),
        ])
    func wrongShape(_ method: String, _ params: String, _ paths: [String]) async throws {
        let bed = try await TestBed.shared()
        let client = try bed.daemon.connect()
        try client.send(line: #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(bed.filled(params))}"#)
        let details = try #require(try expect(client.response().outcome, .wrongShape))
        #expect(details.all("path").sorted() == paths.sorted())
        #expect(details.array?.allSatisfy { $0.object?.members.count == 2 && $0["message"]?.string != nil } == true)
    }

    @Test("a CSR longer than its limit is of the wrong shape; positional params are too")
    func limitsOfShape() async throws {
        let bed = try await TestBed.shared()
        let client = try bed.daemon.connect()
        let long: JSONValue = [
            "profileId": .string(TestConfiguration.profile("p256")),
            "csr": .string(String(repeating: "x", count: 4097)),
            "ttl": "1d",
        ]
        #expect(try expect(client.call("signCertificate", long), .wrongShape)?.all("path") == ["csr"])
        try expect(client.call("getStatus", ["x"]), .wrongShape)
    }

    @Test("a profile and an authority that are not there are a 404, before anything is said of the CSR")
    func notFound() async throws {
        let client = try await TestBed.shared().daemon.connect()
        let leaf: JSONValue = ["profileId": "11111111-1111-4111-8111-111111111111", "csr": "x", "ttl": "1d"]
        try expect(client.call("signCertificate", leaf), .notFound)
        let intermediate: JSONValue = ["caId": "nobody", "csr": "x", "notAfter": "2027-01-01T00:00:00Z"]
        try expect(client.call("signIntermediateCa", intermediate), .notFound)
    }

    @Test(
        "what breaks a rule is a 400 that names all rules broken, and where",
        arguments: [
            ("malformed", "p256", "1d", ["requestDER"]), ("forged", "p256", "1d", ["selfSignature"]),
            ("weak", "p256", "1d", ["rsaModulusSize"]), ("stranger", "p256", "1d", ["sanAllowed"]),
            ("P-256", "p256", "91d", ["maximumValidity"]), ("P-256", "disabled", "1d", ["authorityDisabled"]),
            // Authority, profile and validity are judged together, but only once the CSR is sound.
            ("stranger", "p256", "91d", ["maximumValidity", "sanAllowed"]),
            ("stranger", "disabled", "91d", ["authorityDisabled", "maximumValidity", "sanAllowed"]),
            ("forged", "disabled", "1d", ["selfSignature"]),
            ("forged stranger", "p256", "91d", ["selfSignature"]),
        ])
    func refused(_ request: String, _ authority: String, _ ttl: String, _ rules: [String]) async throws {
        let bed = try await TestBed.shared()
        let outcome = try bed.daemon.connect().call("signCertificate", bed.params(request, by: authority, ttl: ttl))
        let details = try #require(try expect(outcome, .refused))
        #expect(Set(details.all("rule")) == Set(rules))
        for detail in details.array ?? [] {
            #expect(detail.object?.members.map(\.name) == ["rule", "path", "message"])
        }
        #expect(!details.all("path").contains(""))
    }

    @Test("an authority that signs no intermediates says so with a 403, before anything is said of the CSR")
    func noIntermediates() async throws {
        let client = try await TestBed.shared().daemon.connect()
        let params: JSONValue = ["caId": "P384", "csr": "x", "notAfter": "2027-01-01T00:00:00Z"]
        try expect(client.call("signIntermediateCa", params), .notAllowed)
    }
}
