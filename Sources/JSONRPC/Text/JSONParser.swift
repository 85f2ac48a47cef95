extension JSONValue {
    /// How deep arrays and objects may lie in each other; a value outside of any has depth 0.
    package static let maximumDepth = 16

    /// Reads exactly one JSON text (RFC 8259), white space around it included: UTF-8 without a byte order mark, no name
    /// twice in one object, no surrogate without its other half, no deeper than `maximumDepth`.
    ///
    /// - Throws: `JSONSyntaxError` with the first place that breaks a rule. Takes time in proportion to the text.
    package init(parsing text: [UInt8], maximumLength: Int = .max) throws(JSONSyntaxError) {
        guard text.count <= maximumLength else {
            throw JSONSyntaxError(reason: .tooLong(maximum: maximumLength), offset: maximumLength)
        }
        var parser = JSONParser(text)
        self = try parser.document()
    }
}

/// Recursive descent, a function a rule of the grammar; `JSONValue.maximumDepth` bounds the recursion.
struct JSONParser {
    let text: [UInt8]
    var position = 0
    /// Where strings with escapes are put together, kept for the next one.
    var unescaped: [UInt8] = []

    init(_ text: [UInt8]) { self.text = text }

    /// JSON-text = ws value ws
    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { throw error(.byteOrderMark) }
        skipWhitespace()
        let value = try value(depth: 0)
        skipWhitespace()
        guard position == text.count else { throw error(.trailingBytes) }
        return value
    }

    /// The byte at `position`, or NUL at the end: a byte that the grammar has nowhere outside strings.
    var next: UInt8 { position < text.count ? text[position] : 0 }

    func error(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        JSONSyntaxError(reason: reason, offset: position)
    }

    func expected(_ what: String) -> JSONSyntaxError {
        error(position < text.count ? .expected(what) : .unexpectedEnd)
    }

    /// ws = *( %x20 / %x09 / %x0A / %x0D )
    mutating func skipWhitespace() {
        while next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { position += 1 }
    }

    /// value = false / null / true / object / array / number / string
    mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw expected("a value")
        }
    }

    mutating func literal(_ name: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let spelling = name.description.utf8
        guard text[position...].starts(with: spelling) else { throw error(.expected("a value")) }
        position += spelling.count
        return value
    }

    /// array = begin-array [ value *( value-separator value ) ] end-array
    mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        guard depth <= JSONValue.maximumDepth else { throw error(.tooDeep(maximum: JSONValue.maximumDepth)) }
        position += 1
        skipWhitespace()
        var elements: [JSONValue] = []
        if next == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth))
            skipWhitespace()
            switch next {
            case UInt8(ascii: ","):
                position += 1
                skipWhitespace()
            case UInt8(ascii: "]"):
                position += 1
                return elements
            default: throw expected("',' or ']'")
            }
        }
    }

    /// object = begin-object [ member *( value-separator member ) ] end-object; member = string name-separator value
    mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        guard depth <= JSONValue.maximumDepth else { throw error(.tooDeep(maximum: JSONValue.maximumDepth)) }
        position += 1
        skipWhitespace()
        if next == UInt8(ascii: "}") {
            position += 1
            return JSONObject()
        }
        var members: [JSONObject.Member] = []
        var names = NamesSeen()
        while true {
            guard next == UInt8(ascii: "\"") else { throw expected("a member's name") }
            let start = position
            let name = try string()
            guard names.admits(name, after: members) else {
                throw JSONSyntaxError(reason: .duplicateName, offset: start)
            }
            skipWhitespace()
            guard next == UInt8(ascii: ":") else { throw expected("':'") }
            position += 1
            skipWhitespace()
            members.append(JSONObject.Member(name: name, value: try value(depth: depth)))
            skipWhitespace()
            switch next {
            case UInt8(ascii: ","):
                position += 1
                skipWhitespace()
            case UInt8(ascii: "}"):
                position += 1
                return JSONObject(members)
            default: throw expected("',' or '}'")
            }
        }
    }
}
