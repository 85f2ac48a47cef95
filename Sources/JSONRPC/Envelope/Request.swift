/// A request object (JSON-RPC 2.0 § 4).
package struct Request: Hashable, Sendable {
    package enum Params: Hashable, Sendable {
        case absent
        case named(JSONObject)
        /// The protocol knows them; no method here takes any.
        case positional([JSONValue])
    }

    /// `nil` where there is none: a notification, to which nobody waits for an answer.
    package let id: RequestID?
    package let method: String
    package let params: Params

    package var isNotification: Bool { id == nil }

    package init(id: RequestID?, method: String, params: Params = .absent) {
        self.id = id
        self.method = method
        self.params = params
    }
}

/// Why a JSON value is not a request object.
package struct InvalidRequest: Error, Hashable, Sendable {
    /// The request's own where it has a valid one, so that the client can tell which it was; otherwise null.
    package let id: RequestID
    package let reason: String
}

extension Request {
    /// Reads the envelope. A member that the protocol does not have is refused: it may be a misspelt `id` or `params`.
    package init(_ value: JSONValue) throws(InvalidRequest) {
        guard case .object(let object) = value else {
            throw InvalidRequest(id: .null, reason: "a request is an object, not \(value.kind)")
        }
        var (version, id, method, params, unknown): (JSONValue?, JSONValue?, JSONValue?, JSONValue?, String?)
        for member in object.members {
            switch member.name {
            case "jsonrpc": version = member.value
            case "id": id = member.value
            case "method": method = member.value
            case "params": params = member.value
            default: unknown = unknown ?? member.name
            }
        }
        let validID = id.flatMap(RequestID.init)
        func invalid(_ reason: String) -> InvalidRequest { InvalidRequest(id: validID ?? .null, reason: reason) }

        guard id == nil || validID != nil else {
            throw invalid("id is neither a string, nor an integer of at most 2^53 in size, nor null")
        }
        guard version == .string("2.0") else { throw invalid("jsonrpc is not \"2.0\"") }
        guard case .string(let method)? = method else {
            throw invalid(method == nil ? "method is missing" : "method is not a string")
        }
        switch params {
        case nil: self.params = .absent
        case .object(let object): self.params = .named(object)
        case .array(let array): self.params = .positional(array)
        case .some(let other): throw invalid("params is \(other.kind), not an object")
        }
        if let unknown { throw invalid("a request has no member \"\(unknown.excerpt)\"") }
        self.id = validID
        self.method = method
    }
}

extension Request: JSONEncodable {
    package func encode(into writer: inout JSONWriter) {
        writer.object { object in
            object.member("jsonrpc", "2.0")
            if let id { object.member("id", id) }
            object.member("method", method)
            switch params {
            case .absent: break
            case .named(let params): object.member("params", params)
            case .positional(let params): object.member("params", params)
            }
        }
    }

    /// The text of a request whose params write themselves.
    package static func encoded(id: RequestID?, method: String, params: some JSONEncodable) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 2048)
        writer.object { object in
            object.member("jsonrpc", "2.0")
            if let id { object.member("id", id) }
            object.member("method", method)
            object.member("params", params)
        }
        return writer.finish()
    }
}
