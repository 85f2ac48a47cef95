/// What the protocol itself finds wrong with a request. The service makes an `ErrorObject` of it, with the data of its own.
package enum Fault: Hashable, Sendable {
    /// Not strict JSON.
    case parse(JSONSyntaxError)
    /// JSON, but not a request, or a batch or line over its limit: the reason.
    case invalidRequest(String)
    /// The name that was asked for, of any length and with any characters.
    case methodNotFound(String)
    /// Params of the wrong shape: the reason.
    case invalidParams(String)

    /// The code that JSON-RPC 2.0 § 5.1 gives it.
    package var code: Int {
        switch self {
        case .parse: -32700
        case .invalidRequest: -32600
        case .methodNotFound: -32601
        case .invalidParams: -32602
        }
    }

    /// What a person is told.
    package var message: String {
        switch self {
        case .parse(let error): "The request is not valid JSON: \(error)"
        case .invalidRequest(let reason): "Not a JSON-RPC 2.0 request: \(reason)"
        case .methodNotFound(let name):
            "There is no method \"\(name.excerpt)\""
        case .invalidParams(let reason): "Invalid params: \(reason)"
        }
    }
}
