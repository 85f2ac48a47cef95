import Console
import Testing

struct PrintableTests {
    @Test(
        "What a terminal obeys, turns around or hides is written as its number",
        arguments: [
            ("\u{1b}[31m", #"\u{1b}[31m"#), ("a\r\nb\tc", #"a\u{d}\u{a}b\u{9}c"#), ("\u{0}\u{7f}", #"\u{0}\u{7f}"#),
            ("\u{9b}2J", #"\u{9b}2J"#), ("a\u{202e}b", #"a\u{202e}b"#), ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
            ("\u{200b}\u{ad}\u{3164}", #"\u{200b}\u{ad}\u{3164}"#), ("\u{e000}", #"\u{e000}"#),
            ("\u{e0041}", #"\u{e0041}"#), ("\u{10ffff}", #"\u{10ffff}"#),
        ])
    func escaped(text: String, shown: String) {
        #expect(text.printable == shown)
    }

    @Test("Text in any script stays as it is", arguments: ["", "CN=a.example, O=Ünïcode", "日本語", "עברית", "\\u{1b}"])
    func kept(text: String) {
        #expect(text.printable == text)
        #expect(text.printableJSON == text)
    }

    @Test(
        "In a JSON text the number is an escape of JSON's",
        arguments: [
            ("\"\u{7f}\u{9b}\"", #""\u007f\u009b""#), ("\"\u{202e}\"", #""\u202e""#),
            ("\"\u{e0041}é\"", #""\udb40\udc41é""#),
        ])
    func json(text: String, shown: String) {
        #expect(text.printableJSON == shown)
    }

    @Test(
        "A text that is cut says so",
        arguments: [("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("ééé", 2, "é…"), ("ab", 1, "…"), ("", 0, "")])
    func shortened(text: String, count: Int, shown: String) {
        #expect(text.shortened(to: count) == shown)
    }
}
