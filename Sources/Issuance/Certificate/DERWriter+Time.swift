import DERCoding
import Timekeeping

extension DERWriter {
    /// ```
    /// Time ::= CHOICE {
    ///      utcTime        UTCTime,
    ///      generalTime    GeneralizedTime }
    /// ```
    /// RFC 5280 § 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 (and before 1950, which UTCTime cannot say), with
    /// seconds and `Z`.
    mutating func time(_ instant: Instant) {
        let civil = CivilTime(instant)
        constructed((1950...2049).contains(civil.year) ? DERTag.utcTime : DERTag.generalizedTime) { content in
            if !(1950...2049).contains(civil.year) { content.twoDigits(civil.year / 100) }
            content.twoDigits(civil.year % 100)
            content.twoDigits(civil.month)
            content.twoDigits(civil.day)
            content.twoDigits(civil.hour)
            content.twoDigits(civil.minute)
            content.twoDigits(civil.second)
            content.octets.append(UInt8(ascii: "Z"))
        }
    }

    private mutating func twoDigits(_ number: Int) {
        octets.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
        octets.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}
