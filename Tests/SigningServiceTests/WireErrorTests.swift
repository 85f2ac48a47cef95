import Authority
import JSONRPC
import Logging
import SigningAPI
import Testing

@testable import SigningService

@Suite("errors on the wire")
struct WireErrorTests {
    private struct Unforeseen: Error { let text = "secret" }

    /// The error object of the answer to a request whose handler fails so.
    private func answer(to error: any Error) async throws -> JSONObject {
        let policy = ServicePolicy(
            access: AccessPolicy(users: [7: .nothing]), inFlight: InFlightLimit(perUser: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let router = Router(
            policy: policy,
            methods: [
                Method("fail", effect: .none) {
                    (_, context: RequestContext) async throws(ErrorObject) -> any JSONEncodable in
                    throw ErrorObject(APIError(mapping: error), context.reference)
                }
            ])
        let line = await router.respond(
            to: Array(#"{"jsonrpc":"2.0","id":1,"method":"fail"}"#.utf8), from: Requester(uid: 7, gid: 7, pid: 1))
        let response = try JSONValue(parsing: try #require(line))
        #expect(response.object?.members.map(\.name) == ["jsonrpc", "id", "error"])
        return try #require(response["error"]?.object)
    }

    @Test("what nobody foresaw is a −32603 with the whole error body, without details, and with nothing internal")
    func unforeseen() async throws {
        let error = try await answer(to: Unforeseen())
        #expect(error.members.map(\.name) == ["code", "message", "data"])
        #expect(error["code"]?.integer == -32603)
        #expect(error["message"]?.string == "Something went wrong")
        let data = try #require(error["data"]?.object)
        #expect(data.members.map(\.name) == ["reqId", "statusCode", "error", "message"])
        #expect(data["reqId"]?.string?.wholeMatch(of: /req-[0-9A-Za-z]{14}/) != nil)
        #expect(data["statusCode"]?.integer == 500)
        #expect(data["error"]?.string == "InternalServerError")
        #expect(data["message"]?.string == "Something went wrong")
    }
}
