import Testing
import Timekeeping

struct InstantTests {
    @Test(
        "RFC 3339 is read to the second",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-21T00:00:00Z", 1_795_219_200),
            ("2026-11-21t00:00:00z", 1_795_219_200),
            ("2026-11-21T00:00:00.999Z", 1_795_219_200), ("2026-11-21T01:30:00+01:30", 1_795_219_200),
            ("2026-11-20T19:00:00-05:00", 1_795_219_200), ("2024-02-29T12:00:00Z", 1_709_208_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("1969-12-31T23:59:59Z", -1), ("2000-02-29T00:00:00Z", 951_782_400),
        ] as [(String, Int64)])
    func accepted(text: String, seconds: Int64) throws {
        #expect(try Instant(rfc3339: text).secondsSinceEpoch == seconds)
    }

    @Test(
        "Anything else, and what does not exist, is refused",
        arguments: [
            "", "2026-11-21", "2026-11-21T00:00Z", "2026-11-21T00:00:00", "2026-11-21 00:00:00Z",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-11-21T24:00:00Z", "2026-11-21T00:60:00Z", "2016-12-31T23:59:60Z", "2026-11-21T00:00:00.Z",
            "2026-11-21T00:00:00+24:00", "2026-11-21T00:00:00+0100", "2026-11-21T00:00:00Zz", "26-11-21T00:00:00Z",
            "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "+2026-11-21T00:00:00Z",
            "２026-11-21T00:00:00Z",
        ])
    func refused(text: String) {
        #expect(throws: TimeSyntaxError.self) { try Instant(rfc3339: text) }
    }

    @Test("Every day from 1890 to 2110 comes back from its parts, and follows the day before")
    func everyDay() throws {
        var instant = try Instant(rfc3339: "1890-01-01T13:14:15Z")
        let end = try Instant(rfc3339: "2110-01-01T00:00:00Z")
        while instant < end {
            #expect(try Instant(rfc3339: instant.rfc3339) == instant)
            instant = try #require(instant.adding(.day))
        }
    }

    @Test("Sums that leave the time line are told, not trapped")
    func overflow() {
        #expect(Instant.latest.adding(seconds: 1) == nil)
        #expect(Instant.earliest.subtracting(.day) == nil)
        #expect(Instant.latest.adding(seconds: .max) == nil)
    }
}
