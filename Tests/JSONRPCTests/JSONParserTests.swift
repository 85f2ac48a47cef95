import JSONRPC
import Testing

@Suite("The JSON gate")
struct JSONParserTests {
    @Test(
        "reads what RFC 8259 allows",
        arguments: [
            ("null", nil), (" \t\r\n true ", true), ("false", false), ("-0", .number(JSONNumber(0))), ("17", 17),
            ("\"\"", ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\uD83D\ude00\u0000""#, "é😀\0"),
            ("\"é😀\u{2028}\u{7f}\"", "é😀\u{2028}\u{7f}"), ("[]", []), ("[ 1 , [ ] ]", [1, []]), ("{}", [:]),
            (#"{ "a" : 1 , "" : { "a" : 2 } }"#, ["a": 1, "": ["a": 2]]),
        ] as [(String, JSONValue)])
    func reads(text: String, value: JSONValue) throws {
        let parsed = try JSONValue(parsing: Array(text.utf8))
        if text == "-0" {
            #expect(parsed.integer == 0)
        } else {
            #expect(parsed == value)
        }
    }

    @Test(
        "refuses everything else, and says where and why",
        arguments: [
            ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("[", .unexpectedEnd, 1), ("{\"a\":", .unexpectedEnd, 5),
            ("\"a", .unexpectedEnd, 2), ("\"\\", .unexpectedEnd, 2), ("1 2", .trailingBytes, 2),
            ("nul", .expected("a value"), 0),
            ("[1,]", .expected("a value"), 3), ("{\"a\":1,}", .expected("a member's name"), 7),
            ("{a:1}", .expected("a member's name"), 1),
            ("{\"a\" 1}", .expected("':'"), 5), ("[1 2]", .expected("',' or ']'"), 3),
            ("{\"a\":1;", .expected("',' or '}'"), 6),
            ("01", .trailingBytes, 1), ("-", .unexpectedEnd, 1), ("-a", .expected("a digit"), 1),
            ("1.", .unexpectedEnd, 2),
            ("1e+", .unexpectedEnd, 3), (".5", .expected("a value"), 0), ("+1", .expected("a value"), 0),
            ("NaN", .expected("a value"), 0),
            ("'a'", .expected("a value"), 0), ("[1]//", .trailingBytes, 3), ("\u{FEFF}1", .byteOrderMark, 0),
            ("\0", .expected("a value"), 0),
            ("\"a\tb\"", .controlCharacter, 2), ("\"\\n\u{1f}\"", .controlCharacter, 3),
            ("\"ab\\x\"", .invalidEscape, 3),
            ("\"\\u12g4\"", .expected("a hexadecimal digit"), 5), ("\"\\uD800\"", .loneSurrogate, 1),
            ("\"\\uDC00\"", .loneSurrogate, 1),
            ("\"\\uD800\\n\"", .loneSurrogate, 1), ("\"\\uD800\\u0041\"", .loneSurrogate, 1),
            ("\"\\uD800\\uD800\"", .loneSurrogate, 1),
            ("{\"a\":1,\"a\":1}", .duplicateName, 7), ("[{\"a\":1,\"\\u0061\":1}]", .duplicateName, 8),
        ] as [(String, JSONSyntaxError.Reason, Int)])
    func refuses(text: String, reason: JSONSyntaxError.Reason, offset: Int) {
        #expect(throws: JSONSyntaxError(reason: reason, offset: offset)) {
            try JSONValue(parsing: Array(text.utf8))
        }
    }

    @Test(
        "takes no bytes for text that are not UTF-8 (Unicode § 3.9, table 3-7)",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82],
        ] as [[UInt8]])
    func refusesInvalidUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONSyntaxError(reason: .invalidUTF8, offset: 2)) {
            try JSONValue(parsing: [quote, 0x61] + bytes + [quote])
        }
        // The same beyond an escape, where the string is put together elsewhere.
        #expect(throws: JSONSyntaxError(reason: .invalidUTF8, offset: 3)) {
            try JSONValue(parsing: [quote] + "\\n".utf8 + bytes + "\\n".utf8 + [quote])
        }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: bytes) }
    }

    @Test("lets arrays and objects nest sixteen deep and no deeper")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[{\"a\":", count: depth / 2) + "1" + String(repeating: "}]", count: depth / 2)).utf8
            )
        }
        _ = try JSONValue(parsing: nested(16))
        #expect(throws: JSONSyntaxError(reason: .tooDeep(maximum: 16), offset: 48)) {
            try JSONValue(parsing: nested(18))
        }
        #expect(throws: JSONSyntaxError(reason: .tooDeep(maximum: 16), offset: 16)) {
            try JSONValue(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
        }
    }

    @Test("finds a name twice among many, wherever it stands", arguments: [1, 2, 7, 8, 9, 10, 100])
    func duplicates(count: Int) throws {
        let names = (0..<count).map { "n\($0)" }
        func text(_ names: [String]) -> [UInt8] {
            Array(("{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}").utf8)
        }
        #expect(try JSONValue(parsing: text(names)).object?.members.map(\.name) == names)
        for name in names {
            #expect { try JSONValue(parsing: text(names + [name])) } throws: {
                ($0 as? JSONSyntaxError)?.reason == .duplicateName
            }
        }
    }

    @Test("takes canonically equivalent names for different ones")
    func namesAreBytes() throws {
        let object = try #require(
            try JSONValue(parsing: Array("{\"\u{212A}\":1,\"K\":2,\"\u{e9}\":3,\"e\u{301}\":4}".utf8)).object)
        #expect(["\u{212A}", "K", "\u{e9}", "e\u{301}"].map { object[$0]?.integer } == [1, 2, 3, 4])
        #expect(object["E"] == nil)
        // Of one length, too: D with a dot below and one above, in either order.
        let (below, above) = ("\u{1E0C}\u{307}", "\u{1E0A}\u{323}")
        let dotted = try #require(try JSONValue(parsing: Array("{\"\(below)\":1,\"\(above)\":2}".utf8)).object)
        #expect(below == above)
        #expect([below, above].map { dotted[$0]?.integer } == [1, 2])
    }

    @Test("bounds the text's length")
    func length() throws {
        _ = try JSONValue(parsing: Array("[1]".utf8), maximumLength: 3)
        #expect(throws: JSONSyntaxError(reason: .tooLong(maximum: 2), offset: 2)) {
            try JSONValue(parsing: Array("[1]".utf8), maximumLength: 2)
        }
    }

    @Test(
        "keeps a number's text, and its value where it is a 64-bit integer",
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil),
            ("1.0", nil), ("1e2", nil), ("123456789012345678901234567890", nil), ("1E-7", nil), ("-0.5", nil),
        ] as [(String, Int64?)])
    func numbers(text: String, value: Int64?) throws {
        let parsed = try JSONValue(parsing: Array(text.utf8))
        #expect(parsed.integer == value)
        guard case .number(let number) = parsed else {
            Issue.record("not a number")
            return
        }
        #expect(number.text == text)
    }

    @Test("an escape at every place of long and short runs", arguments: 0..<70)
    func runs(length: Int) throws {
        let run = String(repeating: "x", count: length)
        let expected = run + "\n" + run + "\"" + run
        let text = "\"" + run + "\\n" + run + "\\\"" + run + "\""
        #expect(try JSONValue(parsing: Array(text.utf8)) == .string(expected))
        #expect(expected.encoded() == Array(text.utf8))
    }
}
