import DERCoding
import Testing
import Timekeeping

@testable import Issuance

struct TimeEncodingTests {
    @Test(
        "A time is UTCTime through 2049 and GeneralizedTime from 2050",
        arguments: [
            ("2049-12-31T23:59:59Z", 0x17, "491231235959Z"), ("2050-01-01T00:00:00Z", 0x18, "20500101000000Z"),
            ("1950-01-01T00:00:00Z", 0x17, "500101000000Z"), ("1949-12-31T23:59:59Z", 0x18, "19491231235959Z"),
            ("2000-02-29T01:02:03Z", 0x17, "000229010203Z"), ("9999-12-31T23:59:59Z", 0x18, "99991231235959Z"),
            ("0001-01-01T00:00:00Z", 0x18, "00010101000000Z"),
        ] as [(String, UInt8, String)])
    func times(instant: String, tag: UInt8, text: String) throws {
        var writer = DERWriter()
        writer.time(try Instant(rfc3339: instant))
        #expect(writer.octets == [tag, UInt8(text.utf8.count)] + text.utf8)
    }
}
