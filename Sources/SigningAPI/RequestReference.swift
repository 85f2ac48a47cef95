/// The `reqId` of one request: `req-` and 14 alphanumerics, on the wire and in every log line of that request.
package struct RequestReference: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A new one, unguessable.
    package static func random() -> RequestReference {
        var generator = SystemRandomNumberGenerator()
        // 14 characters of 62 need 84 bits; two words of 64 give seven each.
        var text: [UInt8] = Array("req-".utf8)
        for _ in 0..<2 {
            var word = generator.next()
            for _ in 0..<7 {
                text.append(alphabet[Int(word % 62)])
                word /= 62
            }
        }
        return RequestReference(description: String(decoding: text, as: UTF8.self))
    }
}
