import DERCoding
package import Timekeeping

/// A Time with the type that says it.
struct ParsedTime {
    private let tag: UInt8
    let instant: Instant

    /// Reads `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`, the only forms that RFC 5280 § 4.1.2.5 lets stand.
    init(_ reader: inout DERReader) throws(DERError) {
        let element = try reader.next()
        tag = element.identifier
        guard tag == DERTag.utcTime || tag == DERTag.generalizedTime else { throw .unexpectedTag }
        let octets = reader.contents(element)
        guard octets.count == (tag == DERTag.utcTime ? 13 : 15), let instant = Instant(asn1Time: octets) else {
            throw .invalidTime
        }
        self.instant = instant
    }

    /// RFC 5280 § 4.1.2.5: UTCTime through 2049, then GeneralizedTime.
    var isOfTheRightType: Bool {
        (1950...2049).contains(CivilTime(instant).year) == (tag == DERTag.utcTime)
    }
}

extension Instant {
    /// Reads a certificate's time from its characters: `YYMMDDHHMMSSZ`, of the years 1950 to 2049, or `YYYYMMDDHHMMSSZ` (RFC 5280
    /// § 4.1.2.5).
    ///
    /// - Returns: `nil` for any other form, and for a time that does not exist.
    package init?(asn1Time octets: ArraySlice<UInt8>) {
        let yearDigits = octets.count - 11
        guard yearDigits == 2 || yearDigits == 4, octets.last == UInt8(ascii: "Z") else { return nil }
        var year = 0
        var fields: (Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0)
        for (index, octet) in octets.dropLast().enumerated() {
            guard octet.isASCIIDigit else { return nil }
            let digit = Int(octet - UInt8(ascii: "0"))
            switch (index - yearDigits) >> 1 {
            case ..<0: year = year * 10 + digit
            case 0: fields.0 = fields.0 * 10 + digit
            case 1: fields.1 = fields.1 * 10 + digit
            case 2: fields.2 = fields.2 * 10 + digit
            case 3: fields.3 = fields.3 * 10 + digit
            default: fields.4 = fields.4 * 10 + digit
            }
        }
        // RFC 5280 § 4.1.2.5.1: from 50 on it is the century before.
        if yearDigits == 2 { year += year < 50 ? 2000 : 1900 }
        guard
            let civil = CivilTime(
                year: year, month: fields.0, day: fields.1, hour: fields.2, minute: fields.3, second: fields.4)
        else { return nil }
        self.init(secondsSinceEpoch: civil.secondsSinceEpoch)
    }
}
