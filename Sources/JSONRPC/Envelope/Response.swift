/// A response object (JSON-RPC 2.0 § 5), as a client reads it.
package struct Response: Sendable {
    package let id: RequestID
    package let outcome: Result<JSONValue, ResponseError>
}

/// An error object, as a client reads it.
package struct ResponseError: Error, Hashable, Sendable {
    package let code: Int64
    package let message: String
    package let data: JSONValue?

    package init(code: Int64, message: String, data: JSONValue?) {
        self.code = code
        self.message = message
        self.data = data
    }
}

/// Why a text is not a response.
package enum InvalidResponse: Error, Hashable, Sendable, CustomStringConvertible {
    case notJSON(JSONSyntaxError)
    /// The reason.
    case malformed(String)

    package var description: String {
        switch self {
        case .notJSON(let error): "The response is not valid JSON: \(error)"
        case .malformed(let reason): "Not a JSON-RPC 2.0 response: \(reason)"
        }
    }
}

extension Response {
    /// Reads one response.
    package init(parsing text: [UInt8]) throws(InvalidResponse) {
        try self.init(Self.json(text))
    }

    /// Reads what answers a batch: an array of responses, in any order; or the one that refuses all of it.
    package static func batch(parsing text: [UInt8]) throws(InvalidResponse) -> [Response] {
        let value = try json(text)
        guard case .array(let elements) = value else { return [try Response(value)] }
        guard !elements.isEmpty else { throw .malformed("an empty batch") }
        var responses: [Response] = []
        for element in elements { responses.append(try Response(element)) }
        return responses
    }

    private static func json(_ text: [UInt8]) throws(InvalidResponse) -> JSONValue {
        do { return try JSONValue(parsing: text) } catch { throw .notJSON(error) }
    }

    private init(_ value: JSONValue) throws(InvalidResponse) {
        guard case .object(let object) = value else { throw .malformed("it is \(value.kind)") }
        try object.allowOnly(["jsonrpc", "id", "result", "error"])
        guard object["jsonrpc"] == .string("2.0") else { throw .malformed("jsonrpc is not \"2.0\"") }
        guard let id = object["id"].flatMap(RequestID.init) else {
            throw .malformed("id is missing or of a wrong type")
        }
        self.id = id
        switch (object["result"], object["error"]) {
        case (let result?, nil): outcome = .success(result)
        case (nil, let error?): outcome = .failure(try ResponseError(error))
        default: throw .malformed("it has not exactly one of result and error")
        }
    }
}

extension ResponseError {
    fileprivate init(_ value: JSONValue) throws(InvalidResponse) {
        guard case .object(let object) = value else { throw .malformed("error is \(value.kind)") }
        try object.allowOnly(["code", "message", "data"])
        guard let code = object["code"]?.integer, let message = object["message"]?.string else {
            throw .malformed("error has no code or no message")
        }
        self.init(code: code, message: message, data: object["data"])
    }
}

extension JSONObject {
    fileprivate func allowOnly(_ names: [String]) throws(InvalidResponse) {
        for member in members where !names.contains(where: member.name.hasSameBytes) {
            throw .malformed("a member that the protocol does not have: \"\(member.name.excerpt)\"")
        }
    }
}
