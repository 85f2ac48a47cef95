import Testing
import Timekeeping

struct LifetimeTests {
    @Test(
        "A whole number and a unit is a lifetime",
        arguments: [
            ("1s", 1), ("90m", 5400), ("24h", 86_400), ("90d", 7_776_000), ("2w", 1_209_600), ("1y", 31_536_000),
            ("90 days", 7_776_000), ("1 year", 31_536_000), ("1 DAY", 86_400), ("5 Minutes", 300), ("010d", 864_000),
        ] as [(String, Int64)])
    func accepted(text: String, seconds: Int64) throws {
        #expect(try Lifetime(parsing: text).seconds == seconds)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "90", "d", "1.5d", "0d", "-1d", "+1d", "1d12h", "1  day", " 1d", "1d ", "1 mo", "1M2", "1fortnight",
            "٩d", "9223372036854775807d", "99999999999999999999999d", "10006y", "1\u{0}d", "1ｄ", "1 wee\u{212a}",
        ])
    func refused(text: String) {
        #expect(throws: TimeSyntaxError.self) { try Lifetime(parsing: text) }
    }

    @Test("A lifetime is shown in the form in which it is read", arguments: ["90d", "36h", "61s", "5m"])
    func shown(text: String) throws {
        #expect(try Lifetime(parsing: text).description == text)
    }
}
