extension Instant {
    /// Reads RFC 3339's `date-time`: seconds and zone are required, a fraction is cut off, `T` and `Z` may be lower case.
    ///
    /// - Throws: `TimeSyntaxError` for any other text, for a date or time of day that does not exist, and for a leap
    ///   second, which X.509's times cannot express either.
    package init(rfc3339 text: String) throws(TimeSyntaxError) {
        var scanner = DigitScanner(text)
        guard
            let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), scanner.skip("T") || scanner.skip("t"),
            let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2), scanner.skip(":"),
            let second = scanner.digits(2), !scanner.skip(".") || scanner.skipDigits(),
            let offset = scanner.zoneOffset(), scanner.isAtEnd
        else { throw TimeSyntaxError("is not an RFC 3339 date and time such as 2026-11-21T00:00:00Z") }
        guard second != 60 else { throw TimeSyntaxError("is a leap second, which a certificate cannot express") }
        guard
            let civil = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second),
            let instant = Instant(secondsSinceEpoch: civil.secondsSinceEpoch - Int64(offset))
        else { throw TimeSyntaxError("is a date or a time of day that does not exist") }
        self = instant
    }

    /// `2026-11-21T00:00:00Z`.
    package var rfc3339: String {
        let civil = CivilTime(self)
        return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))T"
            + "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))Z"
    }
}

extension Instant: CustomStringConvertible {
    package var description: String { rfc3339 }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
}

/// Walks over ASCII digits and marks.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            rest.removeFirst()
        }
        return value
    }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, byte == UInt8(ascii: mark) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func skipDigits() -> Bool {
        guard digits(1) != nil else { return false }
        while digits(1) != nil {}
        return true
    }

    /// Seconds east of UTC.
    mutating func zoneOffset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard
            let hours = digits(2), hours <= 23, skip(":"), let minutes = digits(2), minutes <= 59
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
