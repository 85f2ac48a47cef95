import JSONRPC
import SigningAPI
import Testing

struct APIErrorTests {
    @Test(
        "Each kind has its row of the error table",
        arguments: [
            (.parseError, -32700, 400, "BadRequest"), (.invalidRequest, -32600, 400, "BadRequest"),
            (.methodNotFound, -32601, 404, "NotFound"), (.invalidParams, -32602, 422, "ValidationFailure"),
            (.unauthorized, 401, 401, "Unauthorized"), (.forbidden, 403, 403, "Forbidden"),
            (.notFound, 404, 404, "NotFound"), (.badRequest, 400, 400, "BadRequest"),
            (.rateLimitExceeded, 429, 429, "RateLimitExceeded"), (.internalError, -32603, 500, "InternalServerError"),
            (.serviceUnavailable, 503, 503, "ServiceUnavailable"),
        ] as [(APIError.Kind, Int, Int, String)])
    func table(kind: APIError.Kind, code: Int, status: Int, name: String) {
        #expect(kind.code == code)
        #expect(kind.statusCode == status)
        let data = APIError(kind, "why").data(.random())
        #expect(data["statusCode"] == .number(JSONNumber(Int64(status))))
        #expect(data["error"] == .string(name))
        #expect(data["message"] == .string("why"))
        #expect(data["details"] == nil)
    }

    @Test("A request's reference is req- and 14 alphanumerics, and never the same")
    func reference() {
        let references = (0..<1000).map { _ in RequestReference.random().description }
        #expect(Set(references).count == references.count)
        #expect(references.allSatisfy { $0.wholeMatch(of: /req-[0-9A-Za-z]{14}/) != nil })
    }
}
