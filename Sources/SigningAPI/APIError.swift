package import JSONRPC

/// A failed call as the contract has it: a JSON-RPC code, and the seeds' error body as its `data`.
package struct APIError: Error, Sendable {
    package let kind: Kind
    package let message: String
    package let details: JSONValue?

    package init(_ kind: Kind, _ message: String, details: JSONValue? = nil) {
        self.kind = kind
        self.message = message
        self.details = details
    }

    /// A row of the error table.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case parseError
        case invalidRequest
        case methodNotFound
        case invalidParams
        case unauthorized
        case forbidden
        case notFound
        case badRequest
        case rateLimitExceeded
        case internalError
        case serviceUnavailable

        /// JSON-RPC's own where it has one (JSON-RPC 2.0 § 5.1), else the HTTP status.
        package var code: Int {
            switch self {
            case .parseError: -32700
            case .invalidRequest: -32600
            case .methodNotFound: -32601
            case .invalidParams: -32602
            case .internalError: -32603
            case .badRequest, .unauthorized, .forbidden, .notFound, .rateLimitExceeded, .serviceUnavailable: statusCode
            }
        }

        package var statusCode: Int {
            switch self {
            case .parseError, .invalidRequest, .badRequest: 400
            case .unauthorized: 401
            case .forbidden: 403
            case .methodNotFound, .notFound: 404
            case .invalidParams: 422
            case .rateLimitExceeded: 429
            case .internalError: 500
            case .serviceUnavailable: 503
            }
        }

        /// The `error` member.
        package var name: String {
            switch self {
            case .parseError, .invalidRequest, .badRequest: "BadRequest"
            case .unauthorized: "Unauthorized"
            case .forbidden: "Forbidden"
            case .methodNotFound, .notFound: "NotFound"
            case .invalidParams: "ValidationFailure"
            case .rateLimitExceeded: "RateLimitExceeded"
            case .internalError: "InternalServerError"
            case .serviceUnavailable: "ServiceUnavailable"
            }
        }
    }

    /// `{reqId, statusCode, error, message, details?}`.
    package func data(_ reference: RequestReference) -> JSONValue {
        var members: [JSONObject.Member] = [
            .init(name: "reqId", value: .string(reference.description)),
            .init(name: "statusCode", value: .number(JSONNumber(Int64(kind.statusCode)))),
            .init(name: "error", value: .string(kind.name)),
            .init(name: "message", value: .string(message)),
        ]
        if let details { members.append(.init(name: "details", value: details)) }
        return .object(JSONObject(members))
    }

    /// 422 for one member, which is of the right shape and means nothing here.
    package static func invalidParam(_ path: String, _ message: String) -> APIError {
        APIError(ShapeError(problems: [ShapeProblem(path: path, message: message)]))
    }

    /// 422 with every member that is wrong.
    package init(_ shape: ShapeError) {
        let list = shape.problems.map { "\($0.path) \($0.message)" }.joined(separator: "; ")
        self.init(
            .invalidParams, "The params do not fit: \(list).",
            details: .array(
                shape.problems.map { problem in
                    ["path": .string(problem.path), "message": .string(problem.message)]
                }))
    }
}
