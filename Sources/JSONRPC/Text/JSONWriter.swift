/// Appends compact JSON to a buffer. Control characters are escaped, so the text is always one line.
package struct JSONWriter: ~Copyable, Sendable {
    private var text: [UInt8] = []

    package init(reservingCapacity capacity: Int = 256) { text.reserveCapacity(capacity) }

    /// What was written.
    package consuming func finish() -> [UInt8] { text }

    package mutating func null() { text.append(contentsOf: "null".utf8) }

    package mutating func bool(_ value: Bool) { text.append(contentsOf: (value ? "true" : "false").utf8) }

    package mutating func integer(_ value: Int64) { text.append(contentsOf: String(value).utf8) }

    package mutating func number(_ value: JSONNumber) { text.append(contentsOf: value.text.utf8) }

    /// A value that is JSON already; the caller sees to it that it is one, in one line.
    package mutating func encoded(_ json: [UInt8]) { text.append(contentsOf: json) }

    package mutating func value(_ value: some JSONEncodable) { value.encode(into: &self) }

    /// Escapes what RFC 8259 § 7 wants escaped and copies the runs between.
    package mutating func string(_ value: String) {
        let bytes = value.utf8.span
        text.append(UInt8(ascii: "\""))
        var index = 0
        while true {
            let end = bytes.endOfPlainRun(from: index)
            text.append(copying: bytes.extracting(index..<end))
            guard end < bytes.count else { break }
            escape(bytes[end])
            index = end + 1
        }
        text.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: text.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
        case 0x0D: text.append(UInt8(ascii: "r"))
        case 0x09: text.append(UInt8(ascii: "t"))
        case 0x08: text.append(UInt8(ascii: "b"))
        case 0x0C: text.append(UInt8(ascii: "f"))
        default:
            let digits = String(byte, radix: 16)
            text.append(contentsOf: (digits.utf8.count == 1 ? "u000" : "u00").utf8)
            text.append(contentsOf: digits.utf8)
        }
    }

    /// Writes an object whose members `body` adds.
    package mutating func object(_ body: (inout JSONObjectWriter) -> Void) {
        text.append(UInt8(ascii: "{"))
        var scope = JSONObjectWriter()
        swap(&scope.writer.text, &text)
        body(&scope)
        swap(&scope.writer.text, &text)
        text.append(UInt8(ascii: "}"))
    }

    /// Writes an array whose elements `body` adds.
    package mutating func array(_ body: (inout JSONArrayWriter) -> Void) {
        text.append(UInt8(ascii: "["))
        var scope = JSONArrayWriter()
        swap(&scope.writer.text, &text)
        body(&scope)
        swap(&scope.writer.text, &text)
        text.append(UInt8(ascii: "]"))
    }

    /// Between two members or elements.
    fileprivate mutating func comma() { text.append(UInt8(ascii: ",")) }

    fileprivate mutating func colon() { text.append(UInt8(ascii: ":")) }
}

/// Adds members to an object that is being written. The caller gives no name twice.
package struct JSONObjectWriter: ~Copyable, Sendable {
    fileprivate var writer = JSONWriter(reservingCapacity: 0)
    private var isEmpty = true

    package mutating func member(_ name: String, _ value: some JSONEncodable) {
        begin(name)
        value.encode(into: &writer)
    }

    /// A member whose value `body` writes: exactly one value.
    package mutating func member(_ name: String, writing body: (inout JSONWriter) -> Void) {
        begin(name)
        body(&writer)
    }

    private mutating func begin(_ name: String) {
        if !isEmpty { writer.comma() }
        isEmpty = false
        writer.string(name)
        writer.colon()
    }
}

/// Adds elements to an array that is being written.
package struct JSONArrayWriter: ~Copyable, Sendable {
    fileprivate var writer = JSONWriter(reservingCapacity: 0)
    private var isEmpty = true

    package mutating func element(_ value: some JSONEncodable) {
        element { $0.value(value) }
    }

    /// An element that `body` writes: exactly one value.
    package mutating func element(writing body: (inout JSONWriter) -> Void) {
        if !isEmpty { writer.comma() }
        isEmpty = false
        body(&writer)
    }
}
