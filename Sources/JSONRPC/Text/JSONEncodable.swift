/// What can write itself as one JSON value. Results and error data are written straight into the response, without a
/// tree of values between.
package protocol JSONEncodable: Sendable {
    /// Writes exactly one value.
    func encode(into writer: inout JSONWriter)
}

extension JSONEncodable {
    /// This value as a JSON text: compact, in one line.
    package func encoded() -> [UInt8] {
        var writer = JSONWriter()
        encode(into: &writer)
        return writer.finish()
    }
}

/// A value that was written before: a chain's PEM, say, escaped once and used in every response.
package struct EncodedJSON: JSONEncodable, Hashable {
    package let text: [UInt8]

    package init(_ value: some JSONEncodable) { text = value.encoded() }

    package func encode(into writer: inout JSONWriter) { writer.encoded(text) }
}

extension JSONValue: JSONEncodable {
    package func encode(into writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let value): writer.number(value)
        case .string(let value): writer.string(value)
        case .array(let elements): elements.encode(into: &writer)
        case .object(let object): object.encode(into: &writer)
        }
    }
}

extension JSONObject: JSONEncodable {
    package func encode(into writer: inout JSONWriter) {
        writer.object { object in
            for member in members { object.member(member.name, member.value) }
        }
    }
}

extension String: JSONEncodable {
    package func encode(into writer: inout JSONWriter) { writer.string(self) }
}

extension Bool: JSONEncodable {
    package func encode(into writer: inout JSONWriter) { writer.bool(self) }
}

extension Int: JSONEncodable {
    package func encode(into writer: inout JSONWriter) { writer.integer(Int64(self)) }
}

extension Int64: JSONEncodable {
    package func encode(into writer: inout JSONWriter) { writer.integer(self) }
}

extension Array: JSONEncodable where Element: JSONEncodable {
    package func encode(into writer: inout JSONWriter) {
        writer.array { array in
            for element in self { array.element(element) }
        }
    }
}

extension Optional: JSONEncodable where Wrapped: JSONEncodable {
    package func encode(into writer: inout JSONWriter) {
        if let self { self.encode(into: &writer) } else { writer.null() }
    }
}
