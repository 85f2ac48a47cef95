import JSONRPC
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
    @Test(
        "writes every kind of value, compactly",
        arguments: [
            (nil, "null"), (true, "true"), (false, "false"), (-7, "-7"), ("a", #""a""#), ([], "[]"),
            ([1, [nil]], "[1,[null]]"),
            ([:], "{}"), (["a": 1, "b": [:]], #"{"a":1,"b":{}}"#), ("é😀\u{2028}\u{7f}", "\"é😀\u{2028}\u{7f}\""),
            ("\"\\/\u{8}\u{c}\n\r\t\0\u{1f}", #""\"\\/\b\f\n\r\t\u0000\u001f""#),
        ] as [(JSONValue, String)])
    func values(value: JSONValue, text: String) throws {
        #expect(value.encoded() == Array(text.utf8))
        #expect(try JSONValue(parsing: value.encoded()) == value)
    }

    @Test("puts no raw control character into a text, so that it stays one line")
    func oneLine() throws {
        let all = String(
            String.UnicodeScalarView((0..<0x100).compactMap(Unicode.Scalar.init(_:) as (UInt32) -> Unicode.Scalar?)))
        let value: JSONValue = .object(JSONObject([.init(name: all, value: .string(all))]))
        #expect(!value.encoded().contains { $0 < 0x20 })
        #expect(try JSONValue(parsing: value.encoded()) == value)
    }

    @Test("nests scopes, optional values and values that were encoded before")
    func scopes() {
        var writer = JSONWriter()
        let chain = EncodedJSON("a\nb")
        writer.object { object in
            object.member("chain", chain)
            object.member("none", nil as String?)
            object.member("list") { writer in
                writer.array { array in
                    array.element(chain)
                    array.element(3 as Int64?)
                    array.element { $0.object { $0.member("x", [true]) } }
                }
            }
        }
        #expect(
            String(decoding: writer.finish(), as: UTF8.self)
                == #"{"chain":"a\nb","none":null,"list":["a\nb",3,{"x":[true]}]}"#)
    }
}
