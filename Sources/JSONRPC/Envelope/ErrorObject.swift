/// An error object (JSON-RPC 2.0 § 5.1), as it is written.
package struct ErrorObject: Error, Sendable {
    package let code: Int
    package let message: String
    package let data: (any JSONEncodable)?

    package init(code: Int, message: String, data: (any JSONEncodable)? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }
}

extension ErrorObject: JSONEncodable {
    package func encode(into writer: inout JSONWriter) {
        writer.object { object in
            object.member("code", code)
            object.member("message", message)
            if let data { object.member("data") { $0.value(data) } }
        }
    }
}

extension ErrorObject {
    /// A whole response with this error: the answer to the request of that id, or to what had none that could be read.
    package func response(to id: RequestID = .null) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object { object in
            object.member("jsonrpc", "2.0")
            object.member("id", id)
            object.member("error", self)
        }
        return writer.finish()
    }
}
