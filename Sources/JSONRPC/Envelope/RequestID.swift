/// What ties a response to its request: a string, an integer of at most 2^53 in size, or null (JSON-RPC 2.0 § 4).
package enum RequestID: Hashable, Sendable {
    case string(String)
    case integer(Int64)
    case null

    /// `nil` for a value of another type, a fraction, and an integer that a double could not hold exactly.
    package init?(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .string(let text): self = .string(text)
        case .number(let number):
            guard let integer = number.integer, integer.magnitude <= 1 << 53 else { return nil }
            self = .integer(integer)
        case .bool, .array, .object: return nil
        }
    }
}

extension RequestID: JSONEncodable {
    package func encode(into writer: inout JSONWriter) {
        switch self {
        case .string(let text): writer.string(text)
        case .integer(let value): writer.integer(value)
        case .null: writer.null()
        }
    }
}
