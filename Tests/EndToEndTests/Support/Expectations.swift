import JSONRPC
import Testing

/// A row of the contract's error table.
struct ErrorRow: Sendable {
    let code: Int64
    let statusCode: Int64
    let error: String

    static let parse = ErrorRow(code: -32700, statusCode: 400, error: "BadRequest")
    static let notARequest = ErrorRow(code: -32600, statusCode: 400, error: "BadRequest")
    static let noSuchMethod = ErrorRow(code: -32601, statusCode: 404, error: "NotFound")
    static let wrongShape = ErrorRow(code: -32602, statusCode: 422, error: "ValidationFailure")
    static let unknownPeer = ErrorRow(code: 401, statusCode: 401, error: "Unauthorized")
    static let notAllowed = ErrorRow(code: 403, statusCode: 403, error: "Forbidden")
    static let notFound = ErrorRow(code: 404, statusCode: 404, error: "NotFound")
    static let refused = ErrorRow(code: 400, statusCode: 400, error: "BadRequest")
    static let tooMany = ErrorRow(code: 429, statusCode: 429, error: "RateLimitExceeded")
    static let unavailable = ErrorRow(code: 503, statusCode: 503, error: "ServiceUnavailable")
}

/// Expects an error of this row, whole.
/// - Returns: its details.
@discardableResult
func expect(
    _ outcome: Result<JSONValue, ResponseError>, _ row: ErrorRow, sourceLocation: SourceLocation = #_sourceLocation
) throws -> JSONValue? {
    guard case .failure(let error) = outcome else {
        Issue.record("\(outcome) is no error", sourceLocation: sourceLocation)
        return nil
    }
    #expect(error.code == row.code, "\(error)", sourceLocation: sourceLocation)
    let data = try #require(error.data?.object, sourceLocation: sourceLocation)
    let names = Set(data.members.map(\.name))
    #expect(
        names.subtracting(["details"]) == ["reqId", "statusCode", "error", "message"], sourceLocation: sourceLocation)
    #expect(data["statusCode"]?.integer == row.statusCode, sourceLocation: sourceLocation)
    #expect(data["error"]?.string == row.error, sourceLocation: sourceLocation)
    #expect(data["message"]?.string == error.message, sourceLocation: sourceLocation)
    let reference = data["reqId"]?.string ?? ""
    #expect(reference.wholeMatch(of: /req-[0-9A-Za-z]{14}/) != nil, "\(reference)", sourceLocation: sourceLocation)
    return data["details"]
}

extension JSONValue {
    /// The members of that name of a list of objects, in their order.
    func all(_ name: String) -> [String] { array?.compactMap { $0[name]?.string } ?? [] }
}
